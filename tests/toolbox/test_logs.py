import io
import logging

import pytest
from structlog.stdlib import ProcessorFormatter

from service.toolbox.logs import Masked, masked


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("Not Found: /unsubscribe/abc.1xVm0c.G8Rq", "Not Found: /unsubscribe/(token)"),
        ('"GET /preferences/abc.def HTTP/1.1" 500', '"GET /preferences/(token) HTTP/1.1" 500'),
        ("550 no ana.ruiz+news@mail.example.org here", "550 no (address) here"),
        ("Not Found: /preferences/", "Not Found: /preferences/"),
    ],
)
def test_no_link_and_no_address_reaches_a_log(line: str, told: str) -> None:
    assert masked(line) == told


def test_arguments_and_tracebacks_are_masked_too() -> None:
    try:
        raise ValueError("ana@readers.example")
    except ValueError as error:
        record = logging.LogRecord("x", 40, "f", 1, "for %s", ("ana@readers.example",), (type(error), error, None))
    Masked().filter(record)
    assert "ana@" not in logging.Formatter().format(record)


def test_what_went_wrong_in_a_library_is_told_to_its_line_and_without_addresses() -> None:
    written = io.StringIO()
    handler = next(one for one in logging.getLogger().handlers if isinstance(one.formatter, ProcessorFormatter))
    before = handler.setStream(written)
    try:
        raise ValueError("ana@readers.example is no number")
    except ValueError:
        logging.getLogger("django.request").exception("Internal Server Error: /console/")

    handler.setStream(before)
    told = written.getvalue()
    assert "test_logs.py" in told
    assert "(address) is no number" in told
    assert "ana@" not in told

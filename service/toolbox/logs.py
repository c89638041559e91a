"""The last thing before a log line is written: no reader's link, no partner's key and
no mail address gets through."""

import logging
import re
from collections.abc import MutableMapping
from typing import Any

_LINK = re.compile(
    r"(/(?:confirm|preferences|unsubscribe|feedback|erase|partners/acknowledge|demo-login|invitation|password/reset/key)/)[^\s\"'>]+"
)
_KEY = re.compile(r"(byline_[a-z2-7]{8}_)[a-z2-7]+")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


class Masked(logging.Filter):
    """Rewrites the finished message; also that of libraries, which log paths and errors as they are."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.msg, dict):  # ours: facts as keys
            record.msg = {key: masked(value) if isinstance(value, str) else value for key, value in record.msg.items()}
        else:
            record.msg, record.args = masked(record.getMessage()), None
        if record.exc_info:
            record.exc_text = masked(logging.Formatter().formatException(record.exc_info))
            record.exc_info = None
        return True


def masked(text: str) -> str:
    return _ADDRESS.sub("(address)", _KEY.sub(r"\1(key)", _LINK.sub(r"\1(token)", text)))


def with_traceback(logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A step for lines of libraries: what `Masked` made of the error's traceback is told with them."""
    record = event.get("_record")
    if record is not None and record.exc_text:
        event["exception"] = record.exc_text
    return event

"""Every way out keeps one contract."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from email.message import EmailMessage
from pathlib import Path

import pytest

from service.delivery.rules.verdicts import UNTOUCHED, TransportDown
from service.delivery.transports import transport
from service.toolbox.errors import ServiceError

from .ways_out import (
    ACCEPT,
    API,
    DEFER,
    HTTP,
    HTTPS,
    KINDS,
    LOSE,
    REFUSE,
    SERVED,
    Way,
    outgoing,
    parsed,
    states,
    way_out,
)

Lead = Callable[..., AbstractContextManager[Way]]
REBUILT = ("MIME-Version", "Content-Type", "X-PM-KeepID")


@pytest.fixture
def lead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lead:
    return lambda kind, *fates: way_out(kind, tmp_path, monkeypatch, fates)


@pytest.fixture(params=KINDS)
def way(request: pytest.FixtureRequest, lead: Lead) -> Iterator[Way]:
    with lead(request.param) as opened:
        yield opened


def headers(letter: EmailMessage) -> dict[str, str]:
    return {name.title(): str(value) for name, value in letter.items() if name not in REBUILT}


def part(letter: EmailMessage, kind: str) -> str:
    found = letter.get_body((kind,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n").rstrip("\n")


def test_what_is_handed_over_arrives_unchanged(way: Way) -> None:
    assert states(way.url, [outgoing()]) == ["accepted"]
    (arrived,), sent = way.arrived(), parsed(outgoing().message)
    assert headers(arrived) == headers(sent)
    assert [part(arrived, kind) for kind in ("plain", "html")] == [part(sent, kind) for kind in ("plain", "html")]


def test_each_letter_has_its_verdict_in_its_turn(way: Way) -> None:
    assert states(way.url, [outgoing(number) for number in range(1, 21)]) == ["accepted"] * 20
    assert [one["To"] for one in way.arrived()] == [f"reader{number}@readers.example" for number in range(1, 21)]


def test_one_connection_carries_many_windows(way: Way) -> None:
    with transport(way.url, HTTPS) as out:
        for first in (1, 6, 11):
            assert len(list(out.deliver(outgoing(number) for number in range(first, first + 5)))) == 5
    assert (len(way.arrived()), way.connections()) == (15, 1)


def test_no_letters_have_no_verdicts(way: Way) -> None:
    assert states(way.url, []) == []


def test_a_letter_whose_time_is_over_is_not_touched(way: Way) -> None:
    late = outgoing(2, until=time.monotonic() - 1)
    with transport(way.url, HTTPS) as out:
        verdicts = list(out.deliver([outgoing(1), late, outgoing(3, until=time.monotonic() + 60)]))
    assert [verdict.state for verdict in verdicts] == ["accepted", "queued", "accepted"]
    assert verdicts[1] == UNTOUCHED
    assert [one["Message-ID"] for one in way.arrived()] == ["<1@cauce.example>", "<3@cauce.example>"]


@pytest.mark.parametrize("kind", SERVED)
def test_each_gets_the_verdict_that_is_its_own(kind: str, lead: Lead) -> None:
    fates = [ACCEPT, REFUSE, DEFER, ACCEPT, LOSE, ACCEPT, REFUSE, LOSE]
    with lead(kind, *fates) as way:
        assert states(way.url, [outgoing(number) for number in range(1, 10)]) == [*fates, ACCEPT]
        assert [one["Message-ID"][1] for one in way.arrived()] == ["1", "4", "6", "9"]


@pytest.mark.parametrize("kind", SERVED)
@pytest.mark.parametrize("fate", [REFUSE, DEFER, LOSE])
def test_what_becomes_of_the_last_letter_is_told_too(kind: str, fate: str, lead: Lead) -> None:
    with lead(kind, ACCEPT, fate) as way:
        assert states(way.url, [outgoing(1), outgoing(2)]) == [ACCEPT, fate]


@pytest.mark.parametrize(
    "url",
    [
        *("file:///proc/nothing", "smtp://127.0.0.1:1", "smtp+tls://127.0.0.1:1", "smtps://127.0.0.1:1"),
        *(f"{kind}://key@x.example?api=http://127.0.0.1:1/" for kind in API),
    ],
)
def test_where_nothing_can_leave_a_sentence_says_so(url: str) -> None:
    with pytest.raises(TransportDown, match=r"can't be .+ Look at EMAIL_URL\."), transport(url, HTTPS):
        pass


@pytest.mark.parametrize(
    "url",
    [*(f"{kind}://mail.example.org" for kind in ("smtp", "smtp+tls", "smtps")), "postmark://k@out", "mailgun://k@x.y"],
)
def test_no_letter_leaves_a_site_without_https(url: str) -> None:
    with pytest.raises(ServiceError, match="SITE_URL is not https"):
        transport(url, HTTP)


@pytest.mark.parametrize("url", ["smtp://127.0.0.1:25", "smtps://localhost", "postmark://k@o?api=http://127.0.0.1:80"])
def test_a_site_without_https_reaches_its_own_machine(url: str) -> None:
    transport(url, HTTP)


@pytest.mark.parametrize("url", ["smtp://a:b@mail.example.org", "mailgun://k@x.y?api=http://mail.example.org"])
def test_no_password_goes_out_in_the_clear(url: str) -> None:
    with pytest.raises(ServiceError, match="in the clear"):
        transport(url, HTTPS)


@pytest.mark.parametrize(
    "url",
    [
        *("", "mail.example.org", "smtp://", "http://x", "smtp://x:port", "smtp://[::1", "file://a/b"),
        *("postmark://", "postmark://broadcast", "mailgun://secretword@", "mailgun://k@x.y?api=mail.example.org"),
    ],
)
def test_an_unusable_address_gets_a_sentence(url: str) -> None:
    with pytest.raises(ServiceError, match="EMAIL_URL begins with") as told:
        transport(url, HTTPS)
    assert "secretword" not in str(told.value)

"""The compiled letter is, part by part, the message that the standard library would have built."""

from __future__ import annotations

import email.policy
import re
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parseaddr

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markupsafe import escape

from service.delivery.rules.compiled import compile_letter, fill, message, slot
from service.toolbox.errors import ServiceError
from service.toolbox.html import one_line

from .mailings import envelope, parsed

AWKWARD = [
    *(
        "Привет, мир",
        "🙂👩‍👩‍👧",
        ".",
        "..",
        ".\n.\n",
        "From here on",
        "a=b=20",
        "=",
        "=3D",
        "x" * 300,
        "\t",
        "  ",
        " \n ",
    ),
    *("a\r\nb", "a\rb", "\x00", "\x07", "é" * 100, " ", "=\n", "\n\n", "<b>&\"'", "--", "ends with blank ", "s7c1e9x"),
]
pieces = st.lists(st.one_of(st.sampled_from(AWKWARD), st.text(st.characters(exclude_categories=["Cs"]))), max_size=6)
texts = pieces.map("".join)
values = st.dictionaries(st.sampled_from(["name", "link"]), texts).map(lambda given: {"name": "", "link": "", **given})
letters = st.lists(st.one_of(texts, st.sampled_from([slot("name"), slot("link")])), max_size=8).map("".join)
OWN = [("To", "ana@readers.example"), ("Message-ID", "<1@cauce.example>")]


def plain(text: str) -> str:
    return re.sub("\r\n|\r", "\n", text.replace("\x00", "")).rstrip("\n")


def by_the_library(text: str, html: str) -> EmailMessage:
    built = EmailMessage()
    built.set_content(text)
    built.add_alternative(html, subtype="html")
    return built


def content(letter: EmailMessage, kind: str) -> str:
    part = letter.get_body((kind,))
    assert part is not None
    return plain(part.get_content())


@given(text=letters, html=letters, values=values)
@example(text=slot("name"), html=slot("name") * 2, values={"name": "." * 80, "link": ""})
@example(text="ends " + slot("name"), html="", values={"name": "x=\n", "link": ""})
def test_it_equals_the_librarys_message(text: str, html: str, values: dict[str, str]) -> None:
    html = html if html.replace("\x00", "") else "-"
    raw = message(compile_letter(envelope(), html, text), OWN, values)
    filled_text = plain(
        fill(text.replace("\x00", ""), {name: value.replace("\x00", "") for name, value in values.items()})
    )
    filled_html = plain(fill(html.replace("\x00", ""), {name: str(escape(v)) for name, v in values.items()}))
    expected = by_the_library(filled_text, filled_html)
    assert content(parsed(raw), "plain") == content(expected, "plain")
    assert content(parsed(raw), "html") == content(expected, "html")


@given(text=letters, html=letters, values=values)
def test_no_relay_has_a_reason_to_change_a_byte(text: str, html: str, values: dict[str, str]) -> None:
    raw = message(compile_letter(envelope(), html, text), OWN, values)
    head, _, body = raw.partition(b"\r\n\r\n")
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert max(len(line) for line in body.split(b"\r\n")) <= 76
    assert max(len(line) for line in head.split(b"\r\n")) <= 998
    assert not re.search(rb"^(\.|From )|[ \t]\r\n", body, re.MULTILINE)


@pytest.mark.parametrize(
    "trick",
    [
        "a\r\nBcc: eve@evil.example",
        "a\nBcc: e@e.example",
        "a\rBcc: x",
        "a\u2028Bcc: x",
        "a\u2029b",
        "a\x00b",
        "a\x0bb",
        "\x85a",
    ],
)
@pytest.mark.parametrize("field", ["subject", "from_name"])
def test_a_line_end_never_makes_a_header(field: str, trick: str) -> None:
    letter = parsed(message(compile_letter(envelope(**{field: trick}), "<p>", "t"), OWN, {}))
    assert letter["Bcc"] is None
    assert sorted(set(letter.keys())) == sorted(letter.keys())
    assert letter.keys() == parsed(message(compile_letter(envelope(), "<p>", "t"), OWN, {})).keys()


@pytest.mark.parametrize("trick", ["safe \u202etxt.exe", "a\u2066b", "a\u200bb", "\ufeffa"])
def test_nothing_in_a_subject_turns_its_text_round(trick: str) -> None:
    subject = str(parsed(message(compile_letter(envelope(subject=trick), "", "t"), OWN, {}))["Subject"])
    assert not set(subject) & set("\u202e\u2066\u200b\ufeff")


@given(subject=texts, name=texts)
def test_subject_and_sender_arrive_as_they_were_written(subject: str, name: str) -> None:
    raw = message(compile_letter(envelope(subject=subject, from_name=name), "", "t"), OWN, {})
    letter = BytesParser(policy=email.policy.compat32).parsebytes(raw)
    phrase, address = parseaddr(letter["From"])
    assert str(make_header(decode_header(letter["Subject"]))) == one_line(subject)
    assert (str(make_header(decode_header(phrase))), address) == (one_line(name), "letters@cauce.example")


@pytest.mark.parametrize("subject", ["x" * 10_000, "word " * 2000, "é" * 10_000, "=?utf-8?q?Bcc=3A_eve?="])
def test_a_subject_of_any_length_is_folded(subject: str) -> None:
    raw = message(compile_letter(envelope(subject=subject), "", "t"), OWN, {})
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert str(parsed(raw)["Subject"]) == " ".join(subject.split())


@pytest.mark.parametrize("field", ["reply_to", "list_id", "feedback_id", "from_address"])
def test_an_identifier_that_no_header_can_hold_is_refused(field: str) -> None:
    with pytest.raises(ServiceError, match=r"newsroom\.toml"):
        compile_letter(envelope(**{field: "a@b.example\r\nBcc: x"}), "", "t")

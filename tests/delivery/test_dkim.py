"""What we sign, others can verify: dkimpy is somebody else's reading of RFC 6376."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import dkim
import pytest
from django.core.management import CommandError, call_command
from hypothesis import example, given

from service.delivery.rules.compiled import Compiled, compile_letter, own_headers, slot
from service.delivery.rules.dkim import make_key, record, signer
from service.toolbox.errors import ServiceError

from .mailings import envelope
from .test_compiled import letters, texts, values

PEM = make_key()
DOMAIN, SELECTOR, AT = "cauce.example", "byline2026", 1_764_000_000
SIGNER = signer(DOMAIN, SELECTOR, PEM)
MUST = {"from", "to", "subject", "date", "message-id", "list-unsubscribe", "list-unsubscribe-post"}


def signed(html: str = "<p>h", text: str = "t\n", filled: dict[str, str] | None = None, **changes: Any) -> bytes:
    compiled = Compiled(compile_letter(envelope(**changes), html, text))
    own = [
        ("To", "ana@readers.example"),
        ("Date", "Tue, 24 Nov 2026 15:00:00 +0000"),
        ("Message-ID", "<1@cauce.example>"),
        ("List-Unsubscribe", f"<https://letters.cauce.example/unsubscribe/{'x' * 90}>,\r\n <mailto:b@cauce.example>"),
    ]
    headers, body = own_headers(own) + compiled.head, compiled.body(filled or {})
    return SIGNER.sign(headers, body, AT) + headers + b"\r\n" + body


def verifies(raw: bytes) -> bool:
    def published(name: bytes, **_: object) -> bytes | None:
        return record(PEM).encode() if name == f"{SELECTOR}._domainkey.{DOMAIN}.".encode() else None

    return bool(dkim.verify(raw, dnsfunc=published))


def tags(raw: bytes) -> dict[str, str]:
    field = re.sub(rb"\r\n[ \t]", b"", raw.split(b"\r\nTo:")[0].partition(b":")[2]).decode()
    found = (tag.partition("=") for tag in field.split(";"))
    return {name.strip(): value.strip() for name, _, value in found}


@given(text=letters, html=letters, filled=values, subject=texts, name=texts)
@example(text="", html="", filled={"name": "", "link": ""}, subject="", name="")
@example(text="\n\n\n", html=" \n \n", filled={"name": "", "link": ""}, subject=" ", name=" ")
@example(text=slot("name"), html=slot("name") * 2, filled={"name": "." * 80, "link": ""}, subject="é" * 900, name="x")
def test_every_letter_verifies(text: str, html: str, filled: dict[str, str], subject: str, name: str) -> None:
    assert verifies(signed(html, text, filled, subject=subject, from_name=name))


@given(subject=texts, name=texts)
def test_it_verifies_after_a_relay_folded_and_renamed_the_headers(subject: str, name: str) -> None:
    head, _, body = signed(subject=subject, from_name=name).partition(b"\r\n\r\n")
    signature, _, rest = head.partition(b"\r\nTo:")
    folded = re.sub(rb"(?<=[^ \t\n:]) (?=[^ \t\r])", b"\r\n\t ", b"\r\nTo:" + rest)
    renamed = re.sub(rb"\r\n(Subject|From|Date)", lambda found: found[0].upper(), folded)
    added = b"Received: from a by b; Tue, 24 Nov 2026 15:00:01 +0000\r\n"
    assert verifies(added + signature + renamed + b"\r\n\r\n" + body)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"<p>h", b"<p>H"),
        (b"--\r\n", b"--\r\nPS: buy this\r\n"),
        (b"letters@cauce.example", b"letters@evil.example"),
        (b"Subject: The week", b"Subject: The weak"),
        (b"\r\nFrom:", b'\r\nFrom: "Eve" <eve@evil.example>\r\nFrom:'),
        (b"\r\nMIME-Version:", b'\r\nFrom: "Eve" <eve@evil.example>\r\nMIME-Version:'),
        (b"\r\nSubject:", b"\r\nSubject: You won\r\nSubject:"),
        (b"\r\nMIME-Version:", b"\r\nSubject: You won\r\nMIME-Version:"),
        (b"To: ana@", b"To: eve@"),
        (b"Date: Tue, 24", b"Date: Wed, 25"),
        (b"<1@cauce", b"<2@cauce"),
        (b"/unsubscribe/", b"/unsubscribe/x"),
        (b"List-Unsubscribe=One-Click", b"List-Unsubscribe=Two-Clicks"),
        (b"text/html", b"text/plain"),
    ],
)
def test_whoever_changes_it_is_found_out(before: bytes, after: bytes) -> None:
    raw = signed()
    head, _, body = raw.partition(b"\r\n\r\n")
    assert verifies(raw)
    assert before in raw
    where = head if before in head else body
    changed = raw.replace(where, b"".join([*where.rpartition(before)[:1], after, where.rpartition(before)[2]]))
    assert not verifies(changed)


def test_what_readers_rely_on_is_signed_and_never_only_a_part_of_the_body() -> None:
    told = tags(signed())
    names = told["h"].split(":")
    assert set(names) >= MUST
    assert (names.count("from"), names.count("subject")) == (2, 2)
    assert "l" not in told
    assert (told["a"], told["c"], told["d"], told["s"]) == ("rsa-sha256", "relaxed/simple", DOMAIN, SELECTOR)


@given(text=letters, html=letters)
def test_no_line_of_the_signature_is_too_long(text: str, html: str) -> None:
    head = signed(html, text, {"name": "", "link": ""}).split(b"\r\nTo:")[0]
    assert max(len(line) for line in head.split(b"\r\n")) <= 200
    assert b"\n" not in head.replace(b"\r\n", b"")


@pytest.mark.parametrize("pem", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n"])
def test_what_is_no_key_gets_a_sentence(pem: bytes) -> None:
    with pytest.raises(ServiceError, match="is no RSA key in PEM form"):
        signer(DOMAIN, SELECTOR, pem)


def published(told: str, domain: str) -> list[str]:
    """The strings of that domain's record."""
    (line,) = [line for line in told.splitlines() if f"._domainkey.{domain}. IN TXT ( " in line]
    return re.findall('"([^"]+)"', line)


def make(capsys: pytest.CaptureFixture[str], selector: str) -> str:
    call_command("make_dkim_key", selector)
    return capsys.readouterr().out


def test_a_key_is_made_for_its_user_alone_and_its_record_verifies(
    settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.DKIM_DIR = tmp_path / "dkim"
    told = make(capsys, "byline2026")
    path = tmp_path / "dkim/cauce.example/byline2026.pem"
    assert [one.stat().st_mode & 0o777 for one in (path, path.parent, path.parent.parent)] == [0o600, 0o700, 0o700]
    strings = published(told, "cauce.example")
    assert "".join(strings) == record(path.read_bytes())
    assert max(len(one) for one in strings) <= 255
    assert told.splitlines()[-1] == "Once each is published, set DKIM_SELECTOR=byline2026."


def test_a_key_that_is_there_is_never_written_over(
    settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.DKIM_DIR = tmp_path
    path = tmp_path / "cauce.example/one.pem"
    told = make(capsys, "one")
    before = path.read_bytes()
    assert make(capsys, "one").replace("is there already and stays as it is", "was written") == told
    assert path.read_bytes() == before


def test_every_domain_that_letters_are_from_gets_a_key_also_one_that_is_new(
    settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], change_newsroom: Any
) -> None:
    settings.DKIM_DIR = tmp_path
    make(capsys, "one")
    change_newsroom("@lectura.example", "@noticias.example")
    told = make(capsys, "one")
    for domain in ("cauce.example", "noticias.example"):
        assert "".join(published(told, domain)) == record((tmp_path / domain / "one.pem").read_bytes())


def test_a_file_that_is_no_key_is_told_and_stays(settings: Any, tmp_path: Path) -> None:
    settings.DKIM_DIR = tmp_path
    path = tmp_path / "cauce.example/one.pem"
    path.parent.mkdir()
    path.write_text("mine")
    with pytest.raises(CommandError, match="is no RSA key"):
        call_command("make_dkim_key", "one")
    assert path.read_text() == "mine"


@pytest.mark.parametrize("selector", ["", "../x", "a/b", "Ñ", "a b", "-a", "a" * 64])
def test_a_selector_that_is_no_name_makes_nothing(
    selector: str, settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.DKIM_DIR = tmp_path / "dkim"
    with pytest.raises(CommandError, match="selector"):
        make(capsys, selector)
    assert not (tmp_path / "dkim").exists()

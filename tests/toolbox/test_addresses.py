from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.toolbox.addresses import BadAddress, WrongKey, fingerprint, normalise, open_seal, provider_group, seal


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  ana@Readers.EXAMPLE ", "ana@readers.example"),
        ("Ana.Ruiz+news@readers.example", "Ana.Ruiz+news@readers.example"),
        ("ana@münchen.example", "ana@xn--mnchen-3ya.example"),
        ("ana@faß.example", "ana@xn--fa-hia.example"),
        ("ana@readers.example.", "ana@readers.example"),
        ("ana@\uff52eaders.example", "ana@readers.example"),
        ("jose\u0301@readers.example", "josé@readers.example"),
        ("o'neill{x}=y@mail.readers.example", "o'neill{x}=y@mail.readers.example"),
    ],
)
def test_an_address_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert normalise(typed) == kept
    assert normalise(kept) == kept


@pytest.mark.parametrize(
    "typed",
    [
        *("", "@", "ana", "ana@", "@a.example", "ana@a", "ana@localhost", "ana@127.0.0.1", "ana@[127.0.0.1]"),
        *("ana@a..example", "ana@-a.example", "ana@a.e", "ana@a_b.example", ".ana@a.example", "ana.@a.example"),
        *("a..b@a.example", "a b@a.example", "a@b@a.example", "x" * 65 + "@a.example", "é" * 33 + "@a.example"),
        *("ana@" + "x" * 64 + ".example", "ana@" + "x." * 130 + "example", "A <ana@a.example>", '"a b"@a.example'),
        *("ana@a.example\r\nBcc: eve@evil.example", "ana\r\nBcc: eve@evil.example", "ana\n@a.example"),
        *("ana\x00@a.example", "ana\u2028@a.example", "ana\u202e@a.example", "a\u200bna@a.example"),
        *("ana,eve@a.example", "ana;eve@a.example", "ana@a.example,eve@evil.example"),
        *("ana\ud800@a.example", "ana@\ud800.example"),
    ],
)
def test_what_nobody_could_receive_at_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(BadAddress, match="It looks like name@example"):
        normalise(typed)


@given(st.text())
def test_whatever_is_typed_is_kept_on_one_line_or_refused(typed: str) -> None:
    try:
        kept = normalise(typed)
    except BadAddress:
        return
    assert kept.isprintable()
    assert kept.count("@") == 1
    assert not set(kept) & set(" \r\n<>,;")


def test_case_makes_no_second_reader() -> None:
    assert fingerprint("Ana@readers.example") == fingerprint(normalise("ana@READERS.example"))
    assert fingerprint("ana@readers.example") != fingerprint("anna@readers.example")


def test_a_seal_opens_to_the_address_and_never_looks_the_same_twice() -> None:
    first, second = seal("ana@readers.example"), seal("ana@readers.example")
    assert open_seal(first) == open_seal(second) == "ana@readers.example"
    assert first != second
    assert b"ana" not in first


def test_a_changed_seal_does_not_open() -> None:
    sealed = seal("ana@readers.example")
    with pytest.raises(WrongKey):
        open_seal(sealed[:-1] + bytes([sealed[-1] ^ 1]))


def test_the_wrong_key_is_told_in_a_sentence(settings: Any) -> None:
    sealed, mark = seal("ana@readers.example"), fingerprint("ana@readers.example")
    settings.ADDRESS_KEY = "another key than the one it was sealed with"
    with pytest.raises(WrongKey, match="Set the key that this database was filled with"):
        open_seal(sealed)
    assert fingerprint("ana@readers.example") != mark


def test_domains_of_one_provider_are_one_group() -> None:
    assert provider_group("a@googlemail.com") == provider_group("b@gmail.com") == "gmail"
    assert provider_group("a@readers.example") == provider_group("b@readers.example")


def test_a_domain_of_ones_own_is_kept_as_a_hash() -> None:
    assert re.fullmatch("[0-9a-f]{16}", provider_group("ana@quispe.example"))

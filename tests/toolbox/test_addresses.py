from __future__ import annotations

from typing import Any

import pytest

from service.toolbox import addresses


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (" Ana@Example.ORG ", "Ana@example.org"),
        ("ana+news@example.org", "ana+news@example.org"),
        ("ana@münchen.example", "ana@xn--mnchen-3ya.example"),
        ("josé@example.org", "josé@example.org"),
    ],
)
def test_an_address_is_written_one_way(typed: str, meant: str) -> None:
    assert addresses.normalise(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "",
            "ana",
            "ana@",
            "@example.org",
            "ana@localhost",
            "a b@example.org",
            "ana@exa mple.org",
            "ana@@example.org",
        ),
        *("ana@example.org\r\nBcc: x@y.org", "ana@example.org,b@example.org", "<ana@example.org>", '"a"@example.org'),
        *(".ana@example.org", "a..b@example.org", "ana@-x.org", "ana@1.2.3.4", "x" * 65 + "@example.org"),
    ],
)
def test_what_nobody_can_receive_at_is_refused(typed: str) -> None:
    with pytest.raises(addresses.BadAddress):
        addresses.normalise(typed)


def test_a_person_is_found_however_they_write_themselves() -> None:
    assert addresses.fingerprint("Ana@example.org") == addresses.fingerprint("ana@example.org")


def test_a_seal_opens_with_its_key_alone(settings: Any) -> None:
    sealed = addresses.seal("ana@example.org")
    assert addresses.open_seal(sealed) == "ana@example.org"
    assert addresses.seal("ana@example.org") != sealed
    settings.ADDRESS_KEY = "another key that is long enough to pass"
    with pytest.raises(addresses.WrongKey, match="does not open with this ADDRESS_KEY"):
        addresses.open_seal(sealed)


def test_domains_of_one_provider_are_one_group() -> None:
    assert addresses.provider_group("a@googlemail.com") == addresses.provider_group("b@gmail.com") == "gmail"
    assert addresses.provider_group("a@example.org") == "example.org"

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.toolbox.tokens import BadToken, is_nameless, nameless, open_token, sign

DAY = timedelta(days=1)


def test_a_token_opens_its_own_door_and_no_other() -> None:
    token = sign("unsubscribe", "ana")
    assert open_token("unsubscribe", token) == "ana"
    with pytest.raises(BadToken, match="not complete"):
        open_token("preferences", token)


def test_a_token_with_another_readers_key_is_refused() -> None:
    ana, bruno = sign("unsubscribe", "ana").split("."), sign("unsubscribe", "bruno").split(".")
    for mixed in ([bruno[0], *ana[1:]], [ana[0], *bruno[1:]], [ana[0], ana[1], bruno[2]]):
        with pytest.raises(BadToken):
            open_token("unsubscribe", ".".join(mixed))


@given(st.integers(0, 200), st.characters(exclude_categories=["Cs"]))
def test_a_token_with_any_letter_changed_is_refused(at: int, letter: str) -> None:
    token = sign("unsubscribe", "0123456789abcdef")
    at %= len(token)
    changed = token[:at] + letter + token[at + 1 :]
    if changed != token:
        with pytest.raises(BadToken):
            open_token("unsubscribe", changed)


@pytest.mark.parametrize("token", ["", ".", "..", "ana", "a.b.c", "é.é.é", "\x00", "x" * 10_000])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(BadToken):
        open_token("unsubscribe", token)


def test_a_token_grows_too_old() -> None:
    token = sign("confirm", "ana")
    assert open_token("confirm", token, DAY) == "ana"
    with pytest.raises(BadToken, match="too old"):
        open_token("confirm", token, -DAY)


def test_another_secret_opens_nothing(settings: Any) -> None:
    token = sign("confirm", "ana")
    settings.SECRET_KEY = "another secret than the one it was signed with"
    with pytest.raises(BadToken):
        open_token("confirm", token)


def test_a_token_needs_no_escaping_in_an_address() -> None:
    assert re.fullmatch(r"[\w.-]+", sign("unsubscribe", "0123456789abcdef"))


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32), st.text(max_size=40))
def test_a_nameless_token_is_known_by_its_secret_alone_and_says_nothing(secret: bytes, other: bytes, key: str) -> None:
    token = nameless(secret, key)
    assert token == nameless(secret, key)
    assert re.fullmatch(r"[\w-]{32}", token)
    assert is_nameless(secret, token)
    assert is_nameless(other, token) == (other == secret)
    assert nameless(secret, key + "x") != token


@given(st.integers(0, 31), st.characters(exclude_categories=["Cs"]))
def test_no_altered_nameless_token_is_known(place: int, letter: str) -> None:
    token = nameless(b"secret", "ana")
    altered = token[:place] + letter + token[place + 1 :]
    assert is_nameless(b"secret", altered) == (altered == token)
    assert not is_nameless(b"secret", token + letter)
    assert not is_nameless(b"secret", token[:place])

"""What was sealed comes back byte for byte, or not at all."""

from __future__ import annotations

import io
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.toolbox import vault
from service.toolbox.vault import CHUNK, HEADER, TAG, Damaged, Sealing, opened

SECRET = b"correct horse battery staple"
STEP = CHUNK + TAG
THREE = os.urandom(2 * CHUNK + 1000)


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cost of scrypt is not what is tested here."""
    monkeypatch.setattr(vault, "_COST", (4, 8, 1))


def sealed(*pieces: bytes, secret: bytes = SECRET) -> bytes:
    out = io.BytesIO()
    sealing = Sealing(out, secret)
    for piece in pieces:
        sealing.write(piece)
    sealing.finish()
    return out.getvalue()


def unsealed(content: bytes, secret: bytes = SECRET) -> bytes:
    return b"".join(opened(io.BytesIO(content), secret))


def refused(content: bytes) -> str:
    with pytest.raises(Damaged) as error:
        unsealed(content)
    return str(error.value)


def chunk(content: bytes, number: int) -> bytes:
    return content[HEADER + number * STEP : HEADER + (number + 1) * STEP]


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 5])
def test_any_length_comes_back(size: int) -> None:
    content = os.urandom(size)

    whole = sealed(content)

    assert unsealed(whole) == content
    assert len(whole) == HEADER + size + TAG * max(1, -(-size // CHUNK))


@settings(max_examples=40)
@given(st.lists(st.integers(0, CHUNK + 50), max_size=6))
def test_it_does_not_matter_in_what_pieces_it_was_given(sizes: list[int]) -> None:
    pieces = [bytes([number]) * size for number, size in enumerate(sizes)]

    assert unsealed(sealed(*pieces)) == b"".join(pieces)


def test_the_same_content_twice_has_nothing_in_common() -> None:
    one, two = sealed(THREE), sealed(THREE)

    assert one[HEADER : HEADER + 64] != two[HEADER : HEADER + 64]
    assert THREE[:64] not in one


def test_another_key_opens_nothing() -> None:
    with pytest.raises(Damaged, match="does not open with this key"):
        unsealed(sealed(THREE), b"another key altogether")


def test_what_is_cut_off_at_a_chunks_end_is_not_taken_for_whole() -> None:
    whole = sealed(THREE)

    for chunks in (1, 2):
        assert "cut short: nothing follows" in refused(whole[: HEADER + chunks * STEP])


@settings(max_examples=60)
@given(st.integers(0, len(THREE) + HEADER + 3 * TAG - 1))
def test_what_is_cut_off_anywhere_is_refused(length: int) -> None:
    refused(sealed(THREE)[:length])


@settings(max_examples=60)
@given(st.integers(0, len(THREE) + HEADER + 3 * TAG - 1), st.integers(1, 255))
def test_any_changed_byte_is_found(place: int, change: int) -> None:
    damaged = bytearray(sealed(THREE))
    damaged[place] ^= change

    refused(bytes(damaged))


def test_chunks_in_another_order_are_refused() -> None:
    whole = sealed(THREE)

    told = refused(whole[:HEADER] + chunk(whole, 1) + chunk(whole, 0) + chunk(whole, 2))

    assert "damaged" in told


def test_a_chunk_left_out_or_repeated_is_refused() -> None:
    whole = sealed(THREE)

    refused(whole[:HEADER] + chunk(whole, 0) + chunk(whole, 2))
    refused(whole[:HEADER] + chunk(whole, 0) + chunk(whole, 0) + chunk(whole, 1) + chunk(whole, 2))


def test_chunks_of_another_file_with_the_same_key_are_refused() -> None:
    one, two = sealed(THREE), sealed(THREE)

    refused(one[:HEADER] + chunk(two, 0) + one[HEADER + STEP :])


@pytest.mark.parametrize("size", [CHUNK, 2 * CHUNK])
def test_what_was_added_behind_the_end_is_refused(size: int) -> None:
    assert "added to the file after its end" in refused(sealed(b"x" * size) + b"more")


def test_a_file_that_was_never_finished_is_refused() -> None:
    out = io.BytesIO()
    Sealing(out, SECRET).write(THREE)

    assert "cut short" in refused(out.getvalue())


def test_a_file_of_something_else_is_named_so() -> None:
    assert refused(b"PGDMP" + bytes(200)) == "This is no file that Byline sealed."


def test_a_forged_cost_does_not_eat_the_machine() -> None:
    whole = bytearray(sealed(b"x"))
    whole[len(vault.MAGIC)] = 60

    assert "first bytes are damaged" in refused(bytes(whole))

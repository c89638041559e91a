"""A journal is believed where it must be true, and nowhere else."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from service.delivery.actions import journal
from service.delivery.actions.journal import Journal, LeftBehind
from service.delivery.rules.verdicts import UNTOUCHED, Verdict

ACCEPTED = Verdict("accepted", 250, "2.0.0", "kept for ana@readers.example")


@pytest.fixture(autouse=True)
def _own_place(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path


def left_by_the_dead() -> LeftBehind:
    """Message 1 had its verdict, 2 was on the wire, 3 had not begun."""
    if os.fork() == 0:
        kept = Journal(7, 1).__enter__()
        kept.begun(1)
        kept.told(1, ACCEPTED)
        kept.begun(2)
        os._exit(9)
    os.wait()
    return LeftBehind(7, 1)


def test_only_what_was_on_the_wire_is_uncertain() -> None:
    left = left_by_the_dead()
    assert [left.verdict(number) for number in (1, 2, 3)] == [
        Verdict("accepted", 250, "2.0.0"),
        Verdict("uncertain"),
        UNTOUCHED,
    ]


def test_while_its_writer_lives_it_is_not_believed() -> None:
    with Journal(7, 1) as kept:
        kept.begun(1)
        kept.told(1, ACCEPTED)
        assert {LeftBehind(7, 1).verdict(number).state for number in (1, 2)} == {"uncertain"}


def test_after_the_machine_was_restarted_it_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    left = left_by_the_dead()
    monkeypatch.setattr(journal, "_boot", lambda: "another start")
    assert {left.verdict(number).state for number in (1, 2, 3)} == {"uncertain"}


def test_without_one_nobody_can_know() -> None:
    assert LeftBehind(7, 1).verdict(1).state == "uncertain"


def test_it_never_holds_a_servers_words(tmp_path: Path) -> None:
    left_by_the_dead()
    assert "readers.example" not in (tmp_path / "wire" / "7-1").read_text()


def test_a_lease_that_ended_well_leaves_nothing(tmp_path: Path) -> None:
    with Journal(7, 1) as kept:
        kept.begun(1)
    assert list((tmp_path / "wire").iterdir()) == []


def test_a_line_that_broke_off_makes_all_of_it_unbelievable(tmp_path: Path) -> None:
    left = left_by_the_dead()
    with (tmp_path / "wire" / "7-1").open("a") as file:
        file.write("12")
    assert {left.verdict(number).state for number in (1, 2, 3, 12)} == {"uncertain"}


@pytest.mark.parametrize("written", [OSError(28, "No space left on device"), 3])
def test_on_a_full_disk_sending_goes_on_and_nothing_of_it_is_believed(
    monkeypatch: pytest.MonkeyPatch, written: OSError | int
) -> None:
    def write(file: int, told: bytes) -> int:
        if isinstance(written, OSError):
            raise written
        return really(file, told[:written])

    really = os.write
    with pytest.raises(KeyboardInterrupt), Journal(7, 1) as kept:
        kept.begun(1)
        kept.told(1, ACCEPTED)
        monkeypatch.setattr(os, "write", write)
        kept.begun(2)
        monkeypatch.undo()
        kept.told(2, ACCEPTED)
        raise KeyboardInterrupt
    assert {LeftBehind(7, 1).verdict(number).state for number in (1, 2, 3)} == {"uncertain"}

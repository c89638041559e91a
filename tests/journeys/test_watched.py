"""Clock and workers, as whoever watches them hears of them."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from .installation import Installation, installed
from .processes import WAIT_SECONDS, eventually


def heard(there: Installation) -> dict[str, float]:
    told = httpx.get(f"{there.url}/metrics", timeout=WAIT_SECONDS).text
    return {name: float(age) for name, age in re.findall(r'byline_beat_age_seconds\{name="(\w+)"\} (\S+)', told)}


@pytest.mark.parametrize("kind", ["services", "embedded"])
def test_the_clock_and_each_task_that_had_its_turn_are_heard(kind: str, tmp_path: Path) -> None:
    with installed(kind, tmp_path) as there:
        told = eventually(lambda: found if {"clock", "send_due", "publish_feeds"} <= set(found := heard(there)) else {})
        assert all(0 <= age < 60 for age in told.values())


def test_without_a_clock_nothing_of_it_is_heard_while_nudged_tasks_are(tmp_path: Path) -> None:
    with installed("services", tmp_path, without="clock") as there:
        there.subscribe("ana@readers.example")
        told = eventually(lambda: found if "send_due" in (found := heard(there)) else {})
        assert "clock" not in told

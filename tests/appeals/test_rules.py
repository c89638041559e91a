from __future__ import annotations

from collections import Counter
from datetime import date

from service.appeals.rules import Running, choose
from service.newsroom.rules import Ask

DEFAULT = Ask("Default.", "Give", "https://cauce.example/donate/")
DAY = date(2026, 11, 24)


def running(name: str, weight: int = 1, starts: date | None = None, ends: date | None = None) -> Running:
    return Running(Ask(name, "Give", "https://cauce.example/"), "top", weight, starts, ends)


def test_without_an_appeal_the_default_is_shown() -> None:
    assert choose([], "top", "x", DAY, DEFAULT) == DEFAULT
    assert choose([running("A")], "bottom", "x", DAY, DEFAULT) == DEFAULT


def test_an_appeal_runs_from_its_first_day_to_its_last() -> None:
    one = running("A", starts=DAY, ends=DAY)
    assert choose([one], "top", "x", DAY, DEFAULT).text == "A"
    assert choose([one], "top", "x", date(2026, 11, 23), DEFAULT) == DEFAULT
    assert choose([one], "top", "x", date(2026, 11, 25), DEFAULT) == DEFAULT


def test_one_edition_shows_one_appeal_however_often_asked() -> None:
    both = [running("A"), running("B")]
    assert len({choose(both, "top", "weekly-2026-w48-en", DAY, DEFAULT).text for _ in range(20)}) == 1


def test_twice_the_weight_is_chosen_twice_as_often() -> None:
    both = [running("A", weight=2), running("B", weight=1), running("C", weight=0)]
    chosen = Counter(choose(both, "top", str(seed), DAY, DEFAULT).text for seed in range(3000))
    assert 1.7 < chosen["A"] / chosen["B"] < 2.3
    assert chosen["C"] == 0

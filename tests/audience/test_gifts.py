"""Gifts come in: each once, givers are thanked, and nothing is kept by which anybody is told."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.serializers import serialize

from service.appeals.actions.carried import carries
from service.appeals.models import Gift
from service.audience.disclosure import held
from service.audience.erasure import erase
from service.audience.gifts import COUNTED, KNOWN, SET_ASIDE, NotCounted, Summary, import_gifts
from service.audience.models import Subscriber
from service.toolbox.errors import ServiceError
from tests import builders

pytestmark = pytest.mark.django_db
HEADER = "id,email,amount,currency,date,from\n"
ANA = "ch_1,Ana@readers.example,25.00,USD,2026-11-20,weekly-2026-w47-en\n"


@pytest.fixture
def bring(tmp_path: Path, now: datetime) -> Any:
    def brought(text: str, **given: Any) -> tuple[Summary, list[NotCounted]]:
        (tmp_path / "gifts.csv").write_text(text)
        rows: list[NotCounted] = []
        return import_gifts(tmp_path / "gifts.csv", now, tell=rows.append, **given), rows

    return brought


def test_a_reader_who_gave_is_thanked_and_whoever_does_not_read_here_leaves_no_trace(bring: Any, now: datetime) -> None:
    reader = builders.reader(now)
    summary, _ = bring(HEADER + ANA + "ch_2,bruno@elsewhere.example,5,USD,2026-11-21,\n")
    reader.refresh_from_db()
    assert summary.counts == {COUNTED: 2}
    assert reader.thanks_until == date(2027, 12, 1)
    kept = serialize("json", Gift.objects.all())
    assert "elsewhere" not in kept
    assert "readers.example" not in kept
    assert reader.address.fingerprint not in kept


def test_the_same_file_again_counts_nothing_twice_and_a_later_gift_thanks_for_longer(bring: Any, now: datetime) -> None:
    reader = builders.reader(now)
    bring(HEADER + ANA)
    summary, rows = bring(HEADER + ANA + ANA.replace("ch_1", "ch_0").replace("2026-11-20", "2026-01-20"))
    reader.refresh_from_db()
    assert summary.counts == {KNOWN: 1, COUNTED: 1}
    assert [row.reason for row in rows] == ["A gift of this id is counted already."]
    assert reader.thanks_until == date(2027, 12, 1)
    assert Gift.objects.count() == 2


def test_whoever_subscribes_later_is_thanked_when_the_file_is_read_again(bring: Any, now: datetime) -> None:
    bring(HEADER + ANA)
    builders.reader(now)
    bring(HEADER + ANA)
    assert Subscriber.objects.get().thanks_until


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("ch_9,ana@readers.example,ten,USD,2026-11-20,", "The amount is 'ten'"),
        ("ch_9,ana@readers.example,25,dollars,2026-11-20,", "three letters"),
        ("ch_9,ana,25,USD,2026-11-20,", "not a complete mail address"),
        (",ana@readers.example,25,USD,2026-11-20,", "no id"),
        ("ch_9,ana@readers.example,25,USD", "The date is missing"),
        ('ch_9,"ana', "a quotation mark"),
    ],
)
def test_a_row_that_can_not_be_read_is_set_aside_with_a_sentence_and_the_rest_goes_in(
    bring: Any, now: datetime, row: str, reason: str
) -> None:
    summary, rows = bring(HEADER + ANA + row + "\n")
    assert summary.counts == {COUNTED: 1, SET_ASIDE: 1}
    assert (rows[0].number, reason in rows[0].reason) == (3, True), rows
    assert "readers.example" not in rows[0].reason


def test_a_dry_run_decides_the_same_and_writes_nothing(bring: Any, now: datetime) -> None:
    builders.reader(now)
    text = HEADER + ANA + ANA + "ch_3,,ten,USD,2026-11-20,\n"
    dry, told = bring(text, dry_run=True)
    assert (Gift.objects.count(), Subscriber.objects.get().thanks_until) == (0, None)
    real, rows = bring(text)
    assert (dry.counts, told) == (real.counts, rows)
    assert "nothing was written" in dry.sentence()
    assert "nothing was written" not in real.sentence()


def test_columns_may_have_other_names_and_a_currency_may_be_said_for_all(bring: Any) -> None:
    other = "Transaction ID;Gross;Created\nch_1;1.250,00;2026-11-20 10:00:00\n"
    with pytest.raises(ServiceError, match="is called currency"):
        bring(other)
    bring(other, currency="EUR")
    assert str(Gift.objects.get().amount) == "1250.00"


def test_with_no_months_of_thanks_nobody_is_noted(bring: Any, now: datetime, change_newsroom: Any) -> None:
    change_newsroom("after_gift_months = 12", "after_gift_months = 0")
    builders.reader(now)
    bring(HEADER + ANA)
    assert Gift.objects.count() == 1
    assert Subscriber.objects.get().thanks_until is None


def test_a_reader_is_told_that_they_are_known_as_a_giver_and_erased_with_it(bring: Any, now: datetime) -> None:
    reader = builders.reader(now)
    bring(HEADER + ANA)
    reader.refresh_from_db()
    assert held(reader)["chosen"]["thanks_until"] == date(2027, 12, 1)
    erase(reader, now)
    assert Gift.objects.count() == 1
    assert not Subscriber.objects.exists()


def test_the_command_tells_each_row_and_the_sum(tmp_path: Path, now: datetime, capsys: Any) -> None:
    carries("weekly-2026-w47-en", "", 1, now)
    (tmp_path / "gifts.csv").write_text(HEADER + ANA.replace("2026", "2025") + "ch_2,,0,USD,2025-11-20,\n")
    call_command("import_gifts", str(tmp_path / "gifts.csv"))
    told = capsys.readouterr().out
    assert "row 3, set aside: The amount is nothing" in told
    assert "gifts.csv: 2 gifts = 1 counted + 0 counted already + 1 set aside." in told

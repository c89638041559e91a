"""Where articles were republished, counted for the desk and for donors; and how long that is kept."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from service.content.models import Article
from service.delivery.models import Mailing
from service.partners.actions.impact import impact
from service.partners.actions.pulls import note
from service.partners.actions.retention import LETTERS_KEPT
from service.partners.actions.uses import report_use
from service.partners.actions.writing import PREFIX
from service.partners.models import LOOKS_KEPT, PULLS_KEPT, Look, Pull, Republication
from tests import builders

from .republishing import given, partner

pytestmark = pytest.mark.django_db


def used(article: Article, site: str, now: datetime, **fields: object) -> Republication:
    row = report_use(article, f"https://{site.strip('=')}.example/note", "form", now, organisation=site)
    Republication.objects.filter(pk=row.pk).update(**fields)
    return row


@pytest.fixture
def article(now: datetime) -> Article:
    article = builders.article(now, title="=HYPERLINK(1)")
    used(article, "diario", now, country="PE", outcome="well", live=True)
    used(article, "=cmd", now, country="PE", outcome="faults", live=True)
    used(article, "rio", now - timedelta(days=40), country="BR", outcome="gone", live=False)
    given(now, article, "Diario")
    return article


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_an_articles_impact_is_counted(now: datetime, article: Article) -> None:
    (found,) = impact()
    assert (found.pages, found.well, found.faults, found.live, found.given) == (3, 1, 1, 2, 1)
    assert found.countries == ("BR", "PE")
    (november,) = impact("2026-11")
    assert (november.pages, november.countries) == (2, ("PE",))


def test_a_month_begins_and_ends_in_the_newsrooms_zone(now: datetime) -> None:
    article = builders.article(now)
    used(article, "early", datetime.fromisoformat("2026-11-01T04:59:00Z"))
    used(article, "late", datetime.fromisoformat("2026-12-01T04:59:00Z"))
    (november,) = impact("2026-11")
    assert november.outlets == ("late",)


def test_the_export_computes_nothing_in_a_spreadsheet(
    article: Article, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("export_impact", "--month", "2026-11")
    (row,) = rows(capsys.readouterr().out)
    assert row["title"] == "'=HYPERLINK(1)"
    assert row["outlets"].startswith("'=cmd")
    assert row["pages"] == "2"
    call_command("export_impact", "--to", str(tmp_path / "impact.csv"))
    assert rows((tmp_path / "impact.csv").read_text())[0]["pages"] == "3"


def test_a_month_that_is_none_gets_a_sentence() -> None:
    with pytest.raises(CommandError, match="Write it like 2026-11"):
        call_command("export_impact", "--month", "November")


def test_what_has_had_its_time_is_cleared_away_and_told(
    now: datetime, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    article = builders.article(now)
    note(partner(now), [article], "feed", now)
    row = report_use(article, "https://diario.example/x", "form", now)
    Look.objects.create(republication=row, at=now, outcome="well")
    Mailing.objects.create(key=f"{PREFIX}notice:1:0", created=now, not_after=now, state="open", frozen=0)
    monkeypatch.setattr("service.toolbox.clock.now", lambda: now + LOOKS_KEPT)
    call_command("sweep")
    assert (Pull.objects.count(), Look.objects.count(), Mailing.objects.count()) == (1, 1, 1)
    monkeypatch.setattr("service.toolbox.clock.now", lambda: now + PULLS_KEPT + timedelta(seconds=1))
    call_command("sweep")
    assert "1 pulls, 1 looks, 1 letters to partners" in capsys.readouterr().out
    assert (Pull.objects.count(), Look.objects.count(), Mailing.objects.count()) == (0, 0, 0)
    assert Republication.objects.exists()
    assert LETTERS_KEPT <= PULLS_KEPT

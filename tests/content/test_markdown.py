"""A folder of Markdown files; an old story with all its furniture among them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command

from service.content.actions.missing import decide_held
from service.content.actions.pull import Report, add_source, pull
from service.content.models import Article, Disappearance
from service.editions.actions.draft import draft_week, raise_alerts, why_no_alert

pytestmark = pytest.mark.django_db
SAMPLES = Path(__file__).resolve().parents[1] / "samples"
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
STORY = """---
id: {id}
language: en
kind: brief
title: {id}
url: https://cauce.example/{id}/
{more}---
Text of {id}.
"""


def write(folder: Path, id: str, more: str = "") -> Path:
    path = folder / f"{id}.md"
    path.write_text(STORY.format(id=id, more=more), encoding="utf-8")
    return path


def take(folder: Path, now: datetime) -> Report:
    return pull(add_source("markdown", str(folder)), now)


def test_the_examples_go_in_whole(now: datetime) -> None:
    report = take(EXAMPLES / "articles", now)
    assert (report.counts, report.set_aside) == ({"added": 18}, [])
    assert Article.objects.exclude(translation="").count() == 12


def test_an_offset_is_resolved_once_and_kept(tmp_path: Path, now: datetime) -> None:
    write(tmp_path, "a", 'published: "-2d 09:30"\n')
    take(tmp_path, now)
    assert take(tmp_path, now + timedelta(days=3)).counts == {"unchanged": 1}
    assert Article.objects.get().published == datetime(2026, 11, 22, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2014-09-26T10:00:00-05:00", datetime(2014, 9, 26, 15, tzinfo=UTC)),
        ('"2014-09-26 10:00"', datetime(2014, 9, 26, 15, tzinfo=UTC)),
        ("2014-09-26", datetime(2014, 9, 26, 5, tzinfo=UTC)),
    ],
)
def test_a_date_without_a_zone_is_the_newsrooms(tmp_path: Path, now: datetime, written: str, meant: datetime) -> None:
    write(tmp_path, "a", f"published: {written}\n")
    take(tmp_path, now)
    assert Article.objects.get().published == meant


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("no front matter", "has no front matter"),
        ("---\ntitle: [unclosed\n---\n", "not YAML"),
        ("---\njust words\n---\n", "not a list of `key: value` lines"),
        ("---\ntitle: x\nauthors: Ana\n---\n", "authors is not a list"),
        ("---\ntitle: x\npublished: soon\n---\n", "published is 'soon'"),
        ("---\ntitle: x\n---\ntext\n", "not a web address"),
        ("---\ntitle: x\nkind: rumour\nurl: https://x.example/\n---\ntext\n", "'rumour' is unknown"),
    ],
)
def test_a_bad_file_is_set_aside_by_name_and_the_rest_goes_in(
    tmp_path: Path, now: datetime, content: str, sentence: str
) -> None:
    write(tmp_path, "good")
    (tmp_path / "bad.md").write_text(content, encoding="utf-8")
    report = take(tmp_path, now)
    assert report.counts == {"added": 1, "set aside": 1}
    assert sentence in report.set_aside[0]["sentence"]
    assert "bad.md" in report.set_aside[0]["sentence"] + report.set_aside[0]["id"]


def test_a_file_that_is_gone_from_a_complete_run_withdraws_its_article(tmp_path: Path, now: datetime) -> None:
    path = write(tmp_path, "a")
    write(tmp_path, "b")
    take(tmp_path, now)
    path.unlink()
    assert take(tmp_path, now).counts == {"unchanged": 1, "withdrawn": 1}
    assert Article.objects.get(external_id="a").status == "withdrawn"


def test_an_empty_folder_withdraws_nothing_and_says_so(tmp_path: Path, now: datetime) -> None:
    path = write(tmp_path, "a")
    take(tmp_path, now)
    path.unlink()
    assert "The folder is empty" in take(tmp_path, now).trouble
    assert Article.objects.get().status == "published"


def test_many_files_gone_at_once_wait_for_a_person(tmp_path: Path, now: datetime) -> None:
    paths = [write(tmp_path, f"a{number}") for number in range(10)]
    take(tmp_path, now)
    for path in paths[:3]:
        path.unlink()
    assert take(tmp_path, now).counts["held"] == 3
    assert not Article.objects.filter(status="withdrawn").exists()
    for doubt in Disappearance.objects.all():
        decide_held([doubt.pk], now, withdraw=True)
    assert Article.objects.filter(status="withdrawn").count() == 3


def test_the_report_can_be_read_by_programs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.md").write_text("nothing", encoding="utf-8")
    call_command("ingest", "markdown", str(tmp_path), "--json")
    assert '"sentence": "bad.md: it has no front matter' in capsys.readouterr().out


@pytest.fixture
def old_story(now: datetime) -> Article:
    take(SAMPLES, now)
    return Article.objects.get(external_id="old-story")


def test_an_old_story_keeps_its_text_and_its_analysis_heading_and_loses_its_furniture(old_story: Article) -> None:
    assert "<h2>Cauce Analysis</h2>" in old_story.body
    assert "See also" in old_story.body
    for furniture in ("donate", "helpful", "Share", "We encourage", "data:image"):
        assert furniture.lower() not in old_story.body.lower(), furniture
    assert 'src="https://cauce.example/' in old_story.body
    assert "Cauce Analysis" not in old_story.standfirst


def test_an_old_story_is_in_the_digest_of_its_week_and_raises_no_alert(old_story: Article, now: datetime) -> None:
    drafted = {one.edition.slug: one.edition for one in draft_week("2014-w39", now) if one.edition}
    assert [item.article for item in drafted["weekly-2014-w39-en"].items.all()] == [old_story]
    assert raise_alerts(now) == []
    assert "over a day ago" in why_no_alert(old_story, now)

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path

import pytest

from service.newsroom.rules import BadNewsroomFile, read

SAMPLE = (Path(__file__).resolve().parents[2] / "newsroom.toml").read_text(encoding="utf-8")


def test_the_sample_file_can_be_read() -> None:
    house = read(SAMPLE)
    assert (house.name, house.languages, house.full_text_feeds) == ("Cauce", ("en", "es"), True)


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ('name = "Cauce"\n', "", "name is missing"),
        ('name = "Cauce"\n', 'name = " "\n', "name is empty"),
        ("founded = 2014", 'founded = "2014"', "founded is not a int"),
        ('languages = ["en", "es"]', "languages = []", "languages is empty"),
        ('approval = "one"', 'approval = "three"', "digest.approval is 'three'; it takes none or one or two"),
        ("undo_minutes = 5", "undo_minutes = -1", "digest.undo_minutes is -1; it takes a whole number from 0 to 720"),
        ("undo_minutes = 5", "undo_minutes = true", "digest.undo_minutes is True; it takes a whole number"),
        ('rehearsal = "shown"', 'rehearsal = "seen"', "digest.rehearsal is 'seen'; it takes shown or required"),
        ('languages = ["en", "es"]', 'languages = ["en", "es", "pt"]', "pt is missing"),
        ('timezone = "America/Bogota"', 'timezone = "Bogota"', "timezone 'Bogota' is unknown"),
        ('en = "https://cauce.example/"', 'en = "cauce.example"', "sites.en is 'cauce.example', not an http"),
        ('editors = "desk@cauce.example"', 'editors = "the desk"', "desk.editors is 'the desk', not a mail address"),
        (
            '"letters@cauce.example"',
            '"cauce@mail.example"',
            "mail.from_address is at mail.example; it must be at cauce",
        ),
        ('accent = "#a3161a"', 'accent = "red"', "look.light.accent is 'red'; write a colour like"),
        ('body = "full" ', 'body = "all" ', "feeds.body is 'all'; it takes full or summary"),
        ('".share-buttons"', '"::::"', "intake.strip_selectors has '::::', which is not a CSS selector"),
        ('news = ["news", "noticias"]', 'rumour = ["x"]', "kinds.rumour is no kind"),
        ('"latest-investigation", "featured"', '"sport"', "digest.sections has 'sport'"),
        ('# quiet_hours = ["22:00", "07:00"]', 'quiet_hours = ["22:00"]', "alerts.quiet_hours takes two hours"),
        ('# quiet_hours = ["22:00", "07:00"]', 'quiet_hours = ["7:00", "24:00"]', "alerts.quiet_hours takes two hours"),
        (
            '# quiet_hours = ["22:00", "07:00"]',
            'quiet_hours = ["07:00", "07:00"]',
            "alerts.quiet_hours takes two hours",
        ),
        (
            "# every_minutes = 30",
            "every_minutes = 1440",
            "alerts.every_minutes is 1440; it takes a whole number from 0 to 1439",
        ),
        ("images = false", "images = 0", "mail.images is not a bool"),
        ("every_weeks = 4", "every_weeks = 0", "appeals.every_weeks is 0; it takes a whole number from 1 to 52"),
        ("every_weeks = 4", "every_weeks = true", "appeals.every_weeks is True; it takes a whole number"),
        ("after_gift_months = 12", 'after_gift_months = "a year"', "appeals.after_gift_months is 'a year'; it takes"),
        ("every_weeks = 4", "each_week = 4", "appeals.each_week is unknown. It knows every_weeks, after_gift_months."),
        ('name = "Cauce"', "name = ", "is not TOML"),
    ],
)
def test_a_mistake_is_told_with_the_key_it_stands_at(before: str, after: str, sentence: str) -> None:
    assert before in SAMPLE
    with pytest.raises(BadNewsroomFile) as told:
        read(SAMPLE.replace(before, after, 1))
    assert sentence in str(told.value)


def test_alerts_keep_no_hours_unless_the_file_says_so() -> None:
    assert (read(SAMPLE).alert_quiet, read(SAMPLE).alert_every) == (None, timedelta(0))
    said = SAMPLE.replace("# quiet_hours", "quiet_hours").replace("# every_minutes", "every_minutes")
    assert (read(said).alert_quiet, read(said).alert_every) == ((time(22), time(7)), timedelta(minutes=30))

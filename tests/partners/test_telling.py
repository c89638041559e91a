"""The letters of a notice: what they say, when they come again, and when the desk hears."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from service.content.actions.bylines import remove_byline, restore_byline
from service.content.actions.store import take_in, withdraw
from service.content.models import Article, Author, Version
from service.content.rules.drafts import Person
from service.delivery.actions.gate import suppress
from service.partners.actions.acknowledging import acknowledge
from service.partners.actions.tell import tell_partners
from service.partners.actions.telling import remind
from service.partners.actions.uses import report_use
from service.partners.models import Notice, Partner, Told
from service.toolbox.addresses import fingerprint
from service.toolbox.errors import ServiceError
from tests import builders

from .republishing import PAGE, corrected, given, posted, told, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def article(now: datetime) -> Article:
    return builders.article(now, title="Gold & mercury")


def killed(article: Article, now: datetime) -> None:
    withdraw(article, "A source is in danger.", now)


def test_a_kill_says_what_to_do_where_why_and_how_to_answer(now: datetime, article: Article, tmp_path: Path) -> None:
    report_use(article, PAGE, "form", now, partner=given(now, article))
    killed(article, now)
    (letter,) = posted(now, tmp_path)
    assert letter["To"] == "desk@diario.example"
    assert letter["Subject"] == "TAKE DOWN NOW: “Gold & mercury”"
    assert letter["Reply-To"] == "republish@cauce.example"
    for kind in ("plain", "html"):
        text = words(letter, kind)
        for piece in (PAGE, "A source is in danger.", "every hour counts", "/partners/acknowledge/"):
            assert piece in text, (kind, piece)
        assert "/republish" not in text


def test_a_kill_speaks_the_partners_language(now: datetime, article: Article, tmp_path: Path) -> None:
    given(now, article, language="es")
    killed(article, now)
    (letter,) = posted(now, tmp_path)
    assert letter["Subject"] == "RETIRE YA: «Gold & mercury»"
    assert "cada hora cuenta" in words(letter)


def test_whoever_reported_a_use_is_written_to_in_the_articles_language(now: datetime, tmp_path: Path) -> None:
    article = builders.article(now, language="es", title="Oro")
    report_use(article, PAGE, "form", now, contact="bo@blog.example")
    killed(article, now)
    (letter,) = posted(now, tmp_path)
    assert (letter["To"], letter["Subject"]) == ("bo@blog.example", "RETIRE YA: «Oro»")
    assert "nos contó que usó" in words(letter)


def test_a_correction_shows_what_changed_since_the_version_they_have(now: datetime, tmp_path: Path) -> None:
    first = builders.draft(body="<p>Police found 300 kilos.</p><p>Nobody was hurt.</p>", published=now)
    take_in(builders.source(), first, now, first_import=False)
    article = Article.objects.get()
    given(now, article)
    second = builders.draft(
        external_id=first.external_id,
        url=first.url,
        title=first.title,
        body="<p>Police found 30 kilos.</p><p>Nobody was hurt.</p>",
        change="correction",
        note="It was 30 kilos.",
    )
    take_in(builders.source(), second, now, first_import=False)
    (letter,) = posted(now, tmp_path)
    text = builders.part(letter, "plain")
    assert letter["Subject"].startswith("Please correct")
    assert "  Police found 300 kilos." in text
    assert "  Police found 30 kilos." in text
    assert "Nobody was hurt" not in text
    assert f"/articles/{article.pk}/republish" in text


def test_a_byline_taken_off_is_asked_for_without_the_name(now: datetime, tmp_path: Path) -> None:
    article = builders.article(now)
    given(now, article)
    Version.objects.update(kind="byline", note="")
    article.authorships.all().delete()
    (letter,) = posted(now, tmp_path)
    assert letter["Subject"].startswith("TAKE THE NAME OFF NOW")
    assert "Ferrer" not in str(letter)


def test_a_name_that_is_back_is_asked_of_nobody_and_ends_the_reminders(now: datetime, tmp_path: Path) -> None:
    given(now, builders.article(now))
    remove_byline(Author.objects.get(), now)
    assert len(posted(now, tmp_path)) == 1
    restore_byline(Author.objects.get(), now + timedelta(minutes=5))
    assert len(posted(now + timedelta(days=5), tmp_path)) == 1
    assert not Notice.objects.unanswered().exists()


def test_while_another_name_is_withheld_the_reminders_go_on(now: datetime, tmp_path: Path) -> None:
    given(now, builders.article(now, authors=(Person("ana", "Ana Ruiz"), Person("lucia", "Lucía Ferrer"))))
    for author in Author.objects.all():
        remove_byline(author, now)
    assert len(posted(now, tmp_path)) == 1
    restore_byline(Author.objects.get(slug="ana"), now)
    assert len(posted(now + timedelta(hours=1), tmp_path)) == 2
    assert Notice.objects.unanswered().count() == 1


def test_a_kill_is_repeated_after_1_24_and_72_hours_then_the_desk_hears(
    now: datetime, article: Article, tmp_path: Path
) -> None:
    given(now, article)
    killed(article, now)
    counts = []
    for hours in (0, 0.9, 1, 23.9, 24, 71.9, 72, 95.9, 96, 200):
        counts.append(len(posted(now + timedelta(hours=hours), tmp_path)))
    assert counts == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    subjects = {letter["To"]: letter["Subject"] for letter in builders.letters(tmp_path / "outbox")}
    assert subjects["desk@cauce.example"] == "No answer from Diario del Sur: “Gold & mercury”"
    assert subjects["desk@diario.example"].startswith(("Not answered yet: TAKE DOWN", "TAKE DOWN"))


def test_a_correction_is_repeated_once_and_the_desk_is_not_mailed(
    now: datetime, article: Article, tmp_path: Path
) -> None:
    given(now, article)
    corrected(article, now)
    counts = [len(posted(now + timedelta(hours=hours), tmp_path)) for hours in (0, 23, 24, 100)]
    assert counts == [1, 1, 2, 2]


def test_whoever_answered_hears_no_more(now: datetime, article: Article, tmp_path: Path) -> None:
    given(now, article)
    killed(article, now)
    posted(now, tmp_path)
    acknowledge(told(), "link", now, "taken down")
    assert len(posted(now + timedelta(days=10), tmp_path)) == 1


def test_a_worker_that_slept_for_days_sends_one_letter_not_four(
    now: datetime, article: Article, tmp_path: Path
) -> None:
    given(now, article)
    killed(article, now)
    for _ in range(5):
        posted(now + timedelta(days=4), tmp_path)
    assert len(builders.letters(tmp_path / "outbox")) == 1


def test_a_correction_is_not_asked_for_any_more_once_the_article_is_withdrawn(
    now: datetime, article: Article, tmp_path: Path
) -> None:
    given(now, article)
    corrected(article, now)
    posted(now, tmp_path)
    killed(article, now)
    letters = posted(now + timedelta(hours=24), tmp_path)
    assert [letter["Subject"].split(":")[0] for letter in letters].count("TAKE DOWN NOW") == 1
    assert len(letters) == 2


def test_a_mailbox_that_left_the_newsletter_still_hears_of_a_kill(
    now: datetime, article: Article, tmp_path: Path
) -> None:
    given(now, article)
    suppress(fingerprint("desk@diario.example"), "unsubscribed", now)
    killed(article, now)
    assert len(posted(now, tmp_path)) == 1


def test_one_partner_without_a_working_address_keeps_no_other_waiting(
    now: datetime, article: Article, tmp_path: Path
) -> None:
    given(now, article, "Broken")
    Partner.objects.update(corrections_to="nobody")
    given(now, article, "Diario")
    killed(article, now)
    assert [letter["To"] for letter in posted(now, tmp_path)] == ["desk@diario.example"]
    assert Told.objects.get(partner__name="Broken").due == now + timedelta(hours=1)


def test_the_desk_may_remind_at_once_and_the_other_reminders_stay(
    now: datetime, article: Article, tmp_path: Path
) -> None:
    given(now, article)
    killed(article, now)
    tell_partners(now)
    before = told().due
    remind(told(), now + timedelta(minutes=5))
    assert len(posted(now + timedelta(minutes=5), tmp_path)) == 2
    assert told().due == before
    acknowledge(told(), "link", now, "taken down")
    with pytest.raises(ServiceError, match="answered already"):
        remind(told(), now)

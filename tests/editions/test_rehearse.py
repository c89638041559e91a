from datetime import timedelta

import pytest

from service.delivery.actions import gate
from service.delivery.models import Mailing
from service.editions import spam
from service.editions.actions.decide import approve, preview
from service.editions.actions.dispatch import dispatch_editions
from service.editions.actions.draft import draft_now
from service.editions.actions.rehearse import rehearse
from service.editions.models import Edition, Interest
from service.toolbox import addresses
from tests import builders
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft() -> Edition:
    builders.article(NOW, topics=("customs",))
    builders.article(NOW, topics=("cocaine",))
    builders.reader(NOW, "ana")
    builders.reader(NOW, "bruno", text_only=True)
    builders.reader(NOW, "carla", interests="topic:cocaine")
    builders.reader(NOW, "diego", wants="alerts")
    builders.reader(NOW, "eva", paused_until=NOW.date() + timedelta(days=9))
    edition = draft_now(NOW + timedelta(minutes=1), "en").edition
    assert edition
    return edition


def test_who_would_get_it_is_who_gets_it(draft: Edition):
    told = rehearse(draft, NOW)

    approve(draft, "maria", NOW)
    dispatch_editions(NOW)
    mailing = Mailing.objects.get(key=draft.mailing_key)
    renditions = set(mailing.renditions.values_list("segment", flat=True))
    assert (told.readers, told.excluded, told.candidates) == (mailing.frozen, mailing.excluded, mailing.candidates)
    assert {part.segment for part in told.parts} == renditions


def test_it_writes_nothing(draft: Edition):
    rehearse(draft, NOW)

    assert not Mailing.objects.exists()
    assert not Interest.objects.exists()


def test_who_is_held_back_at_the_gate_is_counted(draft: Edition):
    gate.suppress(addresses.fingerprint("ana@readers.example"), "hard bounce", NOW)

    assert rehearse(draft, NOW).suppressed == 1


def test_a_letter_that_must_not_leave_is_told_with_its_reason(draft: Edition):
    Edition.objects.update(letter="Read https://elsewhere.example/?utm_source=letter")
    draft.refresh_from_db()

    assert "must not leave" in " ".join(rehearse(draft, NOW).problems)


def test_how_long_it_takes_follows_the_pace_that_was_set(draft: Edition, settings):
    settings.MAIL_PER_MINUTE = 1

    assert rehearse(draft, NOW).takes == timedelta(minutes=3)


def test_spamassassin_finds_nothing_to_call_spam(draft: Edition):
    told = spam.score(preview(draft, NOW), "letters@cauce.example")

    assert told
    assert told.points < told.limit

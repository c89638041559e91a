"""The record of who was given what."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from service.partners.actions.create import create
from service.partners.actions.pulls import note
from service.partners.actions.retention import sweep
from service.partners.models import CONTACT_KEPT, PULLS_KEPT, Notice, Pull
from tests import builders

pytestmark = pytest.mark.django_db


def test_each_version_that_a_partner_was_given_is_counted_once(now: datetime) -> None:
    partner = create("Diario", "desk@diario.example", now).partner
    article = builders.article(now)
    for hours in (0, 1):
        note(partner, [article], "feed", now + timedelta(hours=hours))
    article.version += 1
    note(partner, [article], "feed", now + timedelta(hours=2))
    first, second = Pull.objects.order_by("version")
    assert (first.times, first.first, first.last) == (2, now, now + timedelta(hours=1))
    assert second.times == 1


def test_the_record_has_a_stated_life(now: datetime) -> None:
    partner = create("Diario", "desk@diario.example", now).partner
    note(partner, [builders.article(now)], "feed", now)
    assert not Pull.objects.outlived(now + PULLS_KEPT).exists()
    assert Pull.objects.outlived(now + PULLS_KEPT + timedelta(seconds=1)).exists()


def test_whom_a_notice_told_beside_partners_is_forgotten_after_two_years(now: datetime) -> None:
    version = builders.article(now).versions.get()
    notice = Notice.objects.create(version=version, kind="correction", at=now)
    notice.told.create(contact="reader@diario.example")
    sweep(now + CONTACT_KEPT)
    assert notice.told.exists()
    sweep(now + CONTACT_KEPT + timedelta(seconds=1))
    assert not notice.told.exists()

"""An article as it stands after a while: changed, published, pulled by a partner, sent to readers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from service.content.actions.store import take_in
from service.content.models import Article, Version
from service.content.rules.drafts import Draft
from service.editions.actions.decide import approve
from service.editions.actions.dispatch import dispatch_editions
from service.editions.actions.draft import draft_now
from service.editions.models import Edition
from service.feeds.actions.publish import publish_feeds
from service.partners.actions.pulls import note
from service.partners.models import Partner
from tests import builders


@dataclass(frozen=True, slots=True)
class Story:
    """`draft` is what its source last gave."""

    article: Article
    draft: Draft

    def now(self) -> Article:
        return Article.objects.get(pk=self.article.pk)

    @property
    def latest(self) -> Version:
        return self.article.versions.latest("number")


def changed(now: datetime) -> Story:
    """Taken in, then silently mended; the feeds carry it."""
    first = builders.draft(title="A port without a guard", published=now - timedelta(hours=1))
    later = replace(first, body="<p>The boat had two engines.</p><p>The second.</p>")
    for one in (first, later):
        take_in(builders.source(), one, now, first_import=False)
    publish_feeds(now, seconds=60)
    return Story(Article.objects.get(external_id=first.external_id), later)


def pulled(article: Article, now: datetime) -> Partner:
    partner = Partner.objects.create(
        slug="diario", name="Diario del Puerto", language="es", corrections_to="desk@diario.example", created=now
    )
    note(partner, [article], "api", now)
    return partner


def sent(now: datetime) -> Edition:
    """A weekly with all that came in so far, on its way to one reader."""
    builders.reader(now)
    edition = draft_now(now + timedelta(minutes=1), "en").edition
    assert edition
    approve(edition, "maria", now)
    dispatch_editions(now)
    return edition

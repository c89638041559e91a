"""The weekly digest."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from service.appeals.actions import appeal
from service.appeals.rules import BOTTOM, TOP
from service.content.models import Article, Version
from service.newsroom.current import newsroom

from ..models import Edition, EditionItem
from ..rules import MOST_RELATED
from .story import Share, Story, story

PRIORITY = 5


@dataclass(frozen=True, slots=True)
class Section:
    name: str
    stories: tuple[Story, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """A story that changed after readers got it."""

    kind: str
    title: str
    url: str
    note: str


def values(edition: Edition, now: datetime) -> dict[str, Any]:
    """`sections` in order, the first story of all being the lead; `see_also` are older links."""
    ask = appeal(edition.language, TOP, edition.slug, now)
    items = list(
        edition.shown_items.select_related("article").prefetch_related(
            "article__authorships__author", "article__countries", "article__topics"
        )
    )
    names: dict[str, list[Story]] = {}
    for item in items:
        names.setdefault(item.section, []).append(story(item.article, ask))
    sections = tuple(Section(section_name(name), tuple(stories)) for name, stories in names.items())
    return {
        "lead": sections[0].stories[0] if sections else None,
        "sections": sections,
        "see_also": _see_also(edition, items),
        "notices": notices(edition.language, edition.period_start, edition.period_end),
        "ask_top": ask,
        "ask_bottom": appeal(edition.language, BOTTOM, edition.slug, now),
        "count": len(items),
        "date": edition.period_end or now,
    }


def section_name(name: str) -> str:
    return {
        "latest-investigation": gettext("Latest investigation"),
        "featured": gettext("Featured"),
        "analysis": gettext("News analysis"),
        "briefs": gettext("Briefs"),
        "organization": gettext("About the organization"),
        "see-also": gettext("See also"),
    }[name]


def notices(language: str, start: datetime | None, end: datetime | None) -> tuple[Notice, ...]:
    """Corrections and withdrawals told in that time: the last word on each story, if it still holds."""
    if not start or not end:
        return ()
    told = Version.objects.told_between(language, start, end).select_related("article").order_by("at", "id")
    last = {version.article_id: version for version in told}
    return tuple(
        Notice(version.kind, version.title, version.article.canonical_url, version.note)
        for version in last.values()
        if (version.kind == "withdrawal") == (version.article.status == "withdrawn")
    )


def _see_also(edition: Edition, items: list[EditionItem]) -> tuple[Share, ...]:
    """Up to three links that the stories themselves point to, else older stories on the lead's topic;
    none of a story that stands in this letter, or was left out of it."""
    if "see-also" not in newsroom().sections or not items:
        return ()
    drafted = edition.items.all()
    here = set(drafted.values_list("article__canonical_url", flat=True))
    links = [Share(link["title"] or link["url"], link["url"]) for item in items for link in item.article.see_also]
    lead = items[0].article
    older = (
        Article.objects.published()
        .in_language(edition.language)
        .filter(topics__in=lead.topics.all(), published__lt=lead.published)
        .exclude(pk__in=drafted.values("article"))
        .distinct()
        .newest_first()[:MOST_RELATED]
    )
    links += [Share(article.title, article.canonical_url) for article in older]
    fresh = {link.url: link for link in links if link.url not in here}
    return tuple(fresh.values())[:MOST_RELATED]

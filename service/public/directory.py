"""The feeds that there are, as people look for them."""

from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from babel.dates import format_date
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext
from lxml import etree

from service.content.models import Article
from service.feeds.actions.choosing import articles_on
from service.feeds.models import PublishedFeed, PublishedFeedQuerySet
from service.feeds.rules import Shelf
from service.newsroom.current import newsroom
from service.toolbox import html

from .pages import languages

PREVIEW_ITEMS = 10


@dataclass(frozen=True, slots=True)
class Card:
    """One shelf and its addresses: (label, URL)."""

    title: str
    language: str
    description: str
    preview_url: str
    links: tuple[tuple[str, str], ...]


def groups() -> list[tuple[str, list[Card]]]:
    """Per language: the main feeds, then those by topic, country, kind and author."""
    names = dict(_group_names())
    found: dict[str, list[Card]] = {}
    for (language, kind), cards in _cards().items():
        heading = f"{dict(languages())[language]}: {names[kind]}"
        found.setdefault(heading, []).extend(cards)
    return list(found.items())


def card(language: str, name: str) -> Card | None:
    """The card whose feeds are /feeds/<language>/<name>.rss and .atom."""
    rows = PublishedFeed.objects.filter(address__startswith=f"/feeds/{language}/{name}.")
    return _card(list(rows.order_by("-format"))) if rows else None


def preview(language: str, name: str, now: datetime) -> list[dict[str, str]]:
    row = PublishedFeed.objects.filter(address=f"/feeds/{language}/{name}.rss").first()
    if row is None:
        return []
    articles = articles_on(Shelf(row.language, row.kind, row.slug), now)
    return [_item(article) for article in articles[:PREVIEW_ITEMS] if article.status == "published"]


def opml() -> bytes:
    """OPML 2.0: group outlines carry text alone, feed outlines are of type rss whatever the format."""
    house = newsroom()
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = house.name
    newest = PublishedFeed.objects.exclude(updated=None).order_by("-updated").first()
    if newest and newest.updated:
        etree.SubElement(head, "dateModified").text = format_datetime(newest.updated, usegmt=False)
    etree.SubElement(head, "ownerName").text = house.name
    etree.SubElement(head, "ownerId").text = house.sites[house.language]
    body = etree.SubElement(root, "body")
    for language, own_name in languages():
        with translation.override(language):
            group = etree.SubElement(body, "outline", text=own_name)
            for row in _listed().filter(language=language, format="rss").order_by("kind", "slug"):
                etree.SubElement(
                    group,
                    "outline",
                    type="rss",
                    text=row.title,
                    title=row.title,
                    xmlUrl=settings.SITE_URL + row.address,
                    htmlUrl=settings.SITE_URL + _preview_path(row),
                    language=language,
                    description=house.tagline[language],
                )
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _cards() -> dict[tuple[str, str], list[Card]]:
    order = [kind for kind, _ in _group_names()]
    rows: dict[tuple[str, str, str], list[PublishedFeed]] = {}
    for row in _listed().order_by("language", "title", "-format"):
        rows.setdefault((row.language, row.kind, row.slug), []).append(row)
    cards: dict[tuple[str, str], list[Card]] = {}
    spoken = list(newsroom().languages)
    for language, kind, slug in sorted(rows, key=lambda one: (spoken.index(one[0]), order.index(one[1]))):
        cards.setdefault((language, kind), []).append(_card(rows[language, kind, slug]))
    return cards


def _listed() -> PublishedFeedQuerySet:
    listed = PublishedFeed.objects.current().filter(language__in=newsroom().languages)
    return listed.filter(address__startswith="/feeds/")


def _group_names() -> list[tuple[str, str]]:
    return [
        ("latest", gettext("Everything")),
        ("republish", gettext("To republish")),
        ("topic", gettext("By topic")),
        ("country", gettext("By country")),
        ("kind", gettext("By kind")),
        ("author", gettext("By author")),
    ]


def _card(rows: list[PublishedFeed]) -> Card:
    first = rows[0]
    house = newsroom()
    return Card(
        title=first.title or first.address,
        language=first.language,
        description=house.tagline[first.language],
        preview_url=_preview_path(first),
        links=tuple(("RSS" if row.format == "rss" else "Atom", settings.SITE_URL + row.address) for row in rows),
    )


def _preview_path(row: PublishedFeed) -> str:
    return row.address.rsplit(".", 1)[0] + "/"


def _item(article: Article) -> dict[str, str]:
    house = newsroom()
    day = article.published.astimezone(house.zone)
    return {
        "title": article.title,
        "url": article.canonical_url,
        "byline": ", ".join([*article.author_names, house.name]),
        "date": format_date(day, "long", locale=article.language),
        "summary": html.excerpt(article.body, 40) if not article.standfirst else article.standfirst,
    }

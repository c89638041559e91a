"""What a feed holds, from the content store: plain values, ready for any format."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from urllib.parse import urlsplit

from babel.dates import format_date
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext
from markupsafe import Markup, escape

from service.appeals.actions.calling import elsewhere
from service.attribution.formats import html as attribution_html
from service.attribution.rules import Attribution, compose
from service.content.actions.related import related_of
from service.content.kinds import kind_name
from service.content.models import Article, Author, Country, Term, Topic
from service.newsroom.current import newsroom
from service.newsroom.rules import NO_ASK, Ask
from service.toolbox import html

from ..models import PublishedFeed
from ..rules import (
    ARCHIVE,
    IN_EACH_LANGUAGE,
    LATEST,
    NDJSON,
    REPUBLISH,
    Category,
    Document,
    Feed,
    Item,
    Link,
    Note,
    Picture,
    Shelf,
    Source,
    feeds_of,
)
from . import history
from .copies import OPEN, Terms, as_html, with_correction, withdrawal

SUMMARY_WORDS = 60
REPORT_RELATION = "/rel/republication-report"
_STATUS = {"correction": "corrected", "withdrawal": "withdrawn"}


def items_of(shelf: Shelf, articles: Sequence[Article], now: datetime, terms: Terms = OPEN) -> tuple[Item, ...]:
    ask = _ask(shelf, now) if terms.donation_call else NO_ASK
    twins, beside = _twins(articles), related_of(articles)
    with translation.override(shelf.language):
        return tuple(
            _item(article, shelf, ask, twins.get(article.translation, []), beside[article.pk], terms)
            for article in articles
        )


def document(feed: Feed, items: tuple[Item, ...], updated: datetime, now: datetime) -> Document:
    house, shelf = newsroom(), feed.shelf
    with translation.override(shelf.language):
        told = house.licence
        return Document(
            id=_id(feed),
            self_url=settings.SITE_URL + feed.address,
            home_url=_home(shelf),
            title=title_of(shelf),
            description=f"{house.tagline[shelf.language]}. {told.conditions[shelf.language]}",
            language=shelf.language,
            organisation=house.name,
            updated=updated,
            rights=_rights(),
            licence_url=told.url,
            donate_url=_ask(shelf, now).url,
            editors=house.editors,
            republication=house.republication,
            sibling=_sibling(feed),
            items=items,
            hub="" if shelf.kind == ARCHIVE else house.hub,  # of a page nobody is told
            icon=house.icon,
            source=_source(feed),
            report_relation=settings.SITE_URL + REPORT_RELATION,
            older=history.older(feed),
            current=history.current(feed),
        )


def alone(article: Article, now: datetime, terms: Terms = OPEN) -> Document:
    """One article with its whole text, as the feed to republish carries it, however old it is."""
    shelf = Shelf(article.language, REPUBLISH)
    (feed,) = [one for one in feeds_of(shelf, newsroom().language) if one.format == NDJSON]
    whole = document(feed, items_of(shelf, [article], now, terms), article.updated, now)
    return whole if terms.donation_call else replace(whole, donate_url="")


def title_of(shelf: Shelf) -> str:
    """In the active language: "Cauce in English: Customs"."""
    house = newsroom()
    latest = {"en": "in English", "es": "en español"}.get(shelf.language, shelf.language)
    about = _ABOUT[shelf.kind](shelf)
    return f"{house.name} {latest}: {about}" if about else f"{house.name} {latest}"


def _ask(shelf: Shelf, now: datetime) -> Ask:
    """An archive carries the standing call: one that comes and goes would rewrite every page."""
    if shelf.kind == ARCHIVE:
        return newsroom().asks[shelf.language]
    return elsewhere(shelf.language, now)


def _item(article: Article, shelf: Shelf, ask: Ask, twins: list[Article], beside: list[Article], terms: Terms) -> Item:
    house = newsroom()
    told = compose(article, house, ask)
    withdrawn = article.status == "withdrawn"
    republished = shelf.kind == REPUBLISH
    pictured = terms.pictures and article.image_may_republish and article.image_url and not withdrawn
    return Item(
        key=article.key,
        guid=article.guid,
        title=_title(article, told),
        url=article.canonical_url,
        language=article.language,
        published=article.published,
        updated=article.updated,
        summary=withdrawal(article, told) if withdrawn else _summary(article),
        content=as_html(article, told, terms) if republished and not withdrawn else _content(article, told, beside),
        whole=not withdrawn and (republished or house.full_text_feeds),
        authors=tuple(article.author_names) or (house.name,),
        categories=_categories(article),
        picture=_picture(article) if pictured else None,
        translations=tuple(
            Link(twin.canonical_url, twin.language, twin.title, twin.guid)
            for twin in twins
            if twin.language != article.language and not withdrawn
        ),
        version=article.version,
        status=_STATUS.get(article.change, "usable"),
        notes=tuple(Note(version.at, version.note) for version in article.told),
        attribution=told,
        embargoed_until=article.embargoed_until,
    )


def _picture(article: Article) -> Picture:
    return Picture(article.image_url, article.image_alt, article.credit, article.image_width, article.image_height)


def _title(article: Article, told: Attribution) -> str:
    if article.status == "withdrawn":
        return told.words.withdrawn_title.format(title=article.title)
    if article.change == "correction":
        return told.words.corrected_title.format(title=article.title)
    return article.title


def _summary(article: Article) -> str:
    return html.excerpt(f"<p>{escape(article.standfirst)}</p>", SUMMARY_WORDS) or article.title


def _content(article: Article, told: Attribution, beside: list[Article]) -> str:
    """With the attribution round it, whole or in summary; a correction's note stands above all."""
    if article.status == "withdrawn":
        return f"<p>{escape(withdrawal(article, told))}</p>"
    body = article.body
    if not newsroom().full_text_feeds:
        body = f"<p>{escape(_summary(article))}</p>"
    elif beside:
        body += _beside(beside)
    return with_correction(article, told, attribution_html.around(told, body))


def _beside(related: list[Article]) -> str:
    """Related articles, in the elements that every reader and every CMS keeps."""
    zone = newsroom().zone
    lines = [
        Markup('<p><em>{} · {}</em><br><a href="{}">{}</a><br>{}</p>').format(
            kind_name(article.kind),
            format_date(article.published.astimezone(zone), "long", locale=article.language),
            article.canonical_url,
            article.title,
            article.standfirst,
        )
        for article in related
    ]
    block = Markup("\n<p><em>{}</em></p>\n").format(gettext("Related")) + Markup("\n").join(lines)
    return html.printable(block)  # one broken article must not break its neighbours


def _categories(article: Article) -> tuple[Category, ...]:
    language, site = article.language, settings.SITE_URL
    topics = [
        Category(topic.slug, topic.name(language), f"{site}/feeds/{language}/topics/")
        for topic in sorted(article.topics.all(), key=lambda one: one.slug)
    ]
    countries = [
        Category(country.code, country.name(language), "urn:iso:std:iso:3166:-1", "country")
        for country in sorted(article.countries.all(), key=lambda one: one.slug)
    ]
    kind = Category(article.kind, kind_name(article.kind), f"{site}/feeds/{language}/kinds/", "kind")
    return (*topics, *countries, kind)


def _twins(articles: Sequence[Article]) -> dict[str, list[Article]]:
    groups = {article.translation for article in articles if article.translation}
    found: dict[str, list[Article]] = {}
    for twin in Article.objects.published().filter(translation__in=groups).order_by("language", "id"):
        found.setdefault(twin.translation, []).append(twin)
    return found


def _sibling(feed: Feed) -> Link | None:
    """The same shelf in the other language, where that is there and goes on."""
    house, shelf = newsroom(), feed.shelf
    others = [language for language in house.languages if language != shelf.language]
    if shelf.kind not in IN_EACH_LANGUAGE or not others or not feed.address.startswith("/feeds/"):
        return None
    other = Shelf(others[0], shelf.kind)
    twin = next(one for one in feeds_of(other, house.language) if one.format == feed.format)
    if not PublishedFeed.objects.open().filter(address=twin.address).exists():
        return None
    return Link(settings.SITE_URL + twin.address, other.language, "")


def _source(feed: Feed) -> Source | None:
    """Of a feed to republish: the same in the same format, for readers."""
    house, shelf = newsroom(), feed.shelf
    if shelf.kind != REPUBLISH:
        return None
    own = Shelf(shelf.language, LATEST)
    twin = next(one for one in feeds_of(own, house.language) if one.format == feed.format)
    return Source(_id(twin), settings.SITE_URL + twin.address, title_of(own))


def _id(feed: Feed) -> str:
    """An archive page is a part of its feed, so it has the feed's id (RFC 5005 §4)."""
    path = urlsplit(history.current(feed)).path or feed.address
    return f"tag:{newsroom().domain},{newsroom().founded}:feed{path}"


def _home(shelf: Shelf) -> str:
    """The page whose feed it is: the CMS's own for a tag or category, else the site's first."""
    site = newsroom().sites[shelf.language]
    return f"{site.rstrip('/')}/{shelf.slug}/" if shelf.kind == "term" else site


def _rights() -> str:
    house = newsroom()
    return f"© {house.name}. {house.licence.name}: {house.licence.url}"


def _row_name(model: type[Topic] | type[Country] | type[Author], shelf: Shelf) -> str:
    row = model.objects.filter(slug=shelf.slug).first()
    return row.name(shelf.language) if row else shelf.slug


def _month_name(shelf: Shelf) -> str:
    """2026-11-2: "November 2026 (2)"."""
    year, month, *number = shelf.slug.split("-")
    name = format_date(date(int(year), int(month), 1), "LLLL y", locale=shelf.language)
    return f"{name} ({number[0]})" if number else name


def _term_name(shelf: Shelf) -> str:
    taxonomy, _, slug = shelf.slug.partition("/")
    row = Term.objects.filter(taxonomy=taxonomy, slug=slug).first()
    return row.name if row else slug


_ABOUT: dict[str, Callable[[Shelf], str]] = {
    "latest": lambda shelf: "",
    "republish": lambda shelf: gettext("Full text to republish"),
    "kind": lambda shelf: kind_name(shelf.slug),
    "topic": lambda shelf: _row_name(Topic, shelf),
    "country": lambda shelf: _row_name(Country, shelf),
    "author": lambda shelf: _row_name(Author, shelf),
    "term": _term_name,
    ARCHIVE: _month_name,
}

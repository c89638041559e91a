"""Letters that went out, for whoever comes later: a list and a feed per language, and each letter as it
was sent, with what was corrected since above it."""

import re
from base64 import b64encode
from datetime import UTC, datetime
from hashlib import sha256
from html import unescape

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from service.delivery.rules.compiled import fill
from service.editions.actions.compose import without_questions
from service.editions.actions.past import shown
from service.editions.actions.unname import without_names
from service.editions.kinds.notices import Notice, notices_since
from service.editions.models import Edition
from service.feeds.formats import atom
from service.feeds.rules import Document, Item
from service.newsroom.current import newsroom
from service.toolbox.letters import Letter

from .pages import fragment

MOST_LISTED = 100
_BODY = re.compile(r"<body[^>]*>")
_SHEET = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)
_INLINE = re.compile(r"\sstyle=(?:\"([^\"]*)\"|'([^']*)')")


def listed(language: str, now: datetime) -> list[tuple[Edition, Letter]]:
    """The newest first, each as it may be shown."""
    return shown(Edition.objects.public().filter(language=language)[:MOST_LISTED], now)


def kind_of(edition: Edition) -> str:
    return gettext("Weekly digest") if edition.kind == "weekly" else gettext("Alert")


def feed_path(language: str) -> str:
    return reverse("editions_feed", args=[language])


def feed_title(language: str) -> str:
    return gettext("%(newsroom)s: past letters") % {"newsroom": newsroom().name}


def letter(edition: Edition, now: datetime) -> str:
    """With nobody's links in it. What was corrected or withdrawn since stands above. "" where it may not be
    shown."""
    found = shown([edition], now)
    if not found:
        return ""
    sent = fill(without_questions(found[0][1].html), {"unsubscribe": settings.SITE_URL + reverse("preferences_ask")})
    with translation.override(edition.language):
        sent = without_names(sent)
        above = fragment("above.html", {"notices": notices_since(edition)}, edition.language)
    return _BODY.sub(lambda found: found[0] + above, sent, count=1)


def policy(html: str) -> str:
    """Nothing in it can run or load, and of styles it may use its own alone, each by its hash (CSP 3
    §8.3: attributes need 'unsafe-hashes', which allows no other attribute)."""
    written = {_hash(sheet) for sheet in _SHEET.findall(html)}
    written |= {_hash(unescape(one or other)) for one, other in _INLINE.findall(html)}
    return (
        f"default-src 'none'; style-src 'unsafe-hashes' {' '.join(sorted(written))}; img-src https:; "
        "base-uri 'none'; sandbox allow-popups allow-top-navigation-by-user-activation; frame-ancestors 'none'"
    )


def feed(language: str, now: datetime) -> bytes:
    """Atom, of the newest letters; one that was corrected counts as updated."""
    with translation.override(language):
        items = tuple(_item(*one) for one in listed(language, now)[:30])
        return atom.write(_document(language, items))


def _document(language: str, items: tuple[Item, ...]) -> Document:
    house = newsroom()
    path = feed_path(language)
    return Document(
        id=f"tag:{house.domain},{house.founded}:{path}",
        self_url=settings.SITE_URL + path,
        home_url=f"{settings.SITE_URL}{reverse('editions')}?language={language}",
        title=feed_title(language),
        description=house.tagline[language],
        language=language,
        organisation=house.name,
        updated=max((item.updated for item in items), default=datetime(house.founded, 1, 1, tzinfo=UTC)),
        rights=f"© {house.name}. {house.licence.name}: {house.licence.url}",
        licence_url=house.licence.url,
        donate_url="",
        editors=house.editors,
        republication=house.republication,
        sibling=None,
        items=items,
    )


def _item(edition: Edition, letter: Letter) -> Item:
    house = newsroom()
    went_out = edition.approved_at or edition.drafted_at
    since = notices_since(edition)
    return Item(
        guid=f"tag:{house.domain},{house.founded}:edition:{edition.slug}",
        title=letter.subject,
        url=settings.SITE_URL + reverse("edition", args=[edition.slug]),
        language=edition.language,
        published=went_out,
        updated=max([went_out, *(notice.at for notice in since)]),
        summary=_summary(edition, since),
        content="",
        authors=(house.name,),
        categories=(),
        picture=None,
        translations=(),
    )


def _summary(edition: Edition, since: tuple[Notice, ...]) -> str:
    """The stories in it, then what became of them."""
    items = edition.shown_items.select_related("article")
    stories = [item.article.title for item in items] or [edition.article.standfirst if edition.article else ""]
    changed = [f"{said(notice)} {notice.title}. {notice.note}".strip() for notice in since]
    return " · ".join([*stories, *changed])


def said(notice: Notice) -> str:
    return gettext("Withdrawn:") if notice.kind == "withdrawal" else gettext("Corrected:")


def _hash(style: str) -> str:
    return f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'"

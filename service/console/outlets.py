"""An article's state in every outlet, put together from the rooms that know."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext, ngettext

from service.content.models import Article, Disappearance, SetAside
from service.delivery.actions.reached import Reached
from service.editions.actions.appearances import Appearance, appearances, readers_of
from service.feeds.actions.carrying import Carrying, carrying
from service.feeds.models import BrokenArticle
from service.partners.actions.holders import Holder, holders, notices_of
from service.partners.actions.standing import Standing
from service.partners.models import Notice, Republication

from .sentences import name_of, stands, when
from .words import number


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that the article stands in; `stands` is a sentence."""

    told: Appearance
    name: str
    stands: str


@dataclass(frozen=True, slots=True)
class Outlets:
    """`troubles` are sentences as they were written down, in English."""

    feeds: Sequence[Carrying]
    letters: Sequence[Letter]
    readers: Reached
    partners: Sequence[Holder]
    notices: Sequence[tuple[Notice, Standing]]
    pages: Sequence[Republication]
    troubles: Sequence[str]


def outlets(article: Article, now: datetime) -> Outlets:
    pages = Republication.objects.filter(article=article).select_related("partner").order_by("-reported", "-id")
    return Outlets(
        feeds=carrying(article),
        letters=[Letter(one, name_of(one.edition), stands(one.edition, now)) for one in appearances(article)],
        readers=readers_of(article),
        partners=holders(article),
        notices=notices_of(article),
        pages=list(pages),
        troubles=list(_troubles(article)),
    )


def lead(article: Article, found: Outlets) -> str:
    """`Published on …. 9 feeds carry version 2; 2 partners were given it; 1,204 readers have it.`"""
    return f"{_state(article)} {where(found)}"


def where(found: Outlets) -> str:
    """`9 feeds carry it, 2 partners pulled it, 1,204 readers have it.`"""
    feeds = sum(one.version is not None for one in found.feeds)
    told = {
        "feeds": ngettext("%(n)s feed carries it", "%(n)s feeds carry it", feeds) % {"n": number(feeds)},
        "partners": partners_pulled(len(found.partners)),
        "readers": readers_have(found.readers.readers),
    }
    return gettext("%(feeds)s, %(partners)s, %(readers)s.") % told


def reach(found: Outlets) -> str:
    """Whom it reaches if the article is withdrawn now."""
    live = sum(page.live is not False for page in found.pages)
    told = [partners_pulled(len(found.partners)), readers_have(found.readers.readers)]
    if live:
        pages = ngettext("%(n)s page elsewhere carries it", "%(n)s pages elsewhere carry it", live)
        told.append(pages % {"n": number(live)})
    return f"{', '.join(told)}. {_on_their_way(found.readers.remaining)}".strip()


def _on_their_way(remaining: int) -> str:
    if not remaining:
        return ""
    told = ngettext(
        "%(n)s letter is still on its way and will not carry it.",
        "%(n)s letters are still on their way and will not carry it.",
        remaining,
    )
    return told % {"n": number(remaining)}


def partners_pulled(count: int) -> str:
    return ngettext("%(n)s partner pulled it", "%(n)s partners pulled it", count) % {"n": number(count)}


def readers_have(count: int) -> str:
    told = ngettext("%(n)s reader has it in a letter", "%(n)s readers have it in a letter", count)
    return told % {"n": number(count)}


def _state(article: Article) -> str:
    if article.status == "scheduled":
        return gettext("It comes out on %(when)s; nobody sees it before.") % {"when": when(article.published)}
    if article.status == "held" and article.held_at:
        told = gettext("It is held since %(when)s, by %(who)s: no outlet may show it.")
        return told % {"when": when(article.held_at), "who": article.held_by}
    if article.status == "withdrawn":
        told = gettext("It was withdrawn on %(when)s, and a notice stands in its place.")
        return told % {"when": when(article.updated)}
    return gettext("It was published on %(when)s.") % {"when": when(article.published)}


def _troubles(article: Article) -> Iterator[str]:
    asides = SetAside.objects.filter(source=article.source_id, external_id=article.external_id)
    yield from asides.values_list("sentence", flat=True)
    yield from BrokenArticle.objects.filter(article=article).values_list("sentence", flat=True)
    yield from (f"The source misses it: {doubt.why}" for doubt in Disappearance.objects.filter(article=article))

"""What a letter, a page and a program are told of a notice: one set of facts."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from service.newsroom.current import newsroom
from service.toolbox import tokens

from ..models import Republication, Told

ACKNOWLEDGE = "acknowledge"


@dataclass(frozen=True, slots=True)
class Facts:
    """`pages` are those of theirs that carry it, as far as we know; `copy` is where a fresh one is, "" for
    what is withdrawn."""

    kind: str
    title: str
    url: str
    note: str
    language: str
    pages: tuple[str, ...]
    acknowledge: str
    copy: str


def facts(told: Told) -> Facts:
    version = told.notice.version
    article = version.article
    usable = article.status == "published"
    return Facts(
        kind=told.notice.kind,
        title=article.title,
        url=article.canonical_url,
        note=version.note,
        language=language_of(told),
        pages=tuple(pages(told).values_list("url", flat=True)),
        acknowledge=settings.SITE_URL + reverse(ACKNOWLEDGE, args=[token(told)]),
        copy=settings.SITE_URL + reverse("republish", args=[article.pk]) if usable else "",
    )


def pages(told: Told) -> QuerySet[Republication]:
    """Theirs that carry the article, or did; not those where it was seen to be gone."""
    theirs = {"partner": told.partner} if told.partner else {"partner": None, "contact": told.contact}
    found = Republication.objects.filter(article=told.notice.version.article_id, **theirs)
    return found.exclude(live=False).order_by("reported", "id")


def language_of(told: Told) -> str:
    """A partner's; else the article's, since whoever reported it can read that."""
    return spoken(told.partner.language if told.partner else told.notice.version.article.language)


def language_at(page: Republication) -> str:
    """Of whoever carries the page: the partner's, else the article's."""
    return spoken(page.partner.language if page.partner else page.article.language)


def spoken(language: str) -> str:
    """That one, or the newsroom's first where it is none of its languages any more."""
    return language if language in newsroom().languages else newsroom().language


def token(told: Told) -> str:
    return tokens.sign(ACKNOWLEDGE, str(told.pk))

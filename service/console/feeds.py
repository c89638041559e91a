"""Feeds: whether all is carried, what each holds, what was set aside, where articles come from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from service.content.actions.again import read_now, try_again
from service.content.actions.missing import decide_held
from service.content.models import Disappearance, SetAside, Source
from service.feeds.actions.again import write_again
from service.feeds.actions.audience import told
from service.feeds.actions.overview import shelves, standing
from service.feeds.actions.owing import Owing, owing
from service.feeds.models import BrokenArticle
from service.feeds.rules import Shelf
from service.newsroom.current import newsroom
from service.people.rules.roles import Right
from service.toolbox import clock
from service.toolbox.letters import language_name

from .door import desk, done
from .leaves import leaf
from .pages import page
from .sentences import when
from .words import SHELF_KINDS, number, shelf_kind

STATES = ("", "ended", "trouble")
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Aside:
    """What could not be taken in, or written: `verb` is the address of 'try again'."""

    title: str
    sentence: str
    source: str
    since: datetime
    verb: str
    key: int


@require_safe
@desk(Right.SEE)
def feeds(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    asked = {name: request.GET.get(name, "") for name in ("language", "kind", "state")}
    found = leaf(request, shelves(*_allowed(asked)))
    held = Disappearance.objects.filter(held=True).select_related("article__source").order_by("since", "id")
    values = {
        "title": gettext("Feeds"),
        "lead": lead(owing(now)),
        "asked": asked,
        "choices": _choices(),
        "leaf": found,
        "rows": [standing(Shelf(*row), now) for row in found.rows],
        "told": told,
        "held": held[:SHOWN],
        "held_count": held.count(),
        "asides": _asides(),
        "sources": Source.objects.order_by("slug"),
    }
    return page(request, "feeds.html", values)


@require_POST
@desk(Right.PUBLISH)
def decide(request: HttpRequest) -> HttpResponse:
    """About withdrawals that wait: let through, or refused."""
    keys = [int(key) for key in request.POST.getlist("doubt") if key.isdecimal() and len(key) < 19]
    through = request.POST.get("verb") == "withdraw"
    count = decide_held(keys, clock.now(), withdraw=through)
    if through:
        said = ngettext("%(n)s article is withdrawn.", "%(n)s articles are withdrawn.", count)
    else:
        said = ngettext("%(n)s article is kept.", "%(n)s articles are kept.", count)
    return done(request, said % {"n": count}, "console:feeds")


@require_POST
@desk(Right.EDIT)
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    aside = get_object_or_404(SetAside.objects.select_related("source"), pk=pk)
    return done(request, try_again(aside, clock.now()), "console:feeds")


@require_POST
@desk(Right.EDIT)
def rewrite(request: HttpRequest, pk: int) -> HttpResponse:
    write_again(get_object_or_404(BrokenArticle.objects.select_related("article"), pk=pk))
    said = gettext("It is tried within a minute. If no feed can be written with it still, it stands here again.")
    return done(request, said, "console:feeds")


@require_POST
@desk(Right.EDIT)
def read(request: HttpRequest, slug: str) -> HttpResponse:
    return done(request, read_now(get_object_or_404(Source, slug=slug), clock.now()), "console:feeds")


def lead(owed: Owing) -> str:
    """Whether every feed carries every article, in a sentence or two."""
    parts = [_carried(owed)]
    if owed.aside:
        aside = ngettext("%(n)s article is set aside.", "%(n)s articles are set aside.", owed.aside)
        parts.append(aside % {"n": number(owed.aside)})
    return " ".join(parts)


def _carried(owed: Owing) -> str:
    if owed.changes and owed.since:
        changes = ngettext(
            "%(n)s change since %(when)s is still owed to the feeds.",
            "%(n)s changes since %(when)s are still owed to the feeds.",
            owed.changes,
        )
        return changes % {"n": number(owed.changes), "when": when(owed.since)}
    if owed.feeds:
        rest = ngettext(
            "%(n)s file is still to be written anew.", "%(n)s files are still to be written anew.", owed.feeds
        )
        return rest % {"n": number(owed.feeds)}
    return gettext("Every feed carries every article.") if not owed.aside else gettext("The feeds carry all but this:")


def _allowed(asked: dict[str, str]) -> tuple[str, str, str]:
    """Anything else is as if it had not been asked."""
    allowed = {"language": newsroom().languages, "kind": SHELF_KINDS, "state": STATES}
    found = [asked[name] if asked[name] in allowed[name] else "" for name in ("language", "kind", "state")]
    return found[0], found[1], found[2]


def _choices() -> dict[str, Sequence[tuple[str, str]]]:
    return {
        "language": [("", gettext("every language")), *((one, language_name(one)) for one in newsroom().languages)],
        "kind": [("", gettext("all but archives")), *((one, shelf_kind(one)) for one in SHELF_KINDS)],
        "state": [
            ("", gettext("every state")),
            ("trouble", gettext("owed, or the hub was not told")),
            ("ended", gettext("closed or moved")),
        ],
    }


def _asides() -> list[Aside]:
    """What never came in, then what no feed can hold; the oldest first."""
    refused = SetAside.objects.select_related("source").order_by("since", "id")[:SHOWN]
    broken = BrokenArticle.objects.select_related("article__source").order_by("since", "id")[:SHOWN]
    return [
        *(Aside(str(row), row.sentence, row.source.slug, row.since, "console:feeds_retry", row.pk) for row in refused),
        *(
            Aside(row.article.title, row.sentence, row.article.source.slug, row.since, "console:feeds_rewrite", row.pk)
            for row in broken
        ),
    ]

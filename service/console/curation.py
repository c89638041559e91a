"""A draft in the hands of its editors: the order of its stories, their words, the editor's letter."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from service.editions.actions import curate
from service.editions.actions.curate import Hand, Stale
from service.editions.kinds.weekly import section_name
from service.editions.models import Change, Edition, EditionItem
from service.editions.ordering import FIRST
from service.people.rules.roles import Right
from service.toolbox import clock, prose
from service.toolbox.errors import ServiceError
from service.toolbox.letters import language_name

from .door import desk, done
from .ledger import came_of_it, name_of
from .pages import page
from .sentences import name_of as called

OFFERED = 30
WHAT = {
    curate.MOVED: gettext_noop("moved “%(about)s”"),
    curate.PINNED: gettext_noop("pinned “%(about)s”"),
    curate.UNPINNED: gettext_noop("unpinned “%(about)s”"),
    curate.LEFT_OUT: gettext_noop("left out “%(about)s”"),
    curate.PUT_BACK: gettext_noop("put back “%(about)s”"),
    curate.ADDED: gettext_noop("added “%(about)s”"),
    curate.REWORDED: gettext_noop("worded “%(about)s” for this letter"),
    curate.WROTE: gettext_noop("wrote the editor's letter"),
    curate.SILENCED: gettext_noop("kept the letter from asking for donations"),
    curate.MAY_ASK: gettext_noop("let the letter ask for donations again"),
}


@dataclass(frozen=True, slots=True)
class Shelf:
    """A section of the letter; `rows` are its stories, each with its number in the whole."""

    key: str
    name: str
    rows: list[tuple[int, EditionItem]]


@dataclass(frozen=True, slots=True)
class Told:
    """A change, in words."""

    by: str
    at: datetime
    what: str


def curated(edition: Edition, now: datetime) -> dict[str, Any]:
    """What _items.html and _letter.html show of a digest."""
    if edition.kind != "weekly":
        return {}
    drafted = edition.state == "drafted"
    items = edition.items.select_related("article")
    return {
        "drafted": drafted,
        "shelves": _shelves(edition, empty=drafted),
        "left_out": items.filter(left_out=True),
        "gone": items.filter(left_out=False).exclude(pk__in=edition.shown_items.values("pk")),
        "late": curate.latecomers(edition, now).count() if drafted else 0,
        "letter": prose.to_html(edition.letter),
        "changes": [_told(change) for change in edition.changes.all()],
    }


@require_POST
@desk(Right.EDIT)
def arrange(request: HttpRequest, slug: str) -> HttpResponse:
    """One of the buttons at a story, or where it was dropped."""
    edition, asked = _found(slug), request.POST
    act = _VERBS.get(asked.get("verb", ""))
    if act is None:
        raise ServiceError(gettext("Press one of the buttons."))
    return act(request, edition, _hand(request))


@require_safe
@desk(Right.EDIT)
def adding(request: HttpRequest, slug: str) -> HttpResponse:
    """What came since, and whatever else was published."""
    edition, words = _draft(slug), request.GET.get("words", "")
    late = curate.latecomers(edition, clock.now())
    told = {
        "title": gettext("Add an article"),
        "name": called(edition),
        "edition": edition,
        "late": late,
        "words": words,
        "offers": curate.offers(edition, words).exclude(pk__in=late.values("pk"))[:OFFERED],
    }
    return page(request, "adding.html", told)


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Right.EDIT)
def words(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Headline and standfirst for this letter alone. What was refused stays in the form."""
    edition, asked = _found(slug), request.POST
    item = get_object_or_404(edition.items.select_related("article"), pk=pk)
    error: ServiceError | None = None
    if request.method == "POST":
        try:
            headline, standfirst = asked.get("headline", ""), asked.get("standfirst", "")
            told = curate.reword(edition, pk, headline, standfirst, _hand(request), clock.now())
            sentence = gettext("In this letter it is called “%(title)s”.") % {"title": told}
            return done(request, sentence, "console:edition", slug)
        except ServiceError as refusal:
            error = refusal
            edition.refresh_from_db()
            item.refresh_from_db()
    given = {
        "title": gettext("Other words for this letter"),
        "name": called(edition),
        "item": item,
        "headline": asked.get("headline", item.headline),
        "standfirst": asked.get("standfirst", item.standfirst),
    }
    return _form(request, "words.html", edition, given, error)


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Right.EDIT)
def write(request: HttpRequest, slug: str) -> HttpResponse:
    """The editor's letter. What was refused stays in the form."""
    edition, asked = _found(slug), request.POST
    error: ServiceError | None = None
    if request.method == "POST":
        try:
            curate.write(edition, asked.get("letter", ""), asked.get("signed", ""), _hand(request), clock.now())
            return done(request, gettext("The letter is saved."), "console:edition", slug)
        except ServiceError as refusal:
            error = refusal
            edition.refresh_from_db()
    given = {
        "title": gettext("The editor's letter"),
        "name": called(edition),
        "letter": asked.get("letter", edition.letter),
        "signed": asked.get("signed", edition.signed),
        "kept": prose.to_html(edition.letter),
        "others": [(language_name(other.language), other) for other in edition.siblings],
    }
    return _form(request, "writing.html", edition, given, error)


def _form(
    request: HttpRequest, name: str, edition: Edition, given: dict[str, Any], error: ServiceError | None
) -> HttpResponse:
    if error is None and edition.state != "drafted":
        raise ServiceError(gettext("Only the draft of a digest can be changed; this is none any more."))
    status = 200 if error is None else 409 if isinstance(error, Stale) else 422
    told = {"edition": edition, "error": str(error or ""), "stale": isinstance(error, Stale), **given}
    answer = page(request, name, told, status=status)
    return came_of_it(answer, f"refused: {error}") if error else answer


def _move(request: HttpRequest, edition: Edition, hand: Hand) -> HttpResponse:
    up = request.POST.get("verb") == "up"
    return _stands(request, edition, curate.move(edition, _number(request, "item"), hand, clock.now(), up=up))


def _place(request: HttpRequest, edition: Edition, hand: Hand) -> HttpResponse:
    where = request.POST.get("section", ""), _number(request, "before")
    return _stands(request, edition, curate.place(edition, _number(request, "item"), *where, hand, clock.now()))


def _pin(request: HttpRequest, edition: Edition, hand: Hand) -> HttpResponse:
    act = curate.pin if request.POST.get("verb") == "pin" else curate.unpin
    return _stands(request, edition, act(edition, _number(request, "item"), hand, clock.now()))


def _back(request: HttpRequest, edition: Edition, hand: Hand) -> HttpResponse:
    return _stands(request, edition, curate.put_back(edition, _number(request, "item"), hand, clock.now()))


def _leave(request: HttpRequest, edition: Edition, hand: Hand) -> HttpResponse:
    item = curate.leave_out(edition, _number(request, "item"), hand, clock.now())
    return done(request, gettext("“%(title)s” is left out.") % {"title": item}, "console:edition", edition.slug)


def _add(request: HttpRequest, edition: Edition, hand: Hand) -> HttpResponse:
    try:
        article = UUID(request.POST.get("article", ""))
    except ValueError:
        raise ServiceError(gettext("Choose an article.")) from None
    return _stands(request, edition, curate.add(edition, article, hand, clock.now()))


def _late(request: HttpRequest, edition: Edition, hand: Hand) -> HttpResponse:
    count = curate.take_in_late(edition, hand, clock.now())
    told = ngettext("%(count)d story came in.", "%(count)d stories came in.", count) % {"count": count}
    return done(request, told, "console:edition", edition.slug)


_VERBS: dict[str, Callable[[HttpRequest, Edition, Hand], HttpResponse]] = {
    "up": _move,
    "down": _move,
    "place": _place,
    "pin": _pin,
    "unpin": _pin,
    "leave": _leave,
    "back": _back,
    "add": _add,
    "late": _late,
}


def _stands(request: HttpRequest, edition: Edition, item: EditionItem) -> HttpResponse:
    """Said to whoever can't see it, and the page opens at that story."""
    keys = list(edition.shown_items.values_list("pk", flat=True))
    told = gettext("“%(title)s” stands %(number)d of %(count)d, under “%(section)s”.") % {
        "title": item,
        "number": keys.index(item.pk) + 1 if item.pk in keys else 0,
        "count": len(keys),
        "section": _section_name(FIRST if item.pinned else item.section),
    }
    done(request, told, "console:edition", edition.slug)
    return HttpResponseRedirect(f"{reverse('console:edition', args=[edition.slug])}#story-{item.pk}")


def _shelves(edition: Edition, *, empty: bool) -> list[Shelf]:
    """In the letter's order; `empty`: the place for what is pinned is there though nothing is."""
    shelves: dict[str, Shelf] = {}
    if empty:
        shelves[FIRST] = Shelf(FIRST, _section_name(FIRST), [])
    for number, item in enumerate(edition.shown_items.select_related("article"), 1):
        key = FIRST if item.pinned else item.section
        shelves.setdefault(key, Shelf(key, _section_name(key), [])).rows.append((number, item))
    return list(shelves.values())


def _section_name(key: str) -> str:
    return gettext("Pinned to the top") if key == FIRST else section_name(key)


def _told(change: Change) -> Told:
    return Told(change.by, change.at, gettext(WHAT[change.what]) % {"about": change.about})


def _hand(request: HttpRequest) -> Hand:
    return Hand(name_of(request.user), _number(request, "revision"))


def _number(request: HttpRequest, name: str) -> int:
    """Of a field; -1, which nothing has, for what is none."""
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def _draft(slug: str) -> Edition:
    edition = _found(slug)
    if edition.state != "drafted":
        raise ServiceError(gettext("Only the draft of a digest can be changed; this is none any more."))
    return edition


def _found(slug: str) -> Edition:
    return get_object_or_404(Edition, slug=slug, kind="weekly")

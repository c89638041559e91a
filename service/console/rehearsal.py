"""A letter's rehearsal on the desk: who would get what, how large, how long, and what is in the way."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_safe

from service.audience.rules import TOLD_IN, untold
from service.editions import spam as assassin
from service.editions.actions.decide import preview
from service.editions.actions.links import broken
from service.editions.actions.rehearse import rehearse
from service.editions.models import Edition
from service.editions.segments import segment
from service.newsroom.current import newsroom
from service.people.rules.roles import Right
from service.toolbox import clock

from . import ledger
from .approval import passage_of
from .door import desk
from .looks import told
from .pages import page
from .sentences import lasting, name_of, readers
from .statements import why
from .words import number

MOST_BYTES = 102 * 1024  # where mail programs cut a letter off


@require_safe
@desk(Right.SEE)
def rehearsal(request: HttpRequest, slug: str) -> HttpResponse:
    edition, now = _found(slug), clock.now()
    passage = passage_of(edition, ledger.name_of(request.user), now)
    one = rehearse(edition, now)
    counts, excluded = [part.readers for part in one.parts], why(one.excluded)
    parts = [(told(segment(part.segment)), part, count) for part, count in zip(one.parts, _told(counts), strict=True)]
    reasons, kept_out = [reason for reason, _ in excluded], [count for _, count in excluded]
    given = {
        "title": gettext("Rehearsal"),
        "name": name_of(edition),
        "edition": edition,
        "told": one,
        "passage": passage,
        "parts": parts,
        "excluded": list(zip(reasons, _told(kept_out), strict=True)),
        "hides": bool(untold(counts) or untold(kept_out)),
        "held_back": _told([one.suppressed])[0] if one.suppressed else "",
        "most_bytes": MOST_BYTES,
        "lead": ngettext(
            "%(readers)s would get it, all the same letter.",
            "%(readers)s would get it, in %(letters)d letters that differ.",
            len(parts),
        )
        % {"readers": readers(one.readers), "letters": len(parts)},
        "takes": lasting(one.takes) if one.takes is not None else "",
    }
    return page(request, "rehearsal.html", given)


@require_safe
@desk(Right.SEE)
def links(request: HttpRequest, slug: str) -> HttpResponse:
    """Visits whatever the letter points to, so it is asked for apart."""
    found = broken(rehearse(_found(slug), clock.now()).elsewhere)
    return page(request, "_links.html", {"broken": found})


@require_safe
@desk(Right.SEE)
def spam(request: HttpRequest, slug: str) -> HttpResponse:
    """Takes seconds, so it is asked for apart."""
    drawn = preview(_found(slug), clock.now())
    return page(request, "_spam.html", {"score": assassin.score(drawn, newsroom().from_address)})


def _told(counts: Sequence[int]) -> list[str]:
    """Numbers of readers by what they chose: none that is somebody's, and none that leads to one."""
    hidden = untold(counts)
    few = all(counts[place] < TOLD_IN for place in hidden)
    mark = gettext("fewer than 10") if few else gettext("not told")
    return [mark if place in hidden else number(count) for place, count in enumerate(counts)]


def _found(slug: str) -> Edition:
    return get_object_or_404(Edition.objects.select_related("article"), slug=slug)

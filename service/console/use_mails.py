"""Mails that tell of a use and that no program understood: whoever reads one names the article and the page."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from service.delivery.models import Quarantined
from service.partners.actions.use_mails import letter, note_use, set_aside, waiting
from service.partners.rules.addresses import NotAPage
from service.partners.rules.usemail import Letter
from service.people.rules.roles import Right
from service.toolbox import clock
from service.toolbox.errors import ServiceError

from .door import desk, done
from .leaves import leaf
from .pages import page
from .wordings import NO_PAGE

AT_ONCE = 10


@dataclass(frozen=True, slots=True)
class Mail:
    """`letter` is None where it can't be opened, and then `trouble` says why."""

    row: Quarantined
    letter: Letter | None
    trouble: str = ""


@require_safe
@desk(Right.PARTNERS)
def use_mails(request: HttpRequest) -> HttpResponse:
    """The oldest first. They name people, so they are for whoever may see to them alone."""
    shown = leaf(request, waiting(), AT_ONCE)
    told = ngettext(
        "%(count)d mail about a use waits for somebody to read it.",
        "%(count)d mails about uses wait for somebody to read them.",
        shown.total,
    )
    values = {"title": gettext("Mails about uses"), "sentence": told % {"count": shown.total}, "leaf": shown}
    return page(request, "use_mails.html", {**values, "mails": [_opened(row) for row in shown.rows]})


@require_POST
@desk(Right.PARTNERS)
def use_mail_note(request: HttpRequest, pk: int) -> HttpResponse:
    pages = request.POST.get("pages", "").split()
    try:
        rows = note_use(_waiting(pk), request.POST.get("article", ""), pages, clock.now())
    except NotAPage:
        raise ServiceError(gettext(NO_PAGE)) from None
    told = ngettext(
        "%(count)d page with “%(title)s” is noted, and looked at within a minute.",
        "%(count)d pages with “%(title)s” are noted, and looked at within a minute.",
        len(rows),
    )
    return done(request, told % {"count": len(rows), "title": rows[0].article.title}, "console:use_mails")


@require_POST
@desk(Right.PARTNERS)
def use_mail_away(request: HttpRequest, pk: int) -> HttpResponse:
    set_aside(_waiting(pk), clock.now())
    return done(request, gettext("Put away: it tells of no use."), "console:use_mails")


def _waiting(pk: int) -> Quarantined:
    return get_object_or_404(waiting(), pk=pk)


def _opened(row: Quarantined) -> Mail:
    try:
        return Mail(row, letter(row))
    except ServiceError as error:
        return Mail(row, None, str(error))

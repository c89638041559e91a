"""One reader, by whoever has their whole address and says why. The address is in no URL and in no record."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from service.audience.disclosure import mail_all_of
from service.audience.erasure import erase_reader
from service.audience.looking import look_up, reason_of
from service.audience.rules import subjects_in
from service.people.rules.roles import Right
from service.toolbox import clock

from .askings import why
from .door import desk, done
from .pages import page
from .wordings import BOUNCES, HAPPENED, MESSAGE_STATES, REASONS, WANTS


@desk(Right.READERS)
def reader(request: HttpRequest) -> HttpResponse:
    """The answer to the form itself: what is kept of one reader has no address of its own to come back to."""
    if request.method != "POST":
        return redirect("console:readers")
    reason = reason_of(request.POST.get("reason", ""))
    found = look_up(request.POST.get("address", ""))
    chosen = subjects_in(found.reader.interests) if found.reader else ((), ())
    asking = why(found.reader, clock.now()) if found.reader else None
    values = {"asking": asking, "title": gettext("One reader"), "found": found, "chosen": chosen, "reason": reason}
    words = {"reasons": REASONS, "bounces": BOUNCES, "happened": HAPPENED, "states": MESSAGE_STATES, "wants": WANTS}
    return page(request, "reader.html", values | words)


@require_POST
@desk(Right.READERS, again=True)
def reader_export(request: HttpRequest) -> HttpResponse:
    mail_all_of(request.POST.get("key", ""), clock.now())
    said = gettext("All that is kept is on its way to the reader, unless too many such letters went there this week.")
    return done(request, said, "console:readers")


@require_POST
@desk(Right.READERS, again=True)
def reader_erase(request: HttpRequest) -> HttpResponse:
    erase_reader(request.POST.get("key", ""), clock.now())
    said = gettext("That reader is erased. What is left is a mark that keeps us from writing there.")
    return done(request, said, "console:readers")

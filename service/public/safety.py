"""What readers may ask of us: what is held about them, a copy of it, and that it goes."""

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from service.audience import disclosure, erasure, intake
from service.audience.actions import look
from service.audience.retention import RULES
from service.audience.rules import PREFERENCES
from service.toolbox import clock, tokens

from .asking import ask_by_address
from .messages import look_in_mailbox, message
from .pages import language_of, page, show_or_act

_MAILED = gettext_noop("A letter is on its way. It can take a minute; look in the spam folder too.")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """From the same list that the sweep obeys."""
    with translation.override(language_of(request)):
        rules = [(gettext(rule.what), gettext(rule.until) % {"days": rule.days}) for rule in RULES]
        return page(request, "privacy.html", {"rules": rules})


@csrf_exempt
@show_or_act
def erase_ask(request: HttpRequest) -> HttpResponse:
    """Asks for the address, and mails the link there."""
    return ask_by_address(request, "erase_ask.html", intake.ask_to_erase, _MAILED)


@csrf_exempt
@show_or_act
def erase(request: HttpRequest, token: str) -> HttpResponse:
    """One button. It looks up nobody: whether there is a reader behind the link, no page tells."""
    if request.method != "POST":
        tokens.open_token(erasure.ERASE, token, erasure.ERASE_WITHIN)
        return page(request, "erase.html", {"token": token, "way_back": ""})
    erasure.erase_by(token, clock.now())
    with translation.override(language_of(request)):
        return message(
            request,
            gettext("Everything is erased"),
            gettext("Nothing is left here but a mark by which we know not to write to you. Delete our letters too."),
        )


@require_safe
def erase_from_preferences(request: HttpRequest, token: str) -> HttpResponse:
    """The same button, for whoever holds the link to the choices: that too went to the mailbox alone."""
    reader = look(PREFERENCES, token)
    values = {"token": tokens.sign(erasure.ERASE, reader.key), "way_back": token}
    return page(request, "erase.html", values, language=reader.chosen.language)


@csrf_exempt
@require_POST
def export(request: HttpRequest, token: str) -> HttpResponse:
    """To the mailbox: not even this page shows it."""
    reader = look(PREFERENCES, token)
    disclosure.mail_all_of(reader.key, clock.now())
    return look_in_mailbox(request, reader.chosen.language, _MAILED)

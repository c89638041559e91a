"""What readers may ask of us: what is held about them, a copy of it, and that it goes."""

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from service.audience import disclosure, erasure, intake
from service.audience.actions import look
from service.audience.retention import RULES
from service.audience.rules import PREFERENCES
from service.toolbox import clock, tokens

from .asking import came
from .forms import check_address
from .pages import language_of, page

show_or_act = require_http_methods(["GET", "HEAD", "POST"])


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
    language = language_of(request)
    if request.method != "POST":
        return page(request, "erase_ask.html", {"address": "", "errors": {}})
    with translation.override(language):
        address, errors = request.POST.get("address", "").strip()[:254], dict[str, str]()
        check_address(address, errors)
        if errors:
            return page(request, "erase_ask.html", {"address": address, "errors": errors}, status=422)
        intake.ask_to_erase(address, came(request), clock.now())
        return _look_in_mailbox(request, language)


@csrf_exempt
@show_or_act
def erase(request: HttpRequest, token: str) -> HttpResponse:
    """One button. It looks up nobody: whether there is a reader behind the link, no page tells."""
    if request.method != "POST":
        tokens.open_token(erasure.ERASE, token, erasure.ERASE_WITHIN)
        return page(request, "erase.html", {"token": token, "way_back": ""})
    erasure.erase_by(token, clock.now())
    with translation.override(language_of(request)):
        return _told(
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
    return _look_in_mailbox(request, reader.chosen.language)


def _look_in_mailbox(request: HttpRequest, language: str) -> HttpResponse:
    with translation.override(language):
        title = gettext("Look in your mailbox")
        sentence = gettext("A letter is on its way. It can take a minute; look in the spam folder too.")
        return _told(request, title, sentence, language=language)


def _told(request: HttpRequest, title: str, sentence: str, *, language: str = "") -> HttpResponse:
    return page(request, "message.html", {"title": title, "sentence": sentence, "action": None}, language=language)

"""What a form tells of whoever sent it, beside what they typed; and the form that asks for an address."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext_noop

from service.audience.intake import Came
from service.audience.networks import network
from service.toolbox import clock

from .forms import check_address
from .messages import look_in_mailbox
from .pages import language_of, page
from .stamps import was_shown

LINK_IS_MAILED = gettext_noop("A letter with a link is on its way. It can take a minute; look in the spam folder too.")
TRAP, SHOWN = "website", "shown"  # the field that no person sees, and when the form was shown


def came(request: HttpRequest) -> Came:
    """A form that was not shown by us, or a moment ago, may be a program's: it may ask less often."""
    return Came(
        network=network(
            request.META.get("REMOTE_ADDR", ""),
            request.META.get("HTTP_X_FORWARDED_FOR", ""),
            settings.TRUSTED_PROXIES,
        ),
        proven=was_shown(request.POST.get(SHOWN, "")),
        trapped=bool(request.POST.get(TRAP)),
    )


def ask_by_address(
    request: HttpRequest, template: str, ask: Callable[[str, Came, datetime], None], sentence: str
) -> HttpResponse:
    """A page that asks for an address, where a letter then goes; `sentence` says so to everybody."""
    language = language_of(request)
    if request.method != "POST":
        return page(request, template, {"address": "", "errors": {}})
    with translation.override(language):
        address, errors = request.POST.get("address", "").strip()[:254], dict[str, str]()
        check_address(address, errors)
        if errors:
            return page(request, template, {"address": address, "errors": errors}, status=422)
        ask(address, came(request), clock.now())
        return look_in_mailbox(request, language, sentence)

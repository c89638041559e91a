"""The desk's page of mails that tell of a use and that no program understood."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse

from service.delivery.models import Quarantined
from service.toolbox import clock
from service.toolbox.errors import ServiceError

from ..actions.use_mails import letter, note_use, set_aside, waiting

_SHOWN = 10
_SEE, _ACT = "delivery.view_quarantined", "partners.change_republication"


def show(request: HttpRequest, frame: dict[str, Any]) -> HttpResponse:
    """The oldest first. `frame` is what every page of the desk is given."""
    if not request.user.has_perm(_SEE):
        raise PermissionDenied
    mails = [(mail, _letter(mail)) for mail in waiting()[:_SHOWN]]
    values = {"title": "Mails about uses that nobody understood", "mails": mails, "waiting": waiting().count()}
    return TemplateResponse(request, "use_mails.html", {**frame, **values, "may_act": request.user.has_perm(_ACT)})


def act(request: HttpRequest, pk: int) -> HttpResponse:
    """One of the buttons below a mail."""
    if not request.user.has_perms([_SEE, _ACT]):
        raise PermissionDenied
    try:
        messages.info(request, _done(request, get_object_or_404(waiting(), pk=pk)))
    except ServiceError as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(reverse("admin:partners_use_mails"))


def _done(request: HttpRequest, mail: Quarantined) -> str:
    if request.POST.get("verb") == "none":
        set_aside(mail, clock.now())
        return "Set aside: it tells of no use."
    rows = note_use(mail, request.POST.get("article", ""), request.POST.get("pages", "").split(), clock.now())
    return f"{len(rows)} noted of {rows[0].article}; the pages are looked at within a minute."


def _letter(mail: Quarantined) -> Any:
    try:
        return letter(mail)
    except ServiceError as error:
        return {"text": str(error)}

"""Who says yes to a letter, who takes it back, and what stands between it and its readers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from service.editions.actions.approval import Standing, reason, say_yes, send_back, standing, take_back
from service.editions.actions.seal import signature
from service.editions.models import Approval, Edition
from service.people.rules.roles import Right
from service.toolbox import clock

from .door import desk, done
from .ledger import name_of
from .sentences import lasting, when

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Passage:
    """Finished words. `refusal`: why whoever looks may not approve it; "" where they may. `seen` proves that they
    were shown the rehearsal of what `seal` names. `leaves` is "" where nothing more stands in between."""

    rule: str
    approved: Sequence[str]
    missing: str
    voided: Sequence[str]
    sent_back: str
    refusal: str
    leaves: str
    seal: str
    seen: str
    rehearsed: bool


def passage_of(edition: Edition, by: str, now: datetime) -> Passage | None:
    """For whoever looks; None for what goes out or did."""
    if edition.state not in ("drafted", "approved"):
        return None
    told = standing(edition, now)
    return Passage(
        rule=_rule(edition, told),
        approved=[_yes(one) for one in told.approvals],
        missing=_missing(edition, told),
        voided=[_voided(one) for one in told.voided[:SHOWN]],
        sent_back=_sent_back(edition),
        refusal=told.refusal(by),
        leaves=_leaves(edition, now),
        seal=told.seal,
        seen=signature(edition, told.seal, by),
        rehearsed=edition.policy.rehearsed,
    )


@require_POST
@desk(Right.PUBLISH, again=True)
def approve(request: HttpRequest, slug: str) -> HttpResponse:
    found, now = _found(slug), clock.now()
    last = say_yes(found, name_of(request.user), now, request.POST.get("seal", ""), request.POST.get("seen", ""))
    told = gettext("You approved it. It waits for somebody else to approve it too.")
    if last:
        told = _leaves(_found(slug), now) or gettext("It is approved and goes out.")
    return done(request, told, "console:edition", slug)


@require_POST
@desk(Right.EDIT)
def take_it_back(request: HttpRequest, slug: str) -> HttpResponse:
    take_back(_found(slug), name_of(request.user), clock.now())
    return done(request, gettext("It is taken back, and waits for approval again."), "console:edition", slug)


@require_POST
@desk(Right.EDIT)
def send_it_back(request: HttpRequest, slug: str) -> HttpResponse:
    send_back(_found(slug), name_of(request.user), request.POST.get("reason", ""), clock.now())
    return done(request, gettext("It is sent back. The desk has your sentence by mail."), "console:edition", slug)


def _rule(edition: Edition, told: Standing) -> str:
    """A draft waits for somebody, also where such letters go out by themselves: it was taken back."""
    people = told.needed if edition.state == "drafted" else edition.policy.people
    if people > 1:
        return gettext("Two people must approve it who did not change it.")
    return gettext("One person must approve it.") if people else gettext("It needs nobody's approval.")


def _yes(one: Approval) -> str:
    return gettext("%(name)s approved it on %(when)s.") % {"name": one.by, "when": when(one.at)}


def _missing(edition: Edition, told: Standing) -> str:
    if edition.state != "drafted":
        return ""
    return ngettext("%(count)d more must approve it.", "%(count)d more must approve it.", told.missing) % {
        "count": told.missing
    }


def _voided(one: Approval) -> str:
    why = reason(one.why or Approval.ELSE, one.what)
    said = gettext("The approval by %(name)s, %(when)s, no longer holds.") % {"name": one.by, "when": when(one.at)}
    return f"{said} {why}"


def _sent_back(edition: Edition) -> str:
    """Until it is changed."""
    last = edition.sent_back.order_by("-id").first()
    if last is None or edition.changes.filter(at__gt=last.at).exists():
        return ""
    told = {"name": last.by, "when": when(last.at), "sentence": last.sentence}
    return gettext("%(name)s sent it back on %(when)s: “%(sentence)s”") % told


def _leaves(edition: Edition, now: datetime) -> str:
    if edition.state != "approved" or edition.leaves_at is None or edition.leaves_at <= now:
        return ""
    told = {"time": lasting(edition.leaves_at - now), "when": when(edition.leaves_at)}
    return gettext("It is approved and leaves in %(time)s (%(when)s); until then it can be taken back.") % told


def _found(slug: str) -> Edition:
    return get_object_or_404(Edition.objects.select_related("article"), slug=slug)

"""What can't wait for its hours: two people call it breaking, and it goes at once."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from service.content.kinds import state_name
from service.toolbox.bell import ring
from service.toolbox.errors import ServiceError

from ..models import BreakingCall, Edition
from ..words import named

NAMES_NEEDED = 2


def call_breaking(edition: Edition, by: str, now: datetime) -> list[str]:
    """Returns whose calls stand; with the second name it is free to go, whatever the hour, also where it was left
    to the digest. Where it must be approved, it still must. Raises ServiceError where it can't be called."""
    with transaction.atomic():
        held = _held(edition, now)
        names = callers(held)
        if by in names:
            raise ServiceError(gettext("You called %(letter)s breaking already; it takes a second name.") % named(held))
        BreakingCall.objects.create(edition=held, by=by, at=now)
        names.append(by)
        if len(names) >= NAMES_NEEDED:
            held.let_go_at, held.left_to_digest = now, ""
            held.state = "approved" if held.state == "expired" else held.state
            held.save(update_fields=["let_go_at", "left_to_digest", "state"])
            ring("dispatch_editions")
    return names


def take_back(edition: Edition, by: str, now: datetime) -> None:
    """Raises ServiceError where there is nothing to take back, or it went meanwhile."""
    with transaction.atomic():
        held = _held(edition, now)
        if by not in callers(held):
            raise ServiceError(gettext("You did not call %(letter)s breaking.") % named(held))
        BreakingCall.objects.create(edition=held, by=by, at=now, taken_back=True)


def callers(edition: Edition) -> list[str]:
    """Whose calls stand, in the order in which they were made."""
    standing: dict[str, bool] = {}
    for by, taken_back in edition.breaking_calls.values_list("by", "taken_back"):
        standing.pop(by, None)
        standing[by] = not taken_back
    return [by for by, stands in standing.items() if stands]


def why_not(edition: Edition, now: datetime) -> str:
    """A sentence where it can't be called breaking; "" where it can."""
    if edition.kind != "alert" or edition.article is None:
        return gettext("%(letter)s is no alert; only an alert can be called breaking.") % named(edition)
    if edition.let_go_at:
        return gettext("%(letter)s waits for no hour any more.") % named(edition)
    if edition.state not in ("drafted", "approved") and not edition.left_to_digest:
        return gettext("%(letter)s is %(state)s; it can't be called breaking.") % named(edition)
    if edition.expires_at < now:
        return gettext("%(letter)s is older than a day; it can't be called breaking.") % named(edition)
    if edition.article.status != "published":
        told = {**named(edition), "story": state_name(edition.article.status)}
        return gettext("%(letter)s can't be called breaking: its story is %(story)s.") % told
    return ""


def _held(edition: Edition, now: datetime) -> Edition:
    """As it is now; whoever calls next waits."""
    held = Edition.objects.select_for_update(of=("self",)).select_related("article").get(pk=edition.pk)
    refused = why_not(held, now)
    if refused:
        raise ServiceError(refused)
    return held

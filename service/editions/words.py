"""How a sentence names a letter and where it stands, in the language that is active."""

from django.utils.translation import gettext, gettext_noop

from .models import Edition

_STATES = {
    "drafted": gettext_noop("drafted"),
    "approved": gettext_noop("approved"),
    "sending": gettext_noop("sending"),
    "paused": gettext_noop("paused"),
    "sent": gettext_noop("sent"),
    "cancelled": gettext_noop("cancelled"),
    "expired": gettext_noop("expired"),
}


def named(edition: Edition) -> dict[str, str]:
    """For a sentence about `letter`, which is `state`."""
    return {"letter": edition.slug, "state": gettext(_STATES[edition.state])}

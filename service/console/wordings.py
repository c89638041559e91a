"""What the rooms' words for states and reasons are called at the desk; templates translate them."""

from django.utils.translation import gettext_noop

WANTS = {
    "weekly": gettext_noop("the weekly"),
    "alerts": gettext_noop("alerts"),
    "both": gettext_noop("the weekly and alerts"),
}
# Why an address gets nothing, and how a letter came back.
REASONS = {
    "unsubscribed": gettext_noop("unsubscribed"),
    "erased": gettext_noop("erased everything"),
    "hard bounce": gettext_noop("the address does not exist"),
    "bounces": gettext_noop("letters came back again and again"),
    "complaint": gettext_noop("called a letter spam"),
    "by the desk": gettext_noop("kept out by the desk"),
}
BOUNCES = {
    "hard": gettext_noop("came back for good"),
    "soft": gettext_noop("came back for now"),
    "complaint": gettext_noop("called spam"),
}
# What a reader did, as their consent's history says it.
HAPPENED = {
    "asked": gettext_noop("asked for letters"),
    "confirmed": gettext_noop("confirmed"),
    "changed": gettext_noop("chose anew"),
    "unsubscribed": gettext_noop("left"),
    "complained": gettext_noop("called a letter spam"),
    "came back": gettext_noop("came back"),
    "imported": gettext_noop("came with a list"),
}

MESSAGE_STATES = {
    "queued": gettext_noop("waits"),
    "sending": gettext_noop("is being handed over"),
    "deferred": gettext_noop("waits for another try"),
    "accepted": gettext_noop("accepted"),
    "refused": gettext_noop("refused"),
    "suppressed": gettext_noop("kept back"),
    "uncertain": gettext_noop("uncertain"),
    "cancelled": gettext_noop("cancelled"),
}
# What becomes of the rows of a list.
OUTCOMES = {
    "imported": gettext_noop("new readers"),
    "readers already": gettext_noop("readers already"),
    "listed twice": gettext_noop("listed twice"),
    "not subscribed there": gettext_noop("not subscribed there"),
    "kept out": gettext_noop("kept out, whatever the file says"),
    "set aside": gettext_noop("set aside: somebody must look at them"),
}

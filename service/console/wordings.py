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
# What a look found of a page that carries an article, and how it was heard of.
PAGE_OUTCOMES = {
    "well": gettext_noop("in order"),
    "faults": gettext_noop("with faults"),
    "gone": gettext_noop("gone"),
    "unreachable": gettext_noop("can't be reached"),
    "other": gettext_noop("can't be judged"),
}
VERDICTS = {
    "pass": gettext_noop("fine"),
    "fail": gettext_noop("missing"),
    "unsure": gettext_noop("unsure"),
}
HEARD_BY = {
    "form": gettext_noop("by the form"),
    "api": gettext_noop("by their program"),
    "mail": gettext_noop("by mail"),
    "desk": gettext_noop("by the desk"),
}
NOTICE_KINDS = {
    "correction": gettext_noop("Correction"),
    "withdrawal": gettext_noop("Withdrawal"),
    "byline": gettext_noop("A name taken off"),
}
ANSWERS = {
    "": gettext_noop("answered"),
    "taken down": gettext_noop("taken down"),
    "corrected": gettext_noop("corrected"),
    "never used": gettext_noop("never used"),
}
ANSWERED_BY = {
    "link": gettext_noop("by the link"),
    "api": gettext_noop("by their program"),
    "desk": gettext_noop("by the desk"),
}
# What a key opens.
SCOPES = {
    "feeds": gettext_noop("feeds"),
    "api": gettext_noop("the interface for programs"),
    "reports": gettext_noop("reporting uses"),
}
# What a partner's feed lets through; by the fields of a Selection.
FILTERS = {
    "languages": gettext_noop("Only in these languages"),
    "topics": gettext_noop("Only on these topics"),
    "countries": gettext_noop("Only about these countries"),
    "kinds": gettext_noop("Only of these kinds"),
    "not_topics": gettext_noop("Never on these topics"),
    "not_countries": gettext_noop("Never about these countries"),
    "not_kinds": gettext_noop("Never of these kinds"),
}
NO_PAGE = gettext_noop("That is not the whole address of a page elsewhere. It begins with https:// and is not our own.")

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
# Where in a letter a donation call stands, and what becomes of the rows of a file of gifts.
PLACEMENTS = {
    "top": gettext_noop("after the lead story"),
    "middle": gettext_noop("in the middle"),
    "end": gettext_noop("at the end"),
}
CAMPAIGN_STATES = {
    "running": gettext_noop("runs now"),
    "coming": gettext_noop("is to come"),
    "over": gettext_noop("is over"),
}
GIFT_OUTCOMES = {
    "counted": gettext_noop("new gifts"),
    "counted already": gettext_noop("counted already"),
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
    "fail": gettext_noop("to mend"),
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
# Whose turns are watched, what waits for them, and where things lie.
WORK = {
    "clock": gettext_noop("The clock"),
    "backup": gettext_noop("The backup"),
    "publish_feeds": gettext_noop("Writing feeds"),
    "push_feeds": gettext_noop("Telling the hub"),
    "raise_alerts": gettext_noop("Raising alerts"),
    "tell_partners": gettext_noop("Telling partners"),
    "draft_digests": gettext_noop("Drafting the weekly"),
    "dispatch_editions": gettext_noop("Moving letters on"),
    "send_due": gettext_noop("Sending"),
    "call_hooks": gettext_noop("Calling partners' programs"),
    "check_republications": gettext_noop("Looking at pages that republish"),
    "pull_sources": gettext_noop("Reading sources"),
    "sweep": gettext_noop("Deleting what is due"),
}
QUEUES = {
    "changes": gettext_noop("Changes that no feed has yet"),
    "feeds": gettext_noop("Feeds to write"),
    "hub": gettext_noop("Feeds of which to tell the hub"),
    "editions": gettext_noop("Approved letters to prepare"),
    "letters": gettext_noop("Letters to hand over"),
    "numbering": gettext_noop("Changes to number for partners"),
    "notices": gettext_noop("Notices to mail to partners"),
    "hooks": gettext_noop("Partners' programs to call"),
    "looks": gettext_noop("Pages to look at again"),
}
WAITING = {
    "drafts": gettext_noop("Drafts to approve"),
    "quarantine": gettext_noop("Mails that nobody understood"),
    "set aside": gettext_noop("Articles that could not be taken in"),
    "out of feeds": gettext_noop("Articles that stand in no feed"),
    "vanished": gettext_noop("Articles that vanished from their source"),
    "sources": gettext_noop("Sources that could not be read"),
    "uncertain": gettext_noop("Letters of this week that may not have arrived"),
}
FAILED = {
    "deferred": gettext_noop("put off by the server"),
    "refused": gettext_noop("refused by the server"),
    "uncertain": gettext_noop("broken off: nobody knows"),
}
PROVIDERS = {
    "": gettext_noop("All others"),
    "all": gettext_noop("The whole way out"),
}
DISKS = {
    "VAR_DIR": gettext_noop("Where Byline keeps its own files (VAR_DIR)"),
    "FEEDS_DIR": gettext_noop("Where the feeds lie (FEEDS_DIR)"),
}

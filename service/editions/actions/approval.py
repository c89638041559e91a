"""Somebody else looks before anything leaves: a yes binds to the letters that were looked at, and to no others.

Whoever changes an edition, approves it or sends it holds its row first.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from service.content.models import Version
from service.newsroom.current import newsroom
from service.toolbox.bell import ring
from service.toolbox.errors import ServiceError

from ..models import Approval, Edition
from ..rules import ALREADY, OWN, may_not
from .decide import NAMED, mail_desk, may_leave, reopen
from .seal import seal_of, signature, template_version

LONGEST_SENTENCE = 500
REASONS = {
    Approval.CHANGED: gettext_noop("%(what)s changed it at the desk."),
    Approval.STORY: gettext_noop("“%(what)s” was changed or withdrawn."),
    Approval.TEMPLATE: gettext_noop("The template of the letter was changed."),
    Approval.ELSE: gettext_noop("Something that it shows was changed: a translation, a donation call, another story."),
    Approval.TAKEN_BACK: gettext_noop("%(what)s took it back."),
    Approval.SENT_BACK: gettext_noop("%(what)s sent it back."),
    Approval.NAMED: NAMED,
}
REFUSALS = {
    ALREADY: gettext_noop("You approved it already; now it takes somebody else."),
    OWN: gettext_noop("You changed it, so two others must approve it."),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands between an edition and its readers. `seal` is that of the letters as they are now; `approvals`
    are for just those. `needed` people must say yes in all."""

    seal: str
    needed: int
    approvals: Sequence[Approval]
    voided: Sequence[Approval]
    changed_by: Sequence[str]

    @property
    def missing(self) -> int:
        return max(0, self.needed - len(self.approvals))

    def refusal(self, by: str) -> str:
        """Why that person may not approve it, in a sentence; "" where they may."""
        why = may_not(self.needed, by, [one.by for one in self.approvals], self.changed_by)
        return gettext(REFUSALS[why]) if why else ""


def standing(edition: Edition, now: datetime) -> Standing:
    """Of one that did not begin to go out."""
    return _standing(edition, seal_of(edition, now))


def reason(why: str, what: str) -> str:
    """In the language that is active; "" for no reason."""
    return gettext(REASONS[why]) % {"what": what} if why else ""


def changed(held: Edition, by: str, now: datetime) -> None:
    """Somebody changes a draft at the desk, in a transaction that holds it: whatever was approved no longer is."""
    _void(held, Approval.CHANGED, by, now)


def say_yes(edition: Edition, by: str, now: datetime, seal: str, seen: str = "") -> bool:
    """One person approves the letters that `seal` names; `seen` is what their rehearsal was signed with, where one
    is asked for. True with the last that is needed: then it is to leave. Raises ServiceError."""
    if edition.policy.rehearsed and not _is_signed(edition, by, seal, seen):
        raise ServiceError(gettext("It must be rehearsed first. Rehearse it, and approve it on that page."))
    may_leave(edition, now)
    with transaction.atomic():
        held = _held(edition, ["drafted"], gettext("only a draft can be approved"))
        if seal != seal_of(held, now):
            raise ServiceError(gettext("It was changed since you looked at it. Look at it again, then approve it."))
        _void_unlike(held, seal, now)
        told = _standing(held, seal)
        refusal = told.refusal(by)
        if refusal:
            raise ServiceError(refusal)
        held.approvals.create(by=by, at=now, seal=seal, template_version=template_version(held))
        if told.missing > 1:
            return False
        names = ", ".join([*(one.by for one in told.approvals), by])
        held.set_approved(names, now, now + held.policy.undo, seal)
        ring("dispatch_editions")
        return True


def take_back(edition: Edition, by: str, now: datetime) -> None:
    """Before its first byte. Raises ServiceError once it goes out."""
    with transaction.atomic():
        held = _held(edition, ["approved"], gettext("only what was approved and did not begin can be taken back"))
        _void(held, Approval.TAKEN_BACK, by, now)


def send_back(edition: Edition, by: str, sentence: str, now: datetime) -> None:
    """To whoever edits it, with a sentence that says why. Raises ServiceError."""
    said = " ".join(sentence.split())
    if not said or len(said) > LONGEST_SENTENCE:
        raise ServiceError(gettext("Say why in a sentence, of 500 characters at most."))
    with transaction.atomic():
        held = _held(edition, _OPEN, gettext("only what did not begin can be sent back"))
        sent = held.sent_back.create(by=by, at=now, sentence=said)
        held.approvals.void(Approval.SENT_BACK, by, now)
        if held.state == "approved":
            reopen(held, now)
        _tell(held, f"sent-{sent.pk}", Approval.SENT_BACK, by, now, said)


def recheck(edition: Edition, now: datetime) -> str:
    """What was approved must still be what is there. Returns a sentence where it is not, and waits again."""
    with transaction.atomic():
        held = Edition.objects.select_for_update().get(pk=edition.pk)
        return "" if holds(held, now) else f"{held.slug} waits for approval again: it is not what was approved."


def holds(held: Edition, now: datetime) -> bool:
    """False where it is not what was approved: then it is back to waiting. Its row is held."""
    if held.state not in _OPEN or not held.approvals.standing().exists():
        return True
    return not _void_unlike(held, seal_of(held, now), now)


def refuse_named(edition: Edition, now: datetime) -> bool:
    """It names somebody whose name was withheld after it was approved: it waits for a person again. Always False:
    it does not go on."""
    with transaction.atomic():
        held = Edition.objects.select_for_update().get(pk=edition.pk)
        if held.state == "approved":
            held.approvals.void(Approval.NAMED, "", now)
            reopen(held, now)
            _tell(held, f"named-{int(now.timestamp())}", Approval.NAMED, "", now)
    return False


_OPEN = ("drafted", "approved")


def _standing(edition: Edition, seal: str) -> Standing:
    return Standing(
        seal=seal,
        needed=_needed(edition),
        approvals=list(edition.approvals.standing().filter(seal=seal)),
        voided=[*edition.approvals.standing().exclude(seal=seal), *edition.approvals.voided()],
        changed_by=sorted(set(edition.changes.values_list("by", flat=True))),
    )


def _is_signed(edition: Edition, by: str, seal: str, seen: str) -> bool:
    return hmac.compare_digest(seen.encode(), signature(edition, seal, by).encode())


def _needed(edition: Edition) -> int:
    """What goes out by itself, and was taken back, takes one person."""
    return max(1, edition.policy.people)


def _held(edition: Edition, states: Sequence[str], otherwise: str) -> Edition:
    """Its row, until the transaction ends."""
    held = Edition.objects.select_for_update().get(pk=edition.pk)
    if held.state not in states:
        raise ServiceError(f"{held.slug} is {held.state}; {otherwise}.")
    return held


def _void_unlike(held: Edition, seal: str, now: datetime) -> bool:
    """Whether any approval is of other letters; then none stands."""
    unlike = held.approvals.standing().exclude(seal=seal).first()
    if unlike is None:
        return False
    _void(held, *_what_changed(held, unlike), now)
    return True


def _void(held: Edition, why: str, what: str, now: datetime) -> None:
    first = held.approvals.standing().first()
    held.approvals.void(why, what, now)
    if held.state == "approved":
        reopen(held, now)
    if first:
        _tell(held, str(first.pk), why, what, now)


def _what_changed(held: Edition, before: Approval) -> tuple[str, str]:
    """Since that approval: why it no longer holds, and what."""
    if before.template_version != template_version(held):
        return Approval.TEMPLATE, ""
    stories = [*held.items.filter(left_out=False).values_list("article", flat=True), held.article_id]
    version = Version.objects.filter(article__in=stories, at__gte=before.at).order_by("-id").first()
    return (Approval.STORY, version.title) if version else (Approval.ELSE, "")


def _tell(held: Edition, again: str, why: str, what: str, now: datetime, sentence: str = "") -> None:
    with translation.override(newsroom().language):
        told = reason(why, what)
    mail_desk(held, "desk_back", now, again, reason=told, sentence=sentence)

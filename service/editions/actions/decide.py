"""What a person does with an edition: approve, stop, preview, send a test."""

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from service.appeals.actions.carried import forget
from service.delivery.actions import gate
from service.delivery.actions.plan import discard, keep_address, post
from service.delivery.models import Mailing
from service.delivery.rules.compiled import Envelope, fill
from service.delivery.rules.verdicts import REMAINING
from service.newsroom.current import newsroom
from service.toolbox.bell import ring
from service.toolbox.errors import ServiceError
from service.toolbox.letters import Letter, letter

from ..kinds.weekly import FEEDBACK
from ..models import Approval, BreakingCall, Edition
from ..rules import DRAFT_EXPIRES_AFTER
from ..segments import EVERYBODY, Segment
from ..withheld import names_withheld
from ..words import named
from .breaking import callers
from .compose import answers_begin, compose, site
from .gone import gone_from, nothing_left, refuse_gone
from .release import released
from .seal import seal_of, sealed, template_version

NAMED = gettext_noop("It names somebody whose name was withheld.")
WITHDRAWN = gettext_noop("Its story was withdrawn.")


def find(slug: str) -> Edition:
    """Raises ServiceError that names what there is."""
    edition = Edition.objects.filter(slug=slug).first()
    if edition is None:
        latest = ", ".join(Edition.objects.order_by("-id").values_list("slug", flat=True)[:3]) or "none yet"
        raise ServiceError(f"There is no edition {slug!r}. The latest: {latest}.")
    return edition


def approve(edition: Edition, by: str, now: datetime) -> None:
    """The operator's word: from here on it goes out, whoever else was to be asked; as it is now, or not at all.
    Raises ServiceError unless it is a draft whose letter may leave."""
    if edition.state == "drafted":
        may_leave(edition, now)
    with transaction.atomic():
        held = Edition.objects.select_for_update().get(pk=edition.pk)
        if held.state != "drafted":
            raise ServiceError(gettext("%(letter)s is %(state)s; only a draft can be approved.") % named(held))
        seal = seal_of(held, now)
        held.approvals.exclude(seal=seal).void(Approval.ELSE, "", now)
        given = {"at": now, "seal": seal, "template_version": template_version(held)}
        held.approvals.get_or_create(by=by, voided_at=None, defaults=given)
        held.set_approved(by, now, now, seal)
        ring("dispatch_editions")


def may_leave(edition: Edition, now: datetime) -> None:
    """Raises ServiceError that says what is in the way."""
    for one in (EVERYBODY, *sealed(edition)):
        drawn = released(compose(edition, now, one, styled=one == EVERYBODY))
        if names_withheld(edition, [drawn.subject, drawn.text]):
            told = gettext("The letter names somebody whose name is withheld. Take the name out of it first.")
            raise ServiceError(told)
    if nothing_left(edition):
        raise ServiceError(gettext("%(letter)s has no story left; there is nothing to send.") % named(edition))


def reopen(edition: Edition, now: datetime) -> None:
    """In a transaction that holds it. Approved, but nobody has it yet: it waits for a person again, and its letter
    is written anew; so is the plan of who gets it, and nobody's breaking call stands."""
    discard(edition.mailing_key)
    forget(edition.slug)
    edition.interests.all().delete()
    for by in callers(edition):
        BreakingCall.objects.create(edition=edition, by=by, at=now, taken_back=True)
    edition.state, edition.approved_at, edition.approved_by, edition.seal = "drafted", None, "", ""
    edition.leaves_at, edition.let_go_at = None, None
    edition.subject, edition.html, edition.text, edition.content_hash = "", "", "", ""
    if edition.kind == "weekly":
        edition.expires_at = max(edition.expires_at, now + DRAFT_EXPIRES_AFTER)
    edition.save(
        update_fields=[
            *("state", "approved_at", "approved_by", "seal", "leaves_at", "let_go_at", "expires_at"),
            *("subject", "html", "text", "content_hash"),
        ]
    )


def stop(edition: Edition, now: datetime) -> int:
    """For good. Returns how many readers will not get it."""
    left = Q(state="expired") & ~Q(left_to_digest="")  # two people could still call it breaking
    with transaction.atomic():
        going = Edition.objects.filter(Q(state__in=["drafted", "approved", "sending", "paused"]) | left, pk=edition.pk)
        won = going.update(state="cancelled", left_to_digest="")
        if not won:
            edition.refresh_from_db()
            raise ServiceError(gettext("%(letter)s is %(state)s; there is nothing left to stop.") % named(edition))
        mailing = Mailing.objects.filter(key=edition.mailing_key).first()
        if mailing:
            gate.halt(mailing, now)
    return gate.stop(mailing, now) if mailing else 0


def stop_and_tell(edition: Edition, why: str, now: datetime) -> None:
    """Nobody pressed it: the desk hears why, which is NAMED or WITHDRAWN."""
    stop(edition, now)
    with translation.override(newsroom().language):
        mail_desk(edition, "desk_stopped", now, reason=gettext(why))


def preview(edition: Edition, now: datetime, segment: Segment = EVERYBODY) -> Letter:
    """As a reader of that segment gets it, with links that open nobody's page; once it went out, as it went
    out."""
    frozen = Letter(edition.subject, edition.html, edition.text)
    drawn = frozen if edition.content_hash and segment == EVERYBODY else compose(edition, now, segment)
    return opened_by_nobody(drawn, segment)


def opened_by_nobody(drawn: Letter, segment: Segment = EVERYBODY) -> Letter:
    """Where each reader's own links go, such as lead to nobody's page."""
    values = {
        "unsubscribe": site(segment) + reverse("preferences_ask"),
        FEEDBACK: answers_begin("preview", segment),
    }
    return Letter(drawn.subject, fill(drawn.html, values), fill(drawn.text, values))


def send_test(edition: Edition, address: str, now: datetime) -> None:
    """The letter as it is now, to one address, marked as a test. Raises BadAddress, and ServiceError where it
    tells a story that is gone."""
    refuse_gone(edition)
    row, drawn, house = keep_address(address), preview(edition, now), newsroom()
    envelope = Envelope(
        house.name, house.from_address, f"[Test] {drawn.subject}", reply_to=house.editors, bounces=house.bounces
    )
    post(f"test:{edition.slug}:{uuid4().hex}", row, envelope, drawn.html, drawn.text, now)


def tell_desk(edition: Edition, now: datetime) -> None:
    """Mails the desk a preview and the link to approve it, once."""
    with transaction.atomic():
        if Edition.objects.filter(pk=edition.pk, told_desk_at=None).update(told_desk_at=now):
            mail_desk(edition, "desk_draft", now)


def expire(edition: Edition, now: datetime) -> bool:
    """What was not approved, or could not go out, in time is not sent; the desk is told."""
    with transaction.atomic():
        if not Edition.objects.waiting_too_long(now).filter(pk=edition.pk).update(state="expired"):
            return False
        mailing = Mailing.objects.filter(key=edition.mailing_key).first()
        if mailing:
            gate.stop(mailing, now, "expired")
        mail_desk(edition, "desk_expired", now)
        return True


def pause(edition: Edition) -> None:
    """Until it is resumed, nothing more of it begins. Raises ServiceError unless it is being sent."""
    refusal = gettext("%(letter)s is %(state)s; only what is being sent can be paused.")
    _move(edition, "sending", "paused", gate.pause, refusal)


def resume(edition: Edition) -> None:
    """On from where it stood. Raises ServiceError unless it is paused, and where it tells a story that is
    gone."""
    refusal = gettext("%(letter)s is %(state)s; only what is paused can be resumed.")
    _move(edition, "paused", "sending", gate.resume, refusal)


def resend_uncertain(edition: Edition, now: datetime) -> int:
    """A person decides that those whose fate nobody knows get it again, or for the first time. Raises
    ServiceError where there is none, or it is too late."""
    mailing = Mailing.objects.filter(key=edition.mailing_key).first()
    if mailing is None or edition.state not in ("sending", "sent") or mailing.not_after < now:
        raise ServiceError(gettext("%(letter)s is %(state)s; nothing of it can be sent again.") % named(edition))
    with transaction.atomic():
        count = gate.resend_uncertain(mailing, now)
        if not count:
            raise ServiceError(gettext("%(letter)s has no message whose fate is unknown.") % named(edition))
        Edition.objects.filter(pk=edition.pk, state="sent").update(state="sending")
        if gone_from(edition, mailing):
            gate.pause(mailing)  # until it is written anew
        return count


def finish(edition: Edition, mailing: Mailing, now: datetime) -> str:
    """Nothing remains: it is sent, or, where it came too late for everybody, expired. The desk is told
    of whoever it came too late for. Returns a sentence, "" where another worker was faster, or where
    something remains after all."""
    counts = mailing.counts()
    if any(counts[state] for state in REMAINING):
        return ""
    late = mailing.messages.filter(state="cancelled", reason="expired").count()
    state = "expired" if late and not counts["accepted"] else "sent"
    with transaction.atomic():
        if not Edition.objects.filter(pk=edition.pk, state__in=["sending", "paused"]).update(state=state):
            return ""
        if late:
            mail_desk(edition, "desk_late", now, late=late, frozen=mailing.frozen)
    return (
        f"{edition.slug} is {state}."
        if not late
        else f"{edition.slug} is {state}; {late} readers were not reached in time."
    )


def _move(edition: Edition, before: str, after: str, act: Callable[[Mailing], bool], otherwise: str) -> None:
    with transaction.atomic():
        won = Edition.objects.filter(pk=edition.pk, state=before).update(state=after)
        if not won or not act(Mailing.objects.get(key=edition.mailing_key)):
            edition.refresh_from_db()
            raise ServiceError(otherwise % named(edition))
        if after == "sending":
            refuse_gone(edition)


def mail_desk(edition: Edition, name: str, now: datetime, mark: str = "", **told: object) -> None:
    """Once for each `mark`. What can't be shown now is told without its words."""
    house = newsroom()
    try:
        drawn = preview(edition, now)
    except ServiceError as error:
        drawn = Letter(edition.slug, "", str(error))
    approved = edition.approved_at
    since, until = (approved, edition.not_after) if approved else (edition.drafted_at, edition.expires_at)
    values = {
        "newsroom": house,
        "edition": edition,
        "subject": drawn.subject,
        "preview": drawn.text,
        "hours": max(1, round((until - since).total_seconds() / 3600)),
        "page_url": settings.SITE_URL + reverse("console:edition", args=[edition.slug]),
        **told,
    }
    words = letter(name, house.language, values)
    envelope = Envelope(house.name, house.from_address, words.subject, bounces=house.bounces)
    key = ":".join(filter(None, [name, edition.slug, mark]))
    post(key, keep_address(house.editors), envelope, words.html, words.text, now)

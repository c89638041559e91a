"""From an approved edition to messages: frozen, planned, counted, opened."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse

from service.delivery.actions import gate
from service.delivery.actions.plan import (
    Recipient,
    add_rendition,
    freeze,
    keys_changed,
    open_mailing,
    plan_again,
    plan_candidates,
)
from service.delivery.models import Mailing
from service.delivery.rules.compiled import slots_in
from service.delivery.rules.verdicts import REMAINING
from service.feedback.actions import open_voting
from service.toolbox.bell import ring
from service.toolbox.letters import Letter, version

from ..kinds import KINDS
from ..kinds.weekly import FEEDBACK
from ..models import Edition
from ..segments import EVERYBODY, segment
from ..withheld import names_withheld
from .approval import holds, recheck, refuse_named
from .asking import note_call
from .compose import answers_begin, compose, envelope, site
from .decide import WITHDRAWN, expire, finish, stop_and_tell, tell_desk
from .gone import gone_from, mailing_of, nothing_left
from .hours import let_go
from .readers import Candidates, candidates_of, tell_apart
from .redraw import put, redraw
from .release import released
from .take_out import take_out
from .unname import unname

log = structlog.get_logger(__name__)


SLICE_SECONDS = 5.0


def dispatch_editions(now: datetime, seconds: float = SLICE_SECONDS) -> list[str]:
    """Everything that editions owe: the desk hears of drafts, the approved go out, the finished are
    called sent, what waited too long expires. Returns a sentence for each that moved; one that can't
    be composed holds up no other."""
    editions = Edition.objects.all()
    return [
        *_each(editions.about_withdrawn(), lambda edition: _stop(edition, now)),
        *_each(editions.about_held(), lambda edition: _take_out(edition, now)),
        *_each(editions.frozen_unsent(), lambda edition: _take_out(edition, now)),
        *_each(editions.frozen_unsent(), lambda edition: unname(edition, now)),
        *_each(editions.waiting_too_long(now), lambda edition: _expire(edition, now)),
        *_each(editions.filter(state="drafted", told_desk_at=None), lambda edition: tell_desk(edition, now)),
        *_each(editions.said_yes_to(), lambda edition: recheck(edition, now)),
        *let_go(now),
        *_each(editions.to_dispatch(now), lambda edition: dispatch(edition, now, seconds)),
        *_each(editions.under_way(), lambda edition: _go_on(edition, now)),
    ]


def dispatch(edition: Edition, now: datetime, seconds: float = SLICE_SECONDS) -> str:
    """May be broken off and run again: the letter is frozen once, each reader gets one message, and
    nothing leaves before all are counted. Very many readers take several runs. "" where it was stopped
    meanwhile, is not what was approved any more, or another was faster."""
    if nothing_left(edition):
        return _take_out(edition, now)
    if not _freeze_letter(edition, now):
        return ""
    mailing = open_mailing(
        edition.mailing_key, edition.approved_at or now, edition.not_after, KINDS[edition.kind].PRIORITY
    )
    tell_apart(edition)
    candidates = candidates_of(edition, now)
    if not _add_renditions(edition, mailing, candidates, now):
        return ""
    planned = plan_candidates(mailing, candidates, now, seconds)
    if planned is False:  # whoever else is at it rings for itself
        ring("dispatch_editions")
    if not planned:
        return ""
    _drop_who_left(mailing, candidates_of(edition, now), now)
    with transaction.atomic():
        held = Edition.objects.select_for_update().get(pk=edition.pk)
        if held.state in ("cancelled", "expired"):
            gate.stop(mailing, now)
        if not _as_approved(held, edition.seal, now):
            return ""
        if held.content_hash != edition.content_hash or gone_from(held, mailing):  # written anew, or to be
            ring("dispatch_editions")
            return ""
        count = freeze(mailing, now)
        held.state = "sending"
        held.save(update_fields=["state"])
    log.info("edition dispatched", edition=edition.slug, readers=count)
    return f"{edition.slug} goes out to {count} {'reader' if count == 1 else 'readers'}."


def _each(editions: Iterable[Edition], act: Callable[[Edition], str | None]) -> Iterator[str]:
    for edition in list(editions):
        try:
            told = act(edition)
        except Exception as error:  # whatever is wrong with it, the others go on
            log.exception("edition could not be moved on", edition=edition.slug)
            told = f"{edition.slug} could not be moved on: {error}"
        if told:
            yield told


def _as_approved(held: Edition, seal: str, now: datetime) -> bool:
    """Its row is held: what was composed under that seal is what was approved, and is still what is there."""
    return held.state == "approved" and held.seal == seal and holds(held, now)


def _freeze_letter(edition: Edition, now: datetime) -> bool:
    """The first one to compose it decides for all. Letters of an earlier approval are written anew with it. False
    where it is not what was approved."""
    if edition.content_hash:
        return True
    mailing = mailing_of(edition)
    drawn = redraw(edition, mailing, now)
    if names_withheld(edition, [drawn.letter.subject, *drawn.words]):
        return refuse_named(edition, now)
    with transaction.atomic():
        held = Edition.objects.select_for_update().get(pk=edition.pk)
        if not _as_approved(held, edition.seal, now):
            return False
        if not held.content_hash:
            held.template_version = version(edition.kind)
            held.save(update_fields=["template_version"])
            put(held, mailing, drawn)
    edition.refresh_from_db()
    if drawn.letter.is_heavy:
        log.warning("letter is over 90 KB and may be cut off", edition=edition.slug)
    return True


def _add_renditions(edition: Edition, mailing: Mailing, candidates: Candidates, now: datetime) -> bool:
    """A letter for each segment that has a reader. The first is the one that was frozen. False where they are not
    what was approved; what was opened already is not asked again."""
    wanted = set(candidates.filter(exclusion="").order_by().values_list("segment", flat=True).distinct())
    new = sorted(wanted - set(mailing.renditions.values_list("segment", flat=True)))
    frozen = Letter(edition.subject, edition.html, edition.text)
    drawn = {key: frozen if segment(key) == EVERYBODY else released(compose(edition, now, segment(key))) for key in new}
    if mailing.state == "planning" and names_withheld(edition, [one.text for one in drawn.values()]):
        return refuse_named(edition, now)
    with transaction.atomic():
        held = Edition.objects.select_for_update().get(pk=edition.pk)
        if new and mailing.state == "planning" and not _as_approved(held, edition.seal, now):
            return False
        _keep_renditions(edition, mailing, drawn, now)
    return True


def _keep_renditions(edition: Edition, mailing: Mailing, letters: Mapping[str, Letter], now: datetime) -> None:
    for key, drawn in letters.items():
        one = segment(key)
        links, salts = {"unsubscribe": site(one) + reverse("unsubscribe", args=["TOKEN"])}, {}
        if FEEDBACK in slots_in(drawn.html, drawn.text):
            links[FEEDBACK] = answers_begin("TOKEN", one)
            salts[FEEDBACK] = open_voting(edition.mailing_key, now).hex()
        patterns = {name: link.replace("TOKEN", "{token}") for name, link in links.items()}
        told = envelope(edition, drawn.subject, one)
        added = add_rendition(mailing, key, told, drawn.html, drawn.text, patterns, salts)
        note_call(edition, one, added, drawn, now)


def _drop_who_left(mailing: Mailing, candidates: Candidates, now: datetime) -> None:
    """Planning many readers takes a while. Who left before their message was there to be cancelled
    is found here, and who has the story in their own language by now; who leaves later cancels it
    themselves."""
    still = candidates.filter(exclusion="", key=OuterRef("recipient_key"))
    mailing.messages.filter(~Exists(still)).cancel("changed", now)


def _go_on(edition: Edition, now: datetime) -> str:
    """Readers who changed their choice meanwhile get what they now want. Sent is when nothing remains;
    not when a task ended."""
    mailing = Mailing.objects.get(key=edition.mailing_key)
    changed = keys_changed(edition.mailing_family)
    if changed:
        tell_apart(edition)
        back = candidates_of(edition, now).filter(key__in=changed)
        _add_renditions(edition, mailing, back, now)
        chosen = back.filter(exclusion="").values_list("key", "address_id", "segment")
        if gone_from(edition, mailing):  # a letter that was added may tell what went this very moment
            ring("dispatch_editions")
            return ""
        plan_again(mailing, [Recipient(*row) for row in chosen], now)
    if mailing.batches.under_way().exists() and mailing.messages.filter(state__in=REMAINING).exists():
        return ""
    return finish(edition, mailing, now)


def _stop(edition: Edition, now: datetime) -> str:
    stop_and_tell(edition, WITHDRAWN, now)
    return f"{edition.slug} is stopped: its story was withdrawn."


def _take_out(edition: Edition, now: datetime) -> str:
    taken = take_out(edition, now)
    return taken.sentence if taken else ""


def _expire(edition: Edition, now: datetime) -> str:
    why = "it could not go out in time" if edition.approved_at else "nobody approved it"
    return f"{edition.slug} expired: {why}." if expire(edition, now) else ""

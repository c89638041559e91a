"""A story is held or withdrawn while letters that tell it are on their way: whoever does not have one yet gets
it without.

First the brake: in the transaction that holds the story, every mailing under way stops. Then each letter is
searched, and goes on as it was, or compiled again without the story. An edition that is being sent while its
mailing stands still is owed that, so whoever dies half way has lost nothing: the clock's next round does it.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import transaction

from service.content.actions import holding, kills
from service.content.models import Article
from service.delivery.actions import gate
from service.delivery.actions.plan import drop
from service.delivery.models import Mailing
from service.delivery.rules.verdicts import WAITING
from service.toolbox.bell import ring
from service.toolbox.errors import ServiceError

from ..models import Approval, Edition
from .decide import mail_desk, reopen
from .gone import gone_from, mailing_of, nothing_left, told_in
from .redraw import put, redraw

log = structlog.get_logger(__name__)

WITHOUT, PAUSED, STOPPED, DRAFTED = "without", "paused", "stopped", "drafted"
_BY_ITSELF = "newsroom.toml"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a letter that told a story which is gone: it goes on `without` it, is `paused` or `stopped`
    because nothing is left of it, or is a draft again. `have` readers have the story, or get it this second."""

    edition: Edition
    outcome: str
    titles: tuple[str, ...]
    have: int = 0
    rest: int = 0

    @property
    def sentence(self) -> str:
        told, slug = " and ".join(f"{title!r}" for title in self.titles), self.edition.slug
        return {
            WITHOUT: f"{slug} goes on without {told}: {self.have} have it already, {self.rest} get the letter without.",
            PAUSED: f"{slug} is paused, because it can't go on without {told}; {self.have} have it already.",
            STOPPED: f"{slug} is stopped, because nothing is left of it without {told}; {self.have} have it already.",
            DRAFTED: f"{slug} waits for approval again, without {told}. Nobody has it yet.",
        }[self.outcome]


def hold(article: Article, by: str, reason: str, now: datetime) -> list[Taken]:
    """See content.actions.holding. From the moment it is done, no letter that tells the story begins."""
    with transaction.atomic():
        braked = _brake()
        holding.hold(article, by, reason, now)
    return _look_through(braked, now)


def withdraw(article: Article, note: str, now: datetime) -> list[Taken]:
    """The same for a story that the desk withdraws; see content.actions.kills."""
    with transaction.atomic():
        braked = _brake()
        kills.kill(article, note, now)
    return _look_through(braked, now)


def take_out(edition: Edition, now: datetime) -> Taken | None:
    """Whatever it owes; None where that was nothing."""
    mailing = mailing_of(edition)
    gone = gone_from(edition, mailing)
    if edition.state == "approved" and (gone or nothing_left(edition)):
        return _write_anew(edition, gone or _lost(edition), now)
    if not gone or mailing is None:
        _let_go(edition, mailing)
        return None
    if edition.state == "sending":
        gate.pause(mailing)
    if nothing_left(edition):
        return _end(edition, mailing, gone, now)
    return _rewrite(edition, mailing, gone, now)


def _brake() -> list[Edition]:
    """In a transaction. The editions first and in one order, as everybody who moves one on does."""
    moving = Edition.objects.unfinished().select_for_update(of=("self",)).order_by("pk")
    editions = list(moving)
    keys = [edition.mailing_key for edition in editions if edition.state == "sending"]
    Mailing.objects.filter(key__in=keys, state="open").update(state="paused")
    return editions


def _look_through(editions: Sequence[Edition], now: datetime) -> list[Taken]:
    """What does not tell the story goes on at once. What can't be moved on here is the clock's."""
    touched = [one for one in editions if gone_from(one, mailing_of(one))]
    found = []
    for edition in [*(one for one in editions if one not in touched), *touched]:
        try:
            found.append(take_out(edition, now))
        except Exception:
            log.exception("a story could not be taken out", edition=edition.slug)
    ring("dispatch_editions")
    return [taken for taken in found if taken]


def _let_go(edition: Edition, mailing: Mailing | None) -> None:
    if mailing is None or mailing.state != "paused" or edition.state != "sending":
        return
    with transaction.atomic():
        locked = Edition.objects.select_for_update().get(pk=edition.pk)
        if locked.state == "sending" and not gone_from(locked, mailing):
            gate.resume(mailing)


def _write_anew(edition: Edition, gone: list[Article], now: datetime) -> Taken | None:
    """Nobody has it yet: it is frozen anew without the story. What a person approved, a person approves again."""
    with transaction.atomic():
        locked = Edition.objects.select_for_update().get(pk=edition.pk)
        if locked.state != "approved":
            return None
        locked.subject = locked.html = locked.text = locked.content_hash = ""
        locked.save(update_fields=["subject", "html", "text", "content_hash"])
        if locked.approved_by == _BY_ITSELF and not nothing_left(locked):
            return None
        locked.approvals.void(Approval.STORY, " · ".join(_titles(gone)), now)
        reopen(locked, now)
        return _told(Taken(locked, DRAFTED, _titles(gone)), gone, now)


def _rewrite(edition: Edition, mailing: Mailing, gone: list[Article], now: datetime) -> Taken | None:
    try:
        drawn = redraw(edition, mailing, now)
    except ServiceError as error:
        log.warning("a letter could not be written anew", edition=edition.slug, trouble=str(error))
        return _end(edition, mailing, gone, now)
    if told_in(drawn.words, gone):  # such as in the editor's own words
        return _end(edition, mailing, gone, now)
    with transaction.atomic():
        locked = Edition.objects.select_for_update().get(pk=edition.pk)
        if locked.state not in ("sending", "paused"):
            return None
        have = drop(mailing, [one.key for one in gone])
        put(locked, mailing, drawn)
        if gone_from(locked, mailing):  # another was held meanwhile, or another letter was added
            transaction.set_rollback(True)
            ring("dispatch_editions")
            return None
        locked.items.filter(article__in=gone).update(left_out=True)
        if locked.state == "sending":
            gate.resume(mailing)
        return _told(Taken(locked, WITHOUT, _titles(gone), have, _waiting(mailing)), gone, now)


def _end(edition: Edition, mailing: Mailing, gone: list[Article], now: datetime) -> Taken | None:
    """Paused until a person says otherwise; stopped where nothing of it can come back."""
    final = nothing_left(edition) and not any(one.status == "held" for one in gone)
    with transaction.atomic():
        locked = Edition.objects.select_for_update().get(pk=edition.pk)
        if locked.state != "sending" and not (final and locked.state == "paused"):
            return None
        taken = Taken(locked, STOPPED if final else PAUSED, _titles(gone), drop(mailing, []), _waiting(mailing))
        locked.state = "cancelled" if final else "paused"
        locked.save(update_fields=["state"])
        if final:
            gate.halt(mailing, now)
        else:
            gate.pause(mailing)
        _told(taken, gone, now)
    if final:
        gate.stop(mailing, now)
    return taken


def _told(taken: Taken, gone: list[Article], now: datetime) -> Taken:
    """The desk hears of it once."""
    versions = " ".join(f"{one.key}.{one.version}" for one in gone)
    told = {"outcome": taken.outcome, "titles": taken.titles, "have": taken.have, "rest": taken.rest}
    mark = hashlib.sha256(versions.encode()).hexdigest()[:12]
    mail_desk(taken.edition, "desk_taken_out", now, mark=mark, **told)
    log.warning("a story was taken out", edition=taken.edition.slug, outcome=taken.outcome, have=taken.have)
    return taken


def _lost(edition: Edition) -> list[Article]:
    """Of one whose letter is not written yet."""
    if edition.article:
        return [edition.article]
    lost = edition.items.filter(left_out=False).difference(edition.items.shown())
    return [item.article for item in lost]


def _titles(gone: list[Article]) -> tuple[str, ...]:
    return tuple(one.title for one in gone)


def _waiting(mailing: Mailing) -> int:
    counts = mailing.counts()
    return sum(counts[state] for state in WAITING)

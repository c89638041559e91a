"""The ask budget: which readers a letter asks for a donation, to which it only names the donation page, which it
thanks for a gift, and which neither.

Decided where the letter is planned, for all its readers in one query; `explain` decides the same for one of
them, rule by rule. Whom a letter asked is noted once it has gone out, from what was really handed over; until
then its messages themselves say so.
"""

import time
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Case, CharField, Exists, Max, OuterRef, Q, Value, When

from service.appeals.actions.calling import today
from service.appeals.actions.carried import carries, is_silent, owed
from service.appeals.models import Carried
from service.appeals.rules.asking import ASK, LINK, PLAIN, THANKS, Facts, Reason, asked_since, reasons, verdict
from service.appeals.rules.calling import spot
from service.audience.giving import note_asked
from service.audience.models import Subscriber
from service.delivery.models import Mailing, Message, MessageQuerySet, Rendition
from service.delivery.rules.verdicts import ACCEPTED, CANCELLED, REFUSED, SUPPRESSED, UNCERTAIN
from service.newsroom.current import newsroom
from service.toolbox.letters import Letter

from ..kinds.call import call_of
from ..models import Edition
from ..segments import Segment

SLICE = 2_000
SECONDS = 4.0  # of a beat's slice
_OVER = ("sent", "cancelled", "expired")
_NOT_GOT = (CANCELLED, REFUSED, SUPPRESSED)


@dataclass(frozen=True, slots=True)
class Explained:
    """`verdict` is one of ASK, LINK, THANKS, PLAIN; `reasons` has one of each rule."""

    verdict: str
    reasons: tuple[Reason, ...]


def ask_of(edition: Edition, now: datetime) -> Case | Value:
    """Of a Subscriber: `.ask`, `.link`, `.thanks` or `.plain`, as it stands in a segment's key."""
    if not may_ask(edition, now):
        return Value(f".{PLAIN}")
    day = today(now)
    link = [
        When(asked_in__gte=asked_since(day, newsroom().ask_budget.every_weeks), then=Value(f".{LINK}")),
    ]
    if on_their_way := _under_way(edition):
        theirs = on_their_way.filter(recipient_key=OuterRef("key"))
        link.append(When(Exists(theirs), then=Value(f".{LINK}")))
    return Case(
        When(Q(appeals=False) | Q(quiet=True), then=Value(f".{PLAIN}")),
        When(thanks_until__gt=day, then=Value(f".{THANKS}")),
        *link,
        default=Value(f".{ASK}"),
        output_field=CharField(),
    )


def explain(reader: Subscriber, edition: Edition, now: datetime) -> Explained:
    """What that letter, planned now, would do with this reader, and why."""
    on_their_way = _under_way(edition)
    facts = Facts(
        takes_calls=reader.appeals,
        quiet=reader.quiet,
        thanks_until=reader.thanks_until,
        asked_in=reader.asked_in,
        silenced=is_silent(edition.slug),
        crowded=not _has_room(edition, now),
        under_way=bool(on_their_way and on_their_way.filter(recipient_key=reader.key).exists()),
    )
    told = reasons(facts, today(now), newsroom().ask_budget.every_weeks)
    return Explained(verdict(told), told)


def may_ask(edition: Edition, now: datetime) -> bool:
    """Anybody at all."""
    return not is_silent(edition.slug) and _has_room(edition, now)


def note_call(edition: Edition, one: Segment, rendition: Rendition, drawn: Letter, now: datetime) -> None:
    """That this rendition asks, if it really does."""
    call = call_of(edition, one.language or edition.language, now) if one.ask == ASK else None
    if call and "".join(call.ask.text.split()) in "".join(drawn.text.split()):
        carries(edition.slug, call.campaign, rendition.pk, now)


def note_all_asked(now: datetime, seconds: float = SECONDS) -> int:
    """A slice of what is owed: whom the letters asked that have gone out. May be broken off and run again, and
    by several at once. Returns how many readers were noted."""
    ends, count = time.monotonic() + seconds, 0
    for pk in Carried.objects.owed().order_by("pk").values_list("pk", flat=True):
        while (noted := _note_slice(pk, now)) is not None:
            count += noted
            if time.monotonic() > ends:
                return count
    return count


def _has_room(edition: Edition, now: datetime) -> bool:
    """Whether a call may stand somewhere in it."""
    if edition.article:
        return not edition.article.no_appeal
    call = call_of(edition, edition.language, now)
    marked = list(edition.shown_items.values_list("article__no_appeal", flat=True))
    return call is None or spot(marked, len(marked), call.placement) is not None


def _under_way(edition: Edition) -> MessageQuerySet | None:
    """Messages that ask, or asked, in letters of which it is not noted yet; None where there are no such
    letters. The same letter in another language is none of them: nobody gets both."""
    family = _family(edition)
    renditions = sorted(pk for slug, some in owed().items() if slug not in family for pk in some)
    if not renditions:
        return None
    mailings = list(Rendition.objects.filter(pk__in=renditions).values_list("mailing_id", flat=True).distinct())
    found = Message.objects.filter(mailing__in=mailings, rendition__in=renditions)
    return found.exclude(state__in=_NOT_GOT)


def _family(edition: Edition) -> set[str]:
    """The same letter in each language, by name."""
    if edition.kind != "weekly":
        return {edition.slug}
    begins = edition.slug.removesuffix(edition.language)
    return {begins + language for language in newsroom().languages}


@transaction.atomic
def _note_slice(pk: int, now: datetime) -> int | None:
    """None where nothing of it can be done now: it is done, has not gone out yet, or another worker is at it."""
    row = Carried.objects.owed().select_for_update(skip_locked=True).filter(pk=pk).first()
    if row is None or not _is_over(row.edition):
        return None
    rest = Message.objects.filter(mailing__key=f"edition:{row.edition}", id__gt=row.noted_to)
    last = rest.order_by("id").values_list("id", flat=True)[:SLICE].aggregate(last=Max("id"))["last"]
    if last is None:
        row.noted_at = now
        row.save(update_fields=["noted_at"])
        return None
    got = rest.filter(id__lte=last, rendition__in=row.renditions, state__in=(ACCEPTED, UNCERTAIN))
    count = note_asked(got.values("recipient_key"), row.week)
    row.noted_to, row.readers = last, row.readers + count
    row.save(update_fields=["noted_to", "readers"])
    return count


def _is_over(slug: str) -> bool:
    """Nothing of it leaves any more, and the fate of what left is known."""
    edition = Edition.objects.filter(slug=slug).first()
    under_way = Mailing.objects.filter(key=f"edition:{slug}", batches__done=False).exists()
    return not under_way and (edition is None or edition.state in _OVER)

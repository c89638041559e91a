"""Who may get an edition, which letter, and why not: one query, which delivery plans from."""

from datetime import datetime
from typing import Any, TypeAlias

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat

from service.audience.models import Subscriber, SubscriberQuerySet
from service.audience.rules import asked_by
from service.delivery.models import Message
from service.delivery.rules.verdicts import CANCELLED
from service.newsroom.current import newsroom

from ..kinds.alert import languages_of
from ..kinds.weekly import only_elsewhere, subjects
from ..models import Edition, Interest
from ..segments import HTML, NOTHING, QUIET, TEXT, matched, numbers
from .asking import ask_of

Candidates: TypeAlias = QuerySet[Any, Any]


def candidates_of(edition: Edition, now: datetime) -> Candidates:
    """All whom it may be for: id, key, address_id, segment, and the reason for leaving one out."""
    why = Case(
        When(~Q(wants__in=asked_by(edition.kind)), then=Value("did not ask for this")),
        When(paused_until__gt=now.date(), then=Value("made a pause")),
        When(number=NOTHING, then=Value("chose other subjects")),
        *_twice(edition),
        default=Value(""),
    )
    numbered = _readers(edition).annotate(number=_number(edition))
    annotated = numbered.annotate(segment=_segment(edition, now), exclusion=why)
    return annotated.values("id", "key", "address_id", "segment", "exclusion")


def tell_apart(edition: Edition) -> None:
    """Notes which of its stories each choice that a reader made leads to. Choices that are new since are
    added; what was told stays."""
    known = dict(edition.interests.values_list("interests", "number"))
    chosen = _readers(edition).exclude(interests="")
    counted = dict(chosen.order_by().values_list("interests").annotate(count=Count("id")))
    new = {interests: count for interests, count in counted.items() if interests not in known}
    if not new:
        return
    told = _subjects(edition)
    taken = {} if edition.kind == "alert" else _taken(edition, told)
    for_each = numbers(new, told, taken)
    Interest.objects.bulk_create(
        [Interest(edition=edition, interests=one, number=number) for one, number in for_each.items()],
        batch_size=2000,
        ignore_conflicts=True,
    )


def _readers(edition: Edition) -> SubscriberQuerySet:
    """Those of its language; of an alert that exists in no language of theirs, whoever wants those too."""
    readers = Subscriber.objects.active()
    if edition.kind == "weekly":
        return readers.filter(language=edition.language)
    elsewhere = Q(both_languages=True) & ~Q(language__in=languages_of(edition))
    return readers.filter(Q(language=edition.language) | elsewhere)


def _twice(edition: Edition) -> list[When]:
    """Whoever gets, or got, the alert about its translation."""
    keys = [twin.mailing_key for twin in edition.twins.public()]
    theirs = Message.objects.filter(mailing__key__in=keys, recipient_key=OuterRef("key")).exclude(state=CANCELLED)
    return [When(Exists(theirs), then=Value("had it in another language"))] if keys else []


def _taken(edition: Edition, told: list[frozenset[str]]) -> dict[frozenset[int], int]:
    rows = edition.interests.filter(number__gt=0).order_by("-id")
    return {matched(row.interests, told): row.number for row in rows}


def _subjects(edition: Edition) -> list[frozenset[str]]:
    if edition.article:
        return [subjects(edition.article)]
    items = edition.shown_items.prefetch_related("article__topics", "article__countries")
    return [subjects(item.article) for item in items]


def _number(edition: Edition) -> Case:
    """Of the reader's set of stories."""
    told = Interest.objects.filter(edition=edition, interests=OuterRef("interests")).values("number")[:1]
    return Case(When(interests="", then=Value(0)), default=Coalesce(Subquery(told), 0), output_field=IntegerField())


def _segment(edition: Edition, now: datetime) -> Concat:
    """What `Segment.key` writes."""
    quiet = [When(quiet=True, then=Value(QUIET))] if newsroom().quiet else []
    form = Case(*quiet, When(text_only=True, then=Value(TEXT)), default=Value(HTML))
    both: Any = Value(".one")
    if edition.kind == "weekly" and only_elsewhere(edition).exists():
        both = Case(When(both_languages=True, then=Value(".both")), default=Value(".one"))
    own = Case(When(language=edition.language, then=Value("")), default=Concat(Value("."), F("language")))
    number = Cast(F("number"), CharField())
    return Concat(form, ask_of(edition, now), both, Value("."), number, own, output_field=CharField())

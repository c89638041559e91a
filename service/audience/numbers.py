"""How many read what, in numbers that give nobody away: all are rounded, also the sums."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef
from django.db.models.functions import TruncWeek

from service.delivery.models import Bounce, Suppression
from service.newsroom.current import newsroom

from .models import Consent, Subscriber, SubscriberQuerySet
from .rules import asked_by, rounded, subjects_in

WEEKS = 12
LATELY = timedelta(days=30)
NEW_DAYS = timedelta(days=7)
JOINED, LEFT = ("confirmed", "came back", "imported"), ("unsubscribed", "complained")


@dataclass(frozen=True, slots=True)
class InLanguage:
    language: str
    readers: int
    weekly: int
    alerts: int


@dataclass(frozen=True, slots=True)
class Week:
    begins: date
    joined: int
    left: int


@dataclass(frozen=True, slots=True)
class Numbers:
    """Of readers who get letters. `topics` and `countries` by slug, the most chosen first; `all_stories` chose
    neither. `kept_out` is how many addresses get nothing, by the ledger's reason; `bounces` is of the last
    thirty days, by kind; `asked` and `confirmed` are of the last seven."""

    readers: int
    languages: Sequence[InLanguage]
    topics: dict[str, int]
    countries: dict[str, int]
    all_stories: int
    quiet: int
    text_only: int
    paused: int
    kept_out: dict[str, int]
    bounces: dict[str, int]
    asked: int
    confirmed: int


def numbers(now: datetime) -> Numbers:
    reading = getting_letters()
    topics, countries, all_stories = _subjects(reading)
    lately = Consent.objects.filter(at__gt=now - NEW_DAYS)
    return Numbers(
        readers=rounded(reading.count()),
        languages=_languages(reading),
        topics=topics,
        countries=countries,
        all_stories=rounded(all_stories),
        quiet=rounded(reading.filter(quiet=True).count()),
        text_only=rounded(reading.filter(text_only=True).count()),
        paused=rounded(reading.filter(paused_until__gt=now.date()).count()),
        kept_out=_counted(Suppression.objects.standing().values_list("reason").annotate(Count("id")).order_by()),
        bounces=_counted(Bounce.objects.filter(at__gt=now - LATELY).values_list("kind").annotate(Count("id"))),
        asked=rounded(lately.filter(what="asked").count()),
        confirmed=rounded(lately.filter(what="confirmed").count()),
    )


def getting_letters() -> SubscriberQuerySet:
    """Active, and nothing in the ledger speaks against it."""
    out = Suppression.objects.standing().filter(fingerprint=OuterRef("address__fingerprint"))
    return Subscriber.objects.active().filter(~Exists(out))


def weeks(now: datetime) -> list[Week]:
    """The last twelve, this one included, oldest first; they begin on Mondays at the newsroom. Whoever has
    erased everything since is in none of them."""
    zone = newsroom().zone
    today = now.astimezone(zone)
    this = (today - timedelta(days=today.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    begins = [(this - timedelta(weeks=back)) for back in reversed(range(WEEKS))]
    rows = Consent.objects.filter(what__in=[*JOINED, *LEFT], at__gte=begins[0])
    found: Counter[tuple[date, bool]] = Counter()
    for week, what, count in (
        rows.annotate(week=TruncWeek("at", tzinfo=zone)).values_list("week", "what").annotate(count=Count("id"))
    ):
        found[week.date(), what in JOINED] += count
    days = [one.date() for one in begins]
    return [Week(day, rounded(found[day, True]), rounded(found[day, False])) for day in days]


def _languages(reading: SubscriberQuerySet) -> list[InLanguage]:
    rows = reading.values_list("language", "wants").annotate(count=Count("id")).order_by()
    found = {(language, wants): count for language, wants, count in rows}
    house = newsroom().languages
    spoken = [*house, *sorted({language for language, _ in found} - set(house))]
    return [_language(one, {wants: n for (spoken, wants), n in found.items() if spoken == one}) for one in spoken]


def _language(language: str, by_wants: dict[str, int]) -> InLanguage:
    weekly, alerts = (rounded(sum(by_wants.get(one, 0) for one in asked_by(kind))) for kind in ("weekly", "alert"))
    return InLanguage(language, rounded(sum(by_wants.values())), weekly, alerts)


def _subjects(reading: SubscriberQuerySet) -> tuple[dict[str, int], dict[str, int], int]:
    topics, countries, all_stories = Counter[str](), Counter[str](), 0
    for interests, count in reading.values_list("interests").annotate(Count("id")).order_by():
        chosen = subjects_in(interests)
        all_stories += count if not any(chosen) else 0
        topics.update(dict.fromkeys(chosen[0], count))
        countries.update(dict.fromkeys(chosen[1], count))
    return _told(topics), _told(countries), all_stories


def _told(counts: Counter[str]) -> dict[str, int]:
    """In an order that tells nothing more than the numbers do."""
    return dict(sorted(((slug, rounded(n)) for slug, n in counts.items()), key=lambda one: (-one[1], one[0])))


def _counted(rows: object) -> dict[str, int]:
    return {name: rounded(count) for name, count in sorted(rows)}  # type: ignore[call-overload]

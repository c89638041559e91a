"""How much anybody may cause: letters to one address, asking from one network, sign-ups at one domain.

Counted per day, by hashes. A network's hash has another salt each day, so that it tells nothing of
yesterday; no network address is kept. Whoever asks for the same mailbox under another spelling asks for
the same mailbox.
"""

import hashlib
import hmac
import sys
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet, Sum

from service.toolbox import addresses
from service.toolbox.addresses import PROVIDERS

from .tallies import HeldDomain, Tally

log = structlog.get_logger(__name__)

ADDRESS, NETWORK, UNPROVEN, DOMAIN = "address", "network", "unproven", "domain"
THROUGH, KEPT = "through", "kept"  # what the desk said about a domain; it holds for a week
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Limit:
    """`a_week` is any seven days on end; 0: as many as the days allow."""

    a_day: int
    a_week: int = 0


LETTERS = Limit(a_day=3, a_week=5)  # that anybody can cause, to one address
ASKING = Limit(a_day=60)  # from one network, by a form as it was shown
UNPROVEN_ASKING = Limit(a_day=10)  # from one network, by what may be a program
# A domain that so many sign up at in a day, and five times as many as it is used to, is being used.
SPIKE_AT_A_PROVIDER, SPIKE_AT_A_DOMAIN, SPIKE_TIMES = 1000, 50, 5


def may_write_to(address: str, now: datetime) -> bool:
    """Counts one more letter to that mailbox, unless that were too many. Raises BadAddress."""
    return _count(ADDRESS, _mark(canonical(address)), LETTERS, now.date())


def may_ask(network: str, now: datetime, *, proven: bool) -> bool:
    """Counts one more from that network; "" stands for nobody in particular and is not counted."""
    if not network:
        return True
    mark = _mark(f"{now.date()} {network}")
    kinds = [(NETWORK, ASKING)] if proven else [(NETWORK, ASKING), (UNPROVEN, UNPROVEN_ASKING)]
    return all(_count(kind, mark, limit, now.date()) for kind, limit in kinds)


def may_sign_up(address: str, now: datetime) -> bool:
    """Counts one more at the address's domain. On a spike the domain is held until the next day, or as
    the desk says."""
    group, today = addresses.provider_group(addresses.normalise(address)), now.date()
    allowed = _count(DOMAIN, group, Limit(_most_sign_ups(group, today)), today)
    if not allowed:
        log.warning("sign-ups at one domain were held", group=group)
    return allowed


def decide(group: str, verdict: str, now: datetime) -> None:
    """Let the domain THROUGH however many sign up there, or keep it held: KEPT. The last word counts."""
    with transaction.atomic():
        Tally.objects.filter(kind__in=[THROUGH, KEPT], mark=group).delete()
        Tally.objects.get_or_create(kind=verdict, mark=group, day=now.date())
    log.info("the desk decided about a domain", group=group, verdict=verdict)


def held(now: datetime) -> QuerySet[HeldDomain]:
    """One row for each domain that is full today, or that the desk decided about."""
    today = now.date()
    decided = HeldDomain.objects.filter(kind__in=[THROUGH, KEPT], day__gt=today - WEEK)
    many = HeldDomain.objects.filter(kind=DOMAIN, day=today, count__gte=min(SPIKE_AT_A_DOMAIN, SPIKE_AT_A_PROVIDER))
    undecided = many.exclude(mark__in=decided.values("mark"))
    full = [row.pk for row in undecided if row.count >= _most_sign_ups(row.mark, today)]
    return decided | HeldDomain.objects.filter(pk__in=full)


def sign_ups_today(group: str, now: datetime) -> int:
    row = Tally.objects.filter(kind=DOMAIN, mark=group, day=now.date()).first()
    return row.count if row else 0


def canonical(address: str) -> str:
    """One for all spellings that reach the same mailbox, as far as providers tell. Raises BadAddress."""
    local, _, domain = addresses.normalise(address).casefold().rpartition("@")
    local = local.partition("+")[0] or local
    if addresses.provider_group(f"x@{domain}") == "gmail":
        return f"{local.replace('.', '')}@gmail.com"
    return f"{local}@{domain}"


def forget_tallies(now: datetime) -> int:
    """Networks of other days, and all that is older than a week. Returns how many."""
    today = now.date()
    networks, _ = Tally.objects.filter(kind__in=[NETWORK, UNPROVEN], day__lt=today).delete()
    others, _ = Tally.objects.filter(day__lt=today - WEEK).delete()
    return networks + others


def _most_sign_ups(group: str, today: date) -> int:
    """In a day: what the desk said, else several times what the domain is used to."""
    said = Tally.objects.filter(kind__in=[THROUGH, KEPT], mark=group, day__gt=today - WEEK).order_by("pk").last()
    if said:
        return sys.maxsize if said.kind == THROUGH else 0
    before = Tally.objects.filter(kind=DOMAIN, mark=group, day__lt=today, day__gte=today - WEEK)
    used_to = (before.aggregate(total=Sum("count"))["total"] or 0) / WEEK.days
    floor = SPIKE_AT_A_PROVIDER if group in PROVIDERS else SPIKE_AT_A_DOMAIN
    return max(floor, round(SPIKE_TIMES * used_to))


def _count(kind: str, mark: str, limit: Limit, day: date) -> bool:
    """One at a time for the same mark. What is refused is not counted: nobody is kept out for longer
    because somebody else goes on."""
    with transaction.atomic():
        Tally.objects.get_or_create(kind=kind, mark=mark, day=day)
        row = Tally.objects.select_for_update(no_key=True).get(kind=kind, mark=mark, day=day)
        days = Tally.objects.filter(kind=kind, mark=mark, day__gt=day - WEEK, day__lte=day)
        week = days.aggregate(total=Sum("count"))["total"] or 0
        if row.count >= limit.a_day or (limit.a_week and week >= limit.a_week):
            return False
        row.count += 1
        row.save(update_fields=["count"])
        return True


def _mark(of: str) -> str:
    """With a key of its own: no row here can be laid beside one that says who reads."""
    key = hmac.digest(settings.SECRET_KEY.encode(), b"byline.limits", "sha256")
    return hmac.new(key, of.encode(), hashlib.sha256).hexdigest()

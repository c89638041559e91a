"""The desk's own donation calls: written, ended, removed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext

from service.newsroom.current import newsroom
from service.newsroom.rules import NO_ASK, Ask
from service.toolbox.bell import ring
from service.toolbox.errors import ServiceError
from service.toolbox.html import one_line

from ..models import Campaign, Wording
from ..rules.calling import TOP
from .calling import today

PARTS = ("text", "button", "url")


@dataclass(frozen=True, slots=True)
class Written:
    """A campaign as somebody writes it. `asks` has one entry for each language; all empty: nothing is said
    there, and the standing call is shown."""

    name: str = ""
    placement: str = TOP
    everywhere: bool = False
    starts: date | None = None
    ends: date | None = None
    goal: int | None = None
    currency: str = ""
    asks: Mapping[str, Ask] = field(default_factory=dict)


def written(campaign: Campaign) -> Written:
    asks = dict.fromkeys(newsroom().languages, NO_ASK)
    asks |= {one.language: one.ask for one in campaign.wordings.all()}
    same = (campaign.placement, campaign.everywhere, campaign.starts, campaign.ends, campaign.goal, campaign.currency)
    return Written(campaign.name, *same, asks)


def save(campaign: Campaign | None, told: Written) -> Campaign:
    """Raises ServiceError with a sentence for each thing that is wrong. A letter that is frozen keeps its
    words."""
    row = campaign or Campaign(slug=_slug(told.name))
    for name in ("name", "placement", "everywhere", "starts", "ends", "goal", "currency"):
        setattr(row, name, getattr(told, name))
    wordings = [
        Wording(campaign=row, language=language, text=one_line(ask.text), button=one_line(ask.button), url=ask.url)
        for language, ask in told.asks.items()
        if ask != NO_ASK
    ]
    wrong = [*_wrong(told), *_unfit(row), *(one for wording in wordings for one in _unfit(wording))]
    if wrong:
        raise ServiceError(" ".join(dict.fromkeys(wrong)))
    with transaction.atomic():
        row.save()
        row.wordings.all().delete()
        Wording.objects.bulk_create(wordings)
        ring("publish_feeds")
    return row


def end(campaign: Campaign, now: datetime) -> None:
    """It was shown for the last time. Raises ServiceError where it does not run."""
    day = today(now)
    if campaign.state(day) != "running":
        raise ServiceError(gettext("It does not run, so it can't be ended."))
    campaign.ends = day - timedelta(days=1)
    if campaign.starts and campaign.starts > campaign.ends:
        campaign.starts = campaign.ends
    campaign.save(update_fields=["starts", "ends"])
    ring("publish_feeds")


def remove(campaign: Campaign) -> None:
    """Raises ServiceError where a letter carried it or somebody gave for it: then it stays, for the sums."""
    if campaign.carried.exists() or campaign.gifts.exists():
        raise ServiceError(gettext("A letter carried it, or somebody gave for it, so it stays. End it instead."))
    campaign.delete()
    ring("publish_feeds")


def _slug(name: str) -> str:
    wanted = slugify(name)[:50] or "campaign"
    taken = set(Campaign.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    others = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return wanted if wanted not in taken else next(one for one in others if one not in taken)


def _wrong(told: Written) -> Sequence[str]:
    wrong = []
    if not told.name.strip():
        wrong.append(gettext("Give it a name, for the desk."))
    if told.starts and told.ends and told.ends < told.starts:
        wrong.append(gettext("It ends before it begins."))
    if bool(told.goal) != bool(told.currency):
        wrong.append(gettext("A goal is an amount and a currency; write both, or neither."))
    if told.currency and not (len(told.currency) == 3 and told.currency.isascii() and told.currency.isupper()):
        wrong.append(gettext("A currency is three capital letters, like USD."))
    if all(ask == NO_ASK for ask in told.asks.values()):
        wrong.append(gettext("Write it in one language at least."))
    if any(ask != NO_ASK and not all(getattr(ask, part) for part in PARTS) for ask in told.asks.values()):
        wrong.append(gettext("In each language that it is written in it takes all three: words, button, address."))
    return wrong


def _unfit(row: Campaign | Wording) -> list[str]:
    """What the columns do not hold, of what was written."""
    try:
        row.clean_fields(exclude=["id", "campaign"])
    except ValidationError as error:
        found = error.message_dict.items()
        return [f"{getattr(row, name)}: {' '.join(told)}" for name, told in found if getattr(row, name)]
    return []

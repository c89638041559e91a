"""The donation call for an outlet, from the desk's own campaigns or newsroom.toml's."""

from dataclasses import replace
from datetime import date, datetime

from service.newsroom.current import newsroom
from service.newsroom.rules import Ask
from service.toolbox import clock

from ..models import Campaign
from ..rules.calling import Call, Running, choose, said_by


def in_letter(language: str, edition: str, now: datetime) -> Call:
    """`edition` is the letter's name; its link says that one, to everybody the same."""
    told = choose(_campaigns(language), today(now), newsroom().asks[language])
    return replace(told, ask=said_by(told.ask, edition))


def elsewhere(language: str, now: datetime) -> Ask:
    """For feeds and copies."""
    whole = [one for one in _campaigns(language) if one.everywhere]
    return choose(whole, today(now), newsroom().asks[language]).ask


def today(now: datetime) -> date:
    """The newsroom's day."""
    return now.astimezone(newsroom().zone).date()


def revision(now: datetime | None = None) -> str:
    """Changes whenever a call does that feeds carry, and on the days when one begins or ends; never else.
    They are rebuilt then."""
    day = today(now or clock.now())
    told = [(language, one) for language in newsroom().languages for one in _campaigns(language)]
    shown = [(language, one.ask, one.starts) for language, one in told if one.everywhere and one.ask and one.runs(day)]
    return repr(shown) if shown else ""


def _campaigns(language: str) -> list[Running]:
    return [campaign.running(language) for campaign in Campaign.objects.prefetch_related("wordings")]

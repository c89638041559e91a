"""The donation call for an outlet, from the desk's own or newsroom.toml's."""

from datetime import datetime

from service.newsroom.current import newsroom
from service.newsroom.rules import Ask
from service.toolbox import clock

from .models import Appeal
from .rules import choose


def appeal(language: str, placement: str, seed: str, now: datetime) -> Ask:
    """`seed` names what it goes into: an edition's slug, "feeds"."""
    house = newsroom()
    kept = [row.running() for row in Appeal.objects.filter(language=language)]
    return choose(kept, placement, seed, now.astimezone(house.zone).date(), house.asks[language])


def revision(now: datetime | None = None) -> str:
    """Changes whenever one that runs does, and on the days when one begins or ends; never else. Feeds
    carry one, so they are rebuilt then."""
    today = (now or clock.now()).astimezone(newsroom().zone).date()
    shown = [(row.language, row.running()) for row in Appeal.objects.all() if row.running().runs(today)]
    return repr([(language, one.ask, one.placement, one.weight) for language, one in shown]) if shown else ""

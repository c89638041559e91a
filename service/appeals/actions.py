"""The donation call for an outlet, from the desk's own or newsroom.toml's."""

from datetime import datetime

from service.newsroom.current import newsroom
from service.newsroom.rules import Ask

from .models import Appeal
from .rules import choose


def appeal(language: str, placement: str, seed: str, now: datetime) -> Ask:
    """`seed` names what it goes into: an edition's slug, "feeds"."""
    house = newsroom()
    kept = [row.running() for row in Appeal.objects.filter(language=language)]
    return choose(kept, placement, seed, now.astimezone(house.zone).date(), house.asks[language])


def revision() -> str:
    """Changes whenever an appeal does, and never else: feeds carry one, so they are rebuilt then."""
    rows = Appeal.objects.values_list("id", "language", "text", "button", "url", "placement", "weight")
    return repr(list(rows.order_by("id"))) if rows else ""

"""The stories of a letter that is not out yet: which are held, and which could be."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from service.content.models import Article
from service.editions.actions.gone import gone_from, mailing_of
from service.editions.models import Edition

_OPEN = ("drafted", "approved", "sending", "paused")


@dataclass(frozen=True, slots=True)
class Holds:
    """`told` are those of the held that its letters tell all the same, so that it can't go on."""

    stories: Sequence[Article]
    held: Sequence[Article]
    told: frozenset[UUID]


def holds(edition: Edition) -> Holds | None:
    """None of a letter that is out, or will not go."""
    if edition.state not in _OPEN:
        return None
    told = [one for one in gone_from(edition, mailing_of(edition)) if one.status == "held"]
    every = _stories(edition)
    held = {one.pk: one for one in [*(one for one in every if one.status == "held"), *told]}
    stories = [one for one in every if one.status in ("scheduled", "published")]
    return Holds(stories, list(held.values()), frozenset(one.pk for one in told))


def _stories(edition: Edition) -> list[Article]:
    """In its order; while it is held also what left it on the way."""
    own = [edition.article] if edition.article else []
    items = edition.items.select_related("article")
    return own + [one.article for one in items if not one.left_out or one.article.status == "held"]

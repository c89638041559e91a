"""The place in a letter where it asks for a donation, or thanks for one; and the link in its foot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from service.appeals.actions.calling import in_letter
from service.appeals.actions.carried import is_silent
from service.appeals.rules.asking import ASK, LINK, THANKS
from service.appeals.rules.calling import Call, spot
from service.newsroom.current import newsroom
from service.newsroom.rules import Ask

from ..models import Edition
from ..segments import Segment
from .story import Story

AFTER_ALL = "end"


@dataclass(frozen=True, slots=True)
class Box:
    """What stands there, and after which story, by its key; AFTER_ALL is the letter's end. Thanks have no
    button."""

    ask: Ask
    after: str


def standing(language: str) -> Ask:
    """What copies of a story are composed with; its words do not show in a letter."""
    return newsroom().asks[language]


def call_of(edition: Edition, language: str, now: datetime) -> Call | None:
    """None where the desk said that this letter asks nobody."""
    return None if is_silent(edition.slug) else in_letter(language, edition.slug, now)


def between(call: Call | None, own: Sequence[Story], besides: Sequence[Story] = ()) -> str | None:
    """After which story of a letter of those, of which `besides` come after its own; None: nowhere."""
    at = spot([one.no_appeal for one in (*own, *besides)], len(own), call.placement) if call else None
    return None if at is None else own[at].key if at < len(own) else AFTER_ALL


def at_the_end(shown: Sequence[Story]) -> str | None:
    """Of an alert, which is short: beside any of its stories is beside all of them."""
    return None if any(one.no_appeal for one in shown) else AFTER_ALL


def asking(call: Call | None, segment: Segment, after: str | None) -> dict[str, Any]:
    """`box` and `support` as templates take them: a Box or None, and the Ask that the foot names or None. In
    the active language."""
    if call is None or after is None:
        return {"box": None, "support": None}
    told = {ASK: call.ask, THANKS: _thanks()}.get(segment.ask)
    return {
        "box": Box(told, after) if told else None,
        "support": call.ask if segment.ask in (ASK, LINK) else None,
    }


def _thanks() -> Ask:
    told = gettext("You gave for the work of %(newsroom)s. Thank you: it goes on because of readers like you.")
    return Ask(told % {"newsroom": newsroom().name}, "", "")

"""The place in a letter where it asks for a donation, or thanks for one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from service.appeals.actions.calling import in_letter
from service.appeals.actions.carried import is_silent
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


def box(call: Call | None, segment: Segment, own: Sequence[Story], besides: Sequence[Story] = ()) -> Box | None:
    """For a letter of those stories, of which `besides` come after its own. In the active language."""
    if call is None or not (segment.appeals or segment.thanks):
        return None
    at = spot([one.no_appeal for one in (*own, *besides)], len(own), call.placement)
    if at is None:
        return None
    return Box(_thanks() if segment.thanks else call.ask, own[at].key if at < len(own) else AFTER_ALL)


def at_the_end(call: Call | None, segment: Segment, shown: Sequence[Story]) -> Box | None:
    """Of an alert, which is short: beside any of its stories is beside all of them."""
    if call is None or any(one.no_appeal for one in shown) or not (segment.appeals or segment.thanks):
        return None
    return Box(_thanks() if segment.thanks else call.ask, AFTER_ALL)


def _thanks() -> Ask:
    told = gettext("You gave for the work of %(newsroom)s. Thank you: it goes on because of readers like you.")
    return Ask(told % {"newsroom": newsroom().name}, "", "")

"""A letter against its real audience, without a message written: who would get what, and what is in the way."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import lxml.html
from django.conf import settings
from django.db import transaction
from django.db.models import Case, Count, F, Value, When
from django.urls import Resolver404, resolve
from django.utils.translation import gettext

from service.delivery.actions import forecast, gate
from service.delivery.rules.compiled import slots_in
from service.delivery.rules.verdicts import SUPPRESSING
from service.toolbox.addresses import PROVIDERS
from service.toolbox.errors import ServiceError
from service.toolbox.letters import Letter

from ..models import Edition
from ..segments import EVERYBODY, segment
from .compose import compose
from .readers import Candidates, candidates_of, tell_apart
from .release import released


@dataclass(frozen=True, slots=True)
class Part:
    """What readers of one segment would get. `html_bytes` is 0 for a letter that is text alone."""

    segment: str
    readers: int
    html_bytes: int
    text_bytes: int


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """candidates = readers + excluded, each with its reason. Of the readers, `suppressed` are held back at
    the last gate. `problems` are sentences for which it must not leave; `elsewhere` the links that lead to
    other sites."""

    candidates: int
    excluded: dict[str, int]
    suppressed: int
    parts: Sequence[Part]
    takes: timedelta | None
    problems: Sequence[str]
    elsewhere: Sequence[str]

    @property
    def readers(self) -> int:
        return sum(part.readers for part in self.parts)


def rehearse(edition: Edition, now: datetime) -> Rehearsal:
    """A handful of statements however many readers. Which choices lead to which stories is decided as it
    would be, and taken back: the draft may still change."""
    with transaction.atomic():
        if edition.state == "drafted":
            edition.interests.all().delete()
        tell_apart(edition)
        told = _rehearsed(edition, now)
        transaction.set_rollback(True)
    return told


def _rehearsed(edition: Edition, now: datetime) -> Rehearsal:
    candidates = candidates_of(edition, now).order_by()
    chosen = candidates.filter(exclusion="")
    counts = dict(chosen.values_list("segment").annotate(Count("id")))
    excluded = dict(candidates.exclude(exclusion="").values_list("exclusion").annotate(Count("id")))
    letters = {key: compose(edition, now, segment(key)) for key in sorted(counts)}
    first = letters.get(EVERYBODY.key) or compose(edition, now)
    links = sorted({link for drawn in letters.values() for link in _links(drawn.html)})
    return Rehearsal(
        candidates=sum(counts.values()) + sum(excluded.values()),
        excluded=excluded,
        suppressed=_suppressed(chosen),
        parts=[_part(key, counts[key], drawn) for key, drawn in letters.items()],
        takes=forecast.takes(_by_provider(chosen), now),
        problems=_problems([first, *letters.values()], links),
        elsewhere=[link for link in links if not _is_ours(link)],
    )


def _part(key: str, readers: int, drawn: Letter) -> Part:
    return Part(key, readers, len(drawn.html.encode()), len(drawn.text.encode()))


def _suppressed(chosen: Candidates) -> int:
    latest = chosen.annotate(latest=gate.latest_entry("address__fingerprint"))
    return int(latest.filter(latest__in=SUPPRESSING).count())


def _by_provider(chosen: Candidates) -> dict[str, int]:
    large = Case(When(address__group__in=PROVIDERS, then=F("address__group")), default=Value(""))
    return dict(chosen.annotate(provider=large).values_list("provider").annotate(Count("id")))


def _links(html: str) -> Iterable[str]:
    """The same for every reader: what differs is made when the letter leaves."""
    anchors = lxml.html.document_fromstring(html).iter("a") if html else ()
    found = (anchor.get("href", "") for anchor in anchors)
    return (link for link in found if link and not slots_in(link))


def _problems(letters: Sequence[Letter], links: Sequence[str]) -> list[str]:
    astray = gettext("%(link)s leads to no page of ours.")
    told = [astray % {"link": link} for link in links if _is_ours(link) and not _is_there(link)]
    for drawn in letters:
        try:
            released(drawn)
        except ServiceError as error:
            told.append(str(error))
    return list(dict.fromkeys(told))


def _is_ours(link: str) -> bool:
    return link.startswith(f"{settings.SITE_URL}/")


def _is_there(link: str) -> bool:
    """As an address; whether what it names is there, only a visit tells."""
    try:
        resolve(urlsplit(link).path)
    except Resolver404:
        return False
    return True

"""A partner's program is called with what became of an article: signed, tried again, given up at last."""

import json
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import structlog
from django.conf import settings
from django.db.models import F

from service.toolbox.bell import ring
from service.toolbox.fetch import Fetcher, FetchFailed

from ..models import Partner, Told
from ..rules.changes import status_told
from ..rules.hooks import SIGNATURE, secret, signature
from ..rules.telling import hook_pause
from .facts import facts

log = structlog.get_logger(__name__)

SLICE_SECONDS = 4.0
AT_ONCE = 10
CALL_SECONDS = 5.0
MOST_BYTES = 64 * 1024  # of an answer that nobody reads


@dataclass(frozen=True, slots=True)
class Call:
    told: Told
    url: str
    body: bytes
    headers: dict[str, str]


def call_hooks(now: datetime, trusted_hosts: Iterable[str] = ()) -> int:
    """A slice of the calls that are owed. Returns how many partners' programs took theirs. A private
    address is refused unless it is among `trusted_hosts`."""
    fetcher = Fetcher(trusted_hosts, max_bytes=MOST_BYTES, deadline_seconds=CALL_SECONDS)
    ends, taken = time.monotonic() + SLICE_SECONDS, 0
    with ThreadPoolExecutor(AT_ONCE, "hooks") as pool:
        while calls := [_call(one, one.partner, now) for one in _due(now) if one.partner and _claimed(one, now)]:
            for call, trouble in zip(calls, pool.map(lambda one: _tried(fetcher, one), calls), strict=True):
                taken += _noted(call.told, trouble, now)
            if time.monotonic() > ends:
                ring("call_hooks")
                break
    return taken


def secret_of(partner: Partner) -> str:
    """What the partner checks signatures with; see rules/hooks.py for how it is changed."""
    return secret(settings.SECRET_KEY, partner.slug, partner.hook_url)


def _due(now: datetime) -> list[Told]:
    """What became pointless while a program could not be reached is told no more."""
    Told.objects.hook_due(now).pointless().update(hook_due=None)
    return list(Told.objects.hook_due(now).select_related("partner", "notice__version__article")[:AT_ONCE])


def _claimed(told: Told, now: datetime) -> bool:
    """Until the next try is due, nobody else calls; a worker that dies costs one pause."""
    pause = hook_pause(told.hook_failures)
    mine = Told.objects.filter(pk=told.pk, hook_due=told.hook_due, hooked=None)
    return bool(mine.update(hook_due=now + pause if pause else None, hook_failures=F("hook_failures") + 1))


def _call(told: Told, partner: Partner, now: datetime) -> Call:
    body = json.dumps(_payload(told), ensure_ascii=False).encode()
    signed = signature(secret_of(partner), body, int(now.timestamp()))
    headers = {"Content-Type": "application/json; charset=utf-8", SIGNATURE: signed}
    return Call(told, partner.hook_url, body, headers)


def _payload(told: Told) -> dict[str, Any]:
    """`id` is the same at every try: a program that has seen it may drop it."""
    version, known = told.notice.version, asdict(facts(told))
    article = version.article
    return {
        "id": f"notice-{told.notice_id}-{told.pk}",
        "kind": told.notice.kind,
        "at": told.notice.at.isoformat(),
        "version": version.number,
        "note": version.note,
        "article": {
            "id": str(article.pk),
            "key": article.key,
            "guid": article.guid,
            "url": article.canonical_url,
            "title": article.title,
            "language": article.language,
            "status": status_told(article.status, came_out=article.first_seen is not None),
        },
        "pages": known["pages"],
        "copy": known["copy"],
        "acknowledge": known["acknowledge"],
    }


def _tried(fetcher: Fetcher, call: Call) -> str:
    """The trouble as a sentence; "" where it was taken. Touches no row: it runs beside others."""
    try:
        answer = fetcher.post(call.url, call.body, call.headers)
    except FetchFailed as error:
        return str(error)
    except Exception as error:  # an address that httpx itself refuses, such as one with a broken host
        return f"{call.url} can't be called ({type(error).__name__})."
    return "" if 200 <= answer.status < 300 else f"{call.url} answered {answer.status}."


def _noted(told: Told, trouble: str, now: datetime) -> int:
    rows = Told.objects.filter(pk=told.pk)
    if not trouble:
        return rows.update(hooked=now, hook_due=None, hook_trouble="")
    last = hook_pause(told.hook_failures) is None
    rows.update(hook_trouble=f"{trouble} Given up after three days." if last else trouble)
    log.info("a partner's hook did not take a notice", told=told.pk, tries=told.hook_failures + 1, last=last)
    return 0

"""Partners with filters of their own, pulling their feeds and the list of changes out of a large store; and
a withdrawal on its way to all of them."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable
from pathlib import Path

from service.content.actions.store import withdraw
from service.content.models import Article, Version
from service.delivery.models import Mailing
from service.partners.actions import pulls
from service.partners.actions.create import EVERYTHING, create
from service.partners.actions.tell import tell_partners
from service.partners.models import Partner, PartnerFeed
from service.toolbox import clock

from .processes import cpu_seconds
from .publish import TOPICS, fill
from .serve import granian
from .sizes import sized
from .table import Row

ARTICLES, PARTNERS = 100_000, 500


def measure(folder: Path) -> list[Row]:
    fill(sized(ARTICLES))
    Version.objects.update(numbered_at=clock.now())  # what is old was told long ago
    keys = [_partner(number) for number in range(sized(PARTNERS))]
    withdrawn = _told_of_a_withdrawal(keys)
    with granian() as (port, process):
        client = http.client.HTTPConnection("127.0.0.1", port)
        feeds = [(f"/partners/feeds/{key}/{EVERYTHING}.rss", {}) for key in keys]
        tags = [_ask(client, path, headers)[1] for path, headers in feeds]
        known = [(path, {"If-None-Match": tag}) for (path, _), tag in zip(feeds, tags, strict=True)]
        changes = [("/api/v1/changes?after=0&limit=100", {"Authorization": f"Bearer {key}"}) for key in keys]
        parts = (("a feed, whole", feeds, 200), ("a feed, unchanged", known, 304), ("changes", changes, 200))
        rows = [row for name, asked, status in parts for row in _pulled(client, process.pid, name, asked, status)]
    return [*rows, withdrawn]


def _partner(number: int) -> str:
    """Its key. Each wants other topics, as many as a desk reads."""
    begun = create(f"Partner {number}", f"desk-{number}@partner.example", clock.now(), terms="1")
    topics = [f"topic-{(number + step) % TOPICS}" for step in range(5)]
    PartnerFeed.objects.filter(partner=begun.partner).update(topics=topics, languages=["en"])
    Partner.objects.filter(pk=begun.partner.pk).update(requests_per_hour=1_000_000)
    return begun.key


def _pulled(
    client: http.client.HTTPConnection, pid: int, name: str, asked: list[tuple[str, dict[str, str]]], status: int
) -> list[Row]:
    before, began, times = cpu_seconds(pid), time.perf_counter(), []
    for path, headers in asked:
        started = time.perf_counter()
        found, _ = _ask(client, path, headers)
        times.append(time.perf_counter() - started)
        assert found == status, (path, found)
    rate = len(asked) / (time.perf_counter() - began)
    cost = (cpu_seconds(pid) - before) / len(asked) * 1000
    late = sorted(times)[int(len(times) * 0.99)] * 1000
    return [
        Row(f"{len(asked)} partners, {name}", rate, None, "per s", ""),
        Row("the same, the slowest of a hundred (p99)", late, None, "ms", ""),
        Row("the same, CPU of the server", cost, None, "ms", ""),
    ]


def _told_of_a_withdrawal(keys: list[str]) -> Row:
    """From the desk's word to the last letter in the queue."""
    article = Article.objects.published().newest_first()[0]
    partners = list(Partner.objects.all())
    for partner in partners:
        pulls.note(partner, [article], "feed", clock.now())
    began = time.perf_counter()
    withdraw(article, "It puts a source in danger.", clock.now())
    _until(lambda: Mailing.objects.filter(key__startswith="partner:").count() >= len(partners))
    return Row(f"a withdrawal to {len(keys)} partners, letters queued", time.perf_counter() - began, None, "s", "")


def _until(done: Callable[[], bool]) -> None:
    while not done():
        tell_partners(clock.now())


def _ask(client: http.client.HTTPConnection, path: str, headers: dict[str, str]) -> tuple[int, str]:
    client.request("GET", path, headers=headers)
    answer = client.getresponse()
    answer.read()
    return answer.status, answer.headers.get("ETag", "")

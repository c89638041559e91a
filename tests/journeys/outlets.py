"""Everything that the outside can read, as text by its address."""

from __future__ import annotations

import gzip
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.test import Client

from service.content.models import Article
from service.editions.actions.decide import preview
from service.editions.models import Edition
from service.feeds.models import PublishedFeed
from service.toolbox.errors import ServiceError


def outlets(now: datetime) -> dict[str, str]:
    return {**files(), **pages(), **letters(now)}


def files() -> dict[str, str]:
    """With their names: an address tells too."""
    found = {}
    for path in sorted(Path(settings.FEEDS_DIR).rglob("*")):
        if path.is_file():
            body = path.read_bytes()
            text = (gzip.decompress(body) if path.suffix == ".gz" else body).decode()
            found[str(path.relative_to(settings.FEEDS_DIR))] = f"{path.name}\n{text}"
    return found


def pages() -> dict[str, str]:
    """As they answer; a page that is not there tells nothing."""
    client, found = Client(), {}
    for address in _addresses():
        answer = client.get(address)
        told = "".join(f"{name}: {value}\n" for name, value in answer.headers.items())
        if answer.status_code in (200, 302):
            found[address] = told + answer.content.decode()
    return found


def letters(now: datetime) -> dict[str, str]:
    """As they would go out now, or went out. What is paused, or can't be written, does not."""
    found = {}
    for edition in Edition.objects.exclude(state__in=["sent", "paused"]):
        with suppress(ServiceError):
            one = preview(edition, now)
            found[f"letter {edition.slug}"] = f"{one.subject}\n{one.text}\n{one.html}"
    return found


def partners(key: str) -> dict[str, str]:
    """What a partner's programs can ask for with that key."""
    client, found = Client(headers={"authorization": f"Bearer {key}"}), {}
    for address in _partners_addresses(key):
        answer = client.get(address)
        if answer.status_code == 200:
            found[address.replace(key, "KEY")] = answer.content.decode()
    return found


def _partners_addresses(key: str) -> list[str]:
    found = [f"/partners/feeds/{key}/everything.{format}" for format in ("rss", "atom", "json", "ndjson")]
    found += ["/api/v1/articles?text=true", "/api/v1/changes?after=0", f"/partners/feeds/{key}/feeds.opml"]
    for article in Article.objects.all():
        endings = ("", ".html", ".txt", ".md", ".ninjs.json", "/versions/2/diff", "/versions/2/diff.html")
        found += [f"/api/v1/articles/{article.key}{ending}" for ending in endings]
    return found


def _addresses() -> list[str]:
    found = ["/", "/feeds/", "/feeds.opml", "/editions/", "/editions/en.atom", "/editions/es.atom", "/privacy"]
    found += [f"{address}?language=es" for address in ("/", "/feeds/", "/editions/")]
    for feed in PublishedFeed.objects.filter(address__startswith="/feeds/", format="rss"):
        found.append(feed.address.removesuffix(".rss") + "/")
    for edition in Edition.objects.all():
        found.append(f"/editions/{edition.slug}/")
    for article in Article.objects.all():
        formats = [f".{kind}" for kind in ("html", "txt", "md", "json")]
        found += [f"/articles/{article.pk}/republish{kind}" for kind in ["", *formats]]
        found += [f"/s/{article.pk}", f"/articles/{article.pk}/ninjs.json", f"/articles/{article.pk}/used"]
    return found

"""Everything that the outside can read, as text by its address."""

from __future__ import annotations

import gzip
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.test import Client

from service.content.models import Article
from service.editions.actions.decide import preview
from service.editions.models import Edition
from service.feeds.models import PublishedFeed


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
    """As they would go out now, or went out."""
    drawn = {edition.slug: preview(edition, now) for edition in Edition.objects.exclude(state="sent")}
    return {f"letter {slug}": f"{one.subject}\n{one.text}\n{one.html}" for slug, one in drawn.items()}


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
        found.append(f"/s/{article.pk}")
    return found

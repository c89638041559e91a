"""From a committed article to the last of its feeds on disk, with few and with many articles stored."""

from __future__ import annotations

import random
import statistics
import time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection

from service.content.actions.store import take_in
from service.content.models import Article, Author, Authorship, Country, Source, Topic, Version
from service.content.rules.drafts import Draft, Person
from service.feeds.actions.publish import publish_feeds
from service.feeds.models import ArchiveEntry, PublishedFeed
from service.feeds.shelf import path_of
from service.toolbox import clock

from .table import Row

TOPICS, COUNTRIES, AUTHORS = 60, 30, 50
RUNS = 15
BODY = "<p>" + "The port recorded forty containers that nobody had asked for. " * 12 + "</p>"


def measure(folder: Path) -> list[Row]:
    few = _timed(1_000)
    many = _timed(100_000)
    feeds = PublishedFeed.objects.current().count()
    pages = PublishedFeed.objects.archives().count()
    return [
        Row(
            f"publish → last feed, 100,000 articles, {feeds} feeds, {pages:,} archive pages",
            many,
            few,
            "s",
            "≤ 1 s; ≤ 1.5 ×",
            "1,000 articles",
        ),
        Row("the largest of them", _largest(), None, "KB", "≤ 512"),
    ]


def _largest() -> float:
    files = (path_of(Path(settings.FEEDS_DIR), row.address) for row in PublishedFeed.objects.all())
    return max(path.stat().st_size for path in files) / 1024


def _timed(total: int) -> float:
    """The median of several, each another article with other subjects."""
    fill(total)
    now = clock.now()
    while publish_feeds(now, seconds=3600).looked_at:
        pass  # the archives close page by page
    source = _source()
    times = []
    for number in range(RUNS):
        draft = _draft(f"new-{total}-{number}", now, number)
        started = time.perf_counter()
        take_in(source, draft, now, first_import=False)
        publish_feeds(now)
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def _draft(external_id: str, now: datetime, number: int) -> Draft:
    blank = Draft(
        external_id=external_id, url=f"https://cauce.example/{external_id}/", language="en", title="", body=""
    )
    return replace(
        blank,
        title=f"Story {external_id}",
        body=BODY * 8,
        authors=(Person(f"author-{number % AUTHORS}", f"Author {number % AUTHORS}"),),
        topics=(f"topic-{number % TOPICS}", f"topic-{(number * 7) % TOPICS}"),
        countries=("PE", "BO"),
        kind="news",
        published=now,
    )


def fill(total: int) -> None:
    """Rows as intake would leave them, in bulk; the dates spread over years."""
    now, source = clock.now(), _source()
    topics = [Topic.objects.get_or_create(slug=f"topic-{n}", defaults={"names": {}})[0] for n in range(TOPICS)]
    codes = ["pe", "bo", "co", "ec", "br", "mx", "gt", "hn", "sv", "ni", "cr", "pa", "cu", "do", "ht", "ve", "gy"]
    countries = [Country.objects.get_or_create(slug=code, defaults={"names": {}})[0] for code in codes]
    authors = [Author.objects.get_or_create(slug=f"author-{n}", defaults={"names": {}})[0] for n in range(AUTHORS)]
    there = Article.objects.count()
    draw = random.Random(there)
    for start in range(there, total, 5_000):
        numbers = range(start, min(start + 5_000, total))
        articles = [
            Article(
                source=source,
                external_id=f"old-{number}",
                guid=f"https://cauce.example/?p={number}",
                canonical_url=f"https://cauce.example/old-{number}/",
                language="en",
                kind="news",
                title=f"Old story {number}",
                standfirst="In short.",
                body=BODY,
                original="",
                status="published",
                published=now - timedelta(hours=1 + number),
                updated=now - timedelta(hours=1 + number),
                first_seen=now - timedelta(hours=1 + number),
                imported=True,
                fingerprint=str(number),
            )
            for number in numbers
        ]
        Article.objects.bulk_create(articles)
        Article.topics.through.objects.bulk_create(
            Article.topics.through(article_id=one.pk, topic_id=topic.pk)
            for one in articles
            for topic in draw.sample(topics, 2)
        )
        Article.countries.through.objects.bulk_create(
            Article.countries.through(article_id=one.pk, country_id=draw.choice(countries).pk) for one in articles
        )
        ArchiveEntry.objects.bulk_create(ArchiveEntry(article=one, language="en") for one in articles)
        Authorship.objects.bulk_create(
            Authorship(article=one, author=draw.choice(authors), position=0) for one in articles
        )
        touched = [
            {
                "language": ["en"],
                "topic": [topic.slug for topic in topics],
                "country": codes,
                "author": [author.slug for author in authors],
                "kind": ["news"],
                "term": [],
            }
        ]
        Version.objects.create(
            article=articles[0], number=1, kind="published", at=now, title="", body="", touched=touched[0]
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _source() -> Source:
    return Source.objects.get_or_create(
        slug="bench", defaults={"kind": "markdown", "address": "/", "language": "en", "imported_at": clock.now()}
    )[0]

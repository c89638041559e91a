"""A weekly digest of 80 to 90 KB and its readers, as rows; what mail parts begin with.

Readers are made by the database. All of them share one sealed address, which costs as much to open as
any other. Its domain is no large provider's: those have a pace of their own.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta

from django.core.management import call_command
from django.db import connection
from redis import Redis

from service.content.actions.store import take_in
from service.content.models import Source
from service.content.rules.drafts import Draft, Person
from service.delivery.models import Mailing, Message
from service.editions.actions.decide import approve
from service.editions.actions.draft import draft_now
from service.editions.models import Edition
from service.toolbox import addresses, clock

from .processes import byline

STORIES = 26
KINDS = ["investigation", "feature", "interview", "analysis", "news", "brief", "brief"]
STANDFIRST = (
    "On paper the cooperative dug 1,908 kilograms of gold in three years. At the gate of its mine Lucía Ferrer "
    "found a padlock, a fish pond and a caretaker, Wilfredo Achá, who has never seen a dredge there."
)
FILL = """
WITH made AS (
  INSERT INTO delivery_address (fingerprint, sealed, "group")
  SELECT encode(sha256(convert_to(%s || n, 'UTF8')), 'hex'), %s, '0123456789abcdef' FROM generate_series(1, %s) n
  RETURNING id, fingerprint)
INSERT INTO audience_subscriber (key, address_id, language, wants, status, created, confirmed,
                                 interests, both_languages, quiet, text_only, appeals)
SELECT left(fingerprint, 32), id, 'en', %s, 'active', now(), now(), '', false, false, false, true FROM made
"""


def fresh() -> None:
    """Empty tables, and nothing in Redis: no part meets what another left."""
    call_command("flush", interactive=False, verbosity=0)
    forget_nudges()


def forget_nudges() -> None:
    Redis.from_url(os.environ["REDIS_URL"]).flushdb()


def readers(count: int, address: str = "reader@readers.example", wants: str = "weekly") -> None:
    with connection.cursor() as cursor:
        cursor.execute(FILL, [address, addresses.seal(address), count, wants])
        cursor.execute("ANALYZE delivery_address, audience_subscriber")


def digest() -> Edition:
    """Drafted from stories that came in an hour ago, and approved."""
    now = clock.now()
    for number in range(STORIES):
        came = now - timedelta(hours=1, minutes=number)
        take_in(source(), _story(number, came), came, first_import=True)
    edition = draft_now(now, "en").edition
    assert edition, "the week has a digest already"
    approve(edition, "bench", now)
    return edition


def planned(count: int) -> Mailing:
    """A digest for so many readers, counted and open; nothing of it sent."""
    fresh()
    readers(count)
    edition = digest()
    byline("dispatch_editions")
    forget_nudges()
    mailing = Mailing.objects.get(key=edition.mailing_key)
    assert mailing.frozen == count, mailing.frozen
    assert 80_000 <= size_of(mailing) <= 90_000, size_of(mailing)
    return mailing


def size_of(mailing: Mailing) -> int:
    """Bytes of its letter, but for what each reader's own headers add."""
    return len(mailing.renditions.get().compiled)


def accepted(mailing: Mailing) -> int:
    return Message.objects.filter(mailing=mailing, state="accepted").count()


def source() -> Source:
    given = {"kind": "markdown", "address": "/", "language": "en", "active": False}
    return Source.objects.get_or_create(slug="bench", defaults=given)[0]


def _story(number: int, published: datetime) -> Draft:
    return Draft(
        external_id=f"story-{number}",
        url=f"https://cauce.example/the-cooperative-with-no-miners-{number}/",
        language="en",
        title=f"The Cooperative With No Miners, and What Its Papers Say: Part {number}",
        standfirst=STANDFIRST,
        body=f"<p>{STANDFIRST}</p>" * 8,
        kind=KINDS[number % len(KINDS)],
        authors=(Person("lucia-ferrer", "Lucía Ferrer"), Person("tomas-arrieta", "Tomás Arrieta")),
        topics=("illegal-mining", "customs"),
        countries=("BO", "PE"),
        published=published,
    )

"""Short ways to what tests begin with."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from itertools import count
from pathlib import Path

from service.appeals.models import Campaign
from service.audience.models import Subscriber
from service.content.actions.store import take_in
from service.content.models import Article, Source
from service.content.rules.drafts import Draft, Person
from service.delivery.actions.plan import keep_address

_numbers = count(1)


def draft(**changes: object) -> Draft:
    """A complete draft; each call another article."""
    number = next(_numbers)
    whole = Draft(
        external_id=str(number),
        url=f"https://cauce.example/story-{number}/",
        language="en",
        title=f"Story {number}",
        body=f"<p>The first paragraph of story {number}.</p><p>The second.</p>",
        authors=(Person("lucia-ferrer", "Lucía Ferrer"),),
        topics=("customs",),
        countries=("PE",),
        kind="brief",
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def source(kind: str = "wordpress", **fields: object) -> Source:
    wanted = {"kind": kind, "address": "https://cauce.example/", "language": "en", **fields}
    return Source.objects.get_or_create(slug=fields.pop("slug", kind), defaults=wanted)[0]


def article(now: datetime, *, first_import: bool = False, **changes: object) -> Article:
    """Taken in at `now`, as from a live site."""
    one = draft(**{"published": now - timedelta(minutes=5), **changes})
    outcome = take_in(source(), one, now, first_import=first_import)
    assert outcome == "added", outcome
    return Article.objects.get(external_id=one.external_id, source=source())


def reader(now: datetime, name: str = "ana", language: str = "en", wants: str = "both", **chosen: object) -> Subscriber:
    return Subscriber.objects.create(
        address=keep_address(f"{name}@readers.example"),
        language=language,
        wants=wants,
        status="active",
        created=now,
        confirmed=now,
        **chosen,
    )


def campaign(language: str = "en", text: str = "For the boat.", **fields: object) -> Campaign:
    """One that runs, unless `fields` say otherwise."""
    url = str(fields.pop("url", "https://cauce.example/row/"))
    row = Campaign.objects.create(**{"slug": f"campaign-{next(_numbers)}", "name": "The boat", **fields})
    row.wordings.create(language=language, text=text, button="Row", url=url)
    return row


def letters(folder: Path) -> list[EmailMessage]:
    """What lies in an outbox, parsed strictly."""
    found = []
    for path in sorted(folder.glob("*.eml")):
        found.append(email.message_from_bytes(path.read_bytes(), policy=email.policy.default))
    return found  # type: ignore[return-value]


def part(letter: EmailMessage, kind: str) -> str:
    body = letter.get_body((kind,))
    assert body is not None
    return str(body.get_content())

"""An RSS or Atom feed, for a newsroom that has no better door. It never withdraws: a feed is a
window, and what has left it is only old."""

from calendar import timegm
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import feedparser

from service.toolbox.fetch import Fetcher, FetchFailed, host_of

from ..rules.drafts import Draft, Item, Person, Picture, Place, Portion, SourceTrouble, Term, Unreadable
from ..rules.places import slugify


def read(place: Place, now: datetime) -> Iterator[Portion]:
    try:
        answer = Fetcher(trusted_hosts=[host_of(place.address)]).get(place.address)
    except FetchFailed as error:
        raise SourceTrouble(str(error)) from error
    if answer.status != 200:
        raise SourceTrouble(f"{place.address} answers {answer.status}.")
    # Bytes, never an address: feedparser must not fetch. Sanitising is done at our own door.
    found = feedparser.parse(
        answer.body,
        response_headers={"content-type": answer.headers.get("content-type", "application/xml")},
        sanitize_html=False,
        resolve_relative_uris=True,
    )
    if not found.get("version"):
        raise SourceTrouble(f"{place.address} is not a feed. Name the address of an RSS or Atom feed.")
    language = str(found.feed.get("language") or place.language)[:2].lower()
    yield Portion(tuple(_item(entry, language, place) for entry in found.entries))


def _item(entry: Any, language: str, place: Place) -> Item:
    link = str(entry.get("link") or "")
    external_id = str(entry.get("id") or link)
    title = str(entry.get("title") or "")
    if not external_id:
        return Unreadable(title[:300] or "an item", title, "It has neither a guid nor a link.")
    body = next((part.value for part in entry.get("content", [])), "") or str(entry.get("summary") or "")
    summary = str(entry.get("summary") or "") if entry.get("content") else ""
    return Draft(
        external_id=external_id[:300],
        guid=external_id,
        url=link,
        language=language if language in place.languages else place.language,
        title=title,
        standfirst=summary,
        body=body,
        authors=tuple(
            Person(slugify(name), name)
            for author in entry.get("authors", [])
            if (name := str(author.get("name") or ""))
        ),
        terms=tuple(Term("tag", slugify(tag.term), tag.term) for tag in entry.get("tags", []) if tag.get("term")),
        picture=_picture(entry),
        published=_moment(entry.get("published_parsed") or entry.get("updated_parsed")),
        # Atom's `updated` is what the publisher calls significant (RFC 4287, 4.2.15).
        change="update" if entry.get("updated_parsed", 0) != entry.get("published_parsed", 0) else "",
    )


def _moment(parsed: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError):
        return None


def _picture(entry: Any) -> Picture | None:
    for media in [*entry.get("media_content", []), *entry.get("enclosures", [])]:
        url, kind = media.get("url") or media.get("href"), str(media.get("type") or media.get("medium") or "")
        if url and kind.startswith("image"):
            return Picture(str(url))
    return None

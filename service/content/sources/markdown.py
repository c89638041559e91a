"""A folder of Markdown files with YAML front matter; every `*.md` below it is one article.

`published` is a date, or an offset such as "-2d 09:30" (days from today, the newsroom's hour), which
counts once: at the first intake. A complete run is everything: what it lacks is gone.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml
from markdown_it import MarkdownIt

from service.newsroom.current import newsroom

from ..rules.drafts import Draft, Item, Link, Person, Picture, Place, Portion, SourceTrouble, Unreadable
from ..rules.places import slugify

PORTION = 50
complete_run_is_everything = True

_OFFSET = re.compile(r"-(\d{1,4})d(?:\s+(\d{1,2}):(\d{2}))?")
_FRONT = re.compile(r"\A\ufeff?---\s*\n(.*?)\n---\s*(?:\n|\Z)(.*)\Z", re.DOTALL)


class _BadFile(Exception):
    """The sentence about one file."""


def read(place: Place, now: datetime) -> Iterator[Portion]:
    folder = Path(place.address)
    if not folder.is_dir():
        raise SourceTrouble(f"{folder} is not a folder. Name the folder that holds the Markdown files.")
    try:
        files = sorted(folder.rglob("*.md"))
    except OSError as error:  # a folder inside it went away meanwhile
        raise SourceTrouble(f"{folder} changed while it was read ({error.strerror}); it is read again soon.") from error
    for group in _groups(files):
        yield Portion(tuple(_one(path, folder, place, now) for path in group))


def _groups(files: list[Path]) -> Iterator[list[Path]]:
    for start in range(0, len(files), PORTION):
        yield files[start : start + PORTION]


def _one(path: Path, folder: Path, place: Place, now: datetime) -> Item:
    name = str(path.relative_to(folder))
    try:
        front, body = _split(path)
        return _draft(front, body, name, place, now)
    except _BadFile as error:
        return Unreadable(name, name, f"{name}: {error}")


def _split(path: Path) -> tuple[dict[str, Any], str]:
    try:
        text = path.read_text(encoding="utf-8").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise _BadFile(f"it can't be read as UTF-8 ({error}).") from error
    match = _FRONT.match(text)
    if not match:
        raise _BadFile("it has no front matter. Begin the file with a block between two --- lines.")
    try:
        front = yaml.safe_load(match[1])
    except yaml.YAMLError as error:
        raise _BadFile(f"its front matter is not YAML ({error}).".replace("\n", " ")) from error
    if not isinstance(front, dict):
        raise _BadFile("its front matter is not a list of `key: value` lines.")
    return front, match[2]


def _draft(front: dict[str, Any], body: str, name: str, place: Place, now: datetime) -> Draft:
    image = front.get("image") or {}
    published = _moment(front.get("published"), "published", now)
    embargo = _moment(front.get("embargo"), "embargo", now)
    return Draft(
        external_id=str(front.get("id") or name),
        guid=str(front.get("guid") or ""),
        url=str(front.get("url") or ""),
        language=str(front.get("language") or place.language),
        translation=str(front.get("translation") or ""),
        kind=str(front.get("kind") or ""),
        title=str(front.get("title") or ""),
        standfirst=str(front.get("standfirst") or ""),
        body=_html(body),
        authors=tuple(Person(slugify(str(author)), str(author)) for author in _list(front, "authors")),
        topics=tuple(str(topic) for topic in _list(front, "topics")),
        countries=tuple(str(code).upper() for code in _list(front, "countries")),
        picture=_picture(image) if isinstance(image, dict) and image.get("url") else None,
        see_also=tuple(
            Link(str(entry.get("title", "")), str(entry.get("url", "")))
            for entry in _list(front, "see_also")
            if isinstance(entry, dict)
        ),
        related=tuple(str(entry) for entry in _list(front, "related")),
        published=published,
        embargo=embargo,
        change=str(front.get("change") or ""),
        note=str(front.get("note") or ""),
    )


def _html(body: str) -> str:
    return str(MarkdownIt("commonmark", {"html": True}).enable("table").render(body))


def _picture(image: dict[str, Any]) -> Picture:
    return Picture(
        url=str(image["url"]),
        alt=str(image.get("alt") or ""),
        credit=str(image.get("credit") or ""),
        may_republish=image.get("republish") is True,
    )


def _list(front: dict[str, Any], key: str) -> list[Any]:
    value = front.get(key) or []
    if not isinstance(value, list):
        raise _BadFile(f"{key} is not a list. Write it like {key}: [one, another].")
    return value


def _moment(value: Any, key: str, now: datetime) -> datetime | None:
    """A date and time, a date (its midnight), an offset, or none. Without a zone: the newsroom's."""
    zone = newsroom().zone
    if value is None or value == "":
        return None
    if isinstance(value, str):
        offset = _OFFSET.fullmatch(value.strip())
        if offset:
            day = (now.astimezone(zone) - timedelta(days=int(offset[1]))).date()
            hour, minute = int(offset[2] or 0), int(offset[3] or 0)
            return datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone).astimezone(UTC)
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            raise _BadFile(f"{key} is {value!r}. Write a date like 2026-11-20T09:30 or -2d 09:30.") from None
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time(), zone)
    if not isinstance(value, datetime):
        raise _BadFile(f"{key} is {value!r}. Write a date like 2026-11-20T09:30 or -2d 09:30.")
    return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)

"""What a source says of an article, before anything is believed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit

from service.toolbox.errors import ServiceError


class SourceTrouble(ServiceError):
    """The source as a whole gave nothing usable. Nothing changes; the desk reads the sentence."""


@dataclass(frozen=True, slots=True)
class Person:
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Term:
    """A category or tag as the CMS has it; `taxonomy` is "category" or "tag"."""

    taxonomy: str
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Picture:
    url: str
    alt: str = ""
    credit: str = ""
    may_republish: bool = False
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Draft:
    """`published` None: the source gives no date, so the moment we first saw it counts.

    `change` is what the editor calls this version: "" (a silent fix), "update" or "correction";
    `note` is the editor's sentence about it. `kind` "" leaves the kind to the terms.
    """

    external_id: str
    url: str
    language: str
    title: str
    body: str
    guid: str = ""
    standfirst: str = ""
    kind: str = ""
    translation: str = ""
    authors: tuple[Person, ...] = ()
    terms: tuple[Term, ...] = ()
    topics: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    picture: Picture | None = None
    see_also: tuple[Link, ...] = ()
    related: tuple[str, ...] = ()
    published: datetime | None = None
    embargo: datetime | None = None
    change: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An article that the source itself could not make sense of."""

    external_id: str
    title: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The source says of this one article that it is no longer there for everybody."""

    external_id: str
    why: str


Item = Draft | Unreadable | Gone


@dataclass(frozen=True, slots=True)
class Portion:
    """A piece of a run, small enough to hold. `cursor` is where the next run may begin."""

    items: tuple[Item, ...]
    cursor: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a source is, as an operator configured it: a web address, a file or a folder."""

    kind: str
    address: str
    language: str
    cursor: str = ""
    languages: tuple[str, ...] = ()

    def language_of(self, link: str) -> str:
        """The language that the first part of an article's path names, else the source's own."""
        root = urlsplit(self.address).path.rstrip("/") if "://" in self.address else ""
        first = urlsplit(link).path.removeprefix(root).strip("/").split("/")[0]
        return first if first in self.languages else self.language


class Reader(Protocol):
    """What each part on the `sources/` shelf offers. Raises SourceTrouble."""

    def read(self, place: Place, now: datetime) -> Iterator[Portion]:
        """Everything since the cursor, in portions; safe to run twice."""

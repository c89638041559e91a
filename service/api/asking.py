"""What a program may ask with, and where a list goes on."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from django.db.models import Q
from ninja import Field, Path, Query, Schema
from pydantic import AwareDatetime, BeforeValidator, WithJsonSchema

from service.content.models import Article, ArticleQuerySet
from service.newsroom.rules import KINDS
from service.partners.models import Partner
from service.partners.rules.selection import Selection

from .problems import NotHere
from .shapes import ARTICLE_KEY

_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
_YEAR_1 = datetime(1, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_TIME_DIGITS = 14  # of microseconds since the year 1, in hex: until 2284

# The shape is told, and not demanded: what has another is not there, which says more than "invalid".
ArticleId = Annotated[
    str,
    WithJsonSchema({"type": "string", "pattern": ARTICLE_KEY}),
    Path(description="The article's id, or its UUID.", examples=["3f2a91c07be4"]),
]
Limit = Annotated[int, Query(ge=1, le=100, description="How many at most.")]
Number = Annotated[str, Query(pattern=r"^[0-9]{1,18}$")]


def _as_written(value: object) -> object:
    """As RFC 3339 has it, not as a number of seconds. A plus sign that nobody escaped arrives as a blank."""
    if isinstance(value, str) and not _RFC_3339.fullmatch(value := value.replace(" ", "+")):
        raise ValueError("write it like 2026-11-24T15:00:00Z")
    return value


class Filter(Schema):
    feed: str = Field("", description="One of your feeds by name; without it, all that any of them lets through.")
    language: str = Field("", max_length=10, examples=["en"])
    topic: str = Field("", max_length=200, examples=["customs"])
    country: str = Field("", max_length=2, description="ISO 3166-1.", examples=["pe"])
    author: str = Field("", max_length=200, examples=["lucia-ferrer"])
    kind: Literal["", *KINDS] = ""  # type: ignore[valid-type]
    since: Annotated[AwareDatetime | None, BeforeValidator(_as_written)] = Field(
        None, description="Published then or later."
    )
    cursor: str = Field("", pattern=r"^([0-9a-f]{46})?$", description="`next` of the page before.")
    limit: int = Field(20, ge=1, le=100)
    text: bool = Field(False, description="Whether the whole text is wanted. Each article then counts as given.")


def narrowed(articles: ArticleQuerySet, by: Filter) -> ArticleQuerySet:
    wanted = {
        "language": by.language,
        "kind": by.kind,
        "topics__slug": by.topic,
        "countries__slug": by.country.lower(),
        "authors__slug": by.author,
        "published__gte": by.since,
    }
    if by.author:  # in the same call: both are about one author
        wanted["authors__withheld_at__isnull"] = True
    return articles.filter(**{name: value for name, value in wanted.items() if value})


@dataclass(frozen=True, slots=True)
class Place:
    """Of an article in a list, newest first. Every word of the right shape is a place."""

    published: datetime
    pk: UUID

    @classmethod
    def read(cls, cursor: str) -> "Place":
        micros = int(cursor[:_TIME_DIGITS], 16)
        return cls(_YEAR_1 + micros * _MICROSECOND, UUID(cursor[_TIME_DIGITS:]))

    def __str__(self) -> str:
        return f"{(self.published - _YEAR_1) // _MICROSECOND:0{_TIME_DIGITS}x}{self.pk.hex}"

    def after(self) -> Q:
        return Q(published__lt=self.published) | Q(published=self.published, pk__lt=self.pk)


def one_of(articles: ArticleQuerySet, article_id: str) -> Article:
    """By its key, or by its whole UUID. Raises NotHere."""
    found = articles.with_key(article_id).complete().first()
    if found is None:
        raise NotHere("There is no such article, or your feeds do not let it through.")
    return found


def selections(partner: Partner, feed: str) -> list[Selection]:
    """Raises NotHere."""
    feeds = partner.feeds.filter(name=feed) if feed else partner.feeds.all()
    found = [one.selection for one in feeds]
    if feed and not found:
        raise NotHere("You have no feed of that name. The desk makes one.", "no_such_feed")
    return found

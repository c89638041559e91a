"""What goes in and out, as the OpenAPI document tells it."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

ARTICLE_KEY = r"^([0-9a-f]{12}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$"
WEB_PAGE = r"^https?://([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z]{2,63}([/?][!-~À-ɏ]*)?$"
"""Letters with accents stand in it as a browser's address bar shows them."""
Scope = Literal["feeds", "api", "reports"]


class Named(Schema):
    slug: str = Field(examples=["customs"])
    name: str = Field(examples=["Customs"])


class Image(Schema):
    """Only where the partner may have pictures and the rights of this one allow it."""

    url: str
    alt: str
    credit: str
    width: int | None
    height: int | None


class Translation(Schema):
    id: str
    language: str
    title: str
    url: str


class Correction(Schema):
    kind: Literal["correction", "withdrawal"]
    at: datetime
    version: int
    note: str


class Article(Schema):
    """`content_html` and `attribution` are null in a list, unless `text=true` asked for them."""

    id: str = Field(description="Short, and the same in every copy.", examples=["3f2a91c07be4"])
    guid: str = Field(description="As in our feeds; it never changes.")
    url: str = Field(description="The original. Link here, at the top and at the bottom.")
    language: str = Field(examples=["en"])
    kind: str = Field(examples=["investigation"])
    title: str
    standfirst: str
    byline: str = Field(description="Finished words.", examples=["By Lucía Ferrer, Cauce"])
    authors: list[str]
    topics: list[Named]
    countries: list[Named] = Field(description="`slug` is the ISO 3166-1 code in lower case.")
    published: datetime = Field(description="Never changes.")
    updated: datetime = Field(description="Changes with what the editors call significant.")
    version: int = Field(description="Counts from 1, small fixes included.")
    status: Literal["usable", "corrected", "embargoed"]
    embargoed_until: datetime | None = Field(description="Publish nothing of it before this time.")
    corrections: list[Correction]
    translations: list[Translation]
    image: Image | None
    content_html: str | None = Field(description="The whole copy, with the attribution above and below.")
    content_sha256: str | None
    attribution: dict[str, Any] | None = Field(
        description="The attribution in pieces. `conditions` bind, `requests` ask.",
        examples=[{"byline": "By Lucía Ferrer, Cauce", "canonical_url": "https://cauce.example/story/"}],
    )
    formats: dict[str, str] = Field(description="Addresses of the other formats, by their name.")


class Articles(Schema):
    articles: list[Article]
    next: str | None = Field(description="Send it as `cursor` for the page that follows; null on the last one.")


class Change(Schema):
    kind: Literal["created", "updated", "corrected", "withdrawn", "restored", "byline removed", "deselected"]
    at: datetime
    article: str = Field(description="The article's id.", examples=["3f2a91c07be4"])
    guid: str
    url: str
    title: str
    language: str
    version: int | None = Field(description="Which version that made it; null where only your filter changed.")
    note: str = Field(description="For readers: what was wrong, or why it was withdrawn. Often empty.")
    significant: bool = Field(description="False for a small fix, which needs no word to readers.")
    status: Literal["scheduled", "published", "withdrawn"] = Field(description="As the article stands now.")


class Changes(Schema):
    changes: list[Change] = Field(description="In the order in which they became known.")
    next: str = Field(description="Keep it, and send it as `after` the next time.", examples=["1042"])
    more: bool = Field(description="Whether there are further changes already.")


class Words(Schema):
    state: Literal["kept", "added", "removed"]
    text: str


class Paragraph(Schema):
    state: Literal["kept", "added", "removed", "changed"]
    old: str
    new: str
    words: list[Words] = Field(description="Of a changed paragraph: its words, in order.")


class Difference(Schema):
    article: str
    language: str
    old_version: int
    new_version: int
    note: str
    title: Paragraph
    standfirst: Paragraph
    paragraphs: list[Paragraph]
    more_changed: bool = Field(description="Links, pictures or formatting changed where the words did not.")


class UseIn(Schema):
    model_config = ConfigDict(extra="forbid")
    article: Annotated[str, Field(pattern=ARTICLE_KEY, examples=["3f2a91c07be4"], description="Its id.")]
    url: Annotated[
        str,
        Field(max_length=1000, pattern=WEB_PAGE, examples=["https://diario.example/2026/11/aduanas/"]),
    ]


class Use(Schema):
    id: int
    article: str
    url: str
    reported: datetime
    heard_by: str
    checked: datetime | None
    outcome: str = Field(description="Of the last look: well, faults, gone, unreachable, other; empty before it.")
    live: bool | None


class Uses(Schema):
    uses: list[Use]
    next: str | None


class Notice(Schema):
    id: int
    kind: Literal["correction", "withdrawal", "byline"]
    at: datetime
    article: str
    url: str
    title: str
    version: int
    note: str
    acknowledged: datetime | None
    acknowledged_by: str


class Notices(Schema):
    notices: list[Notice]


class KeyIn(Schema):
    model_config = ConfigDict(extra="forbid")
    label: str = Field("", max_length=100, examples=["website"], pattern=r"^[^\x00-\x1f\x7f]*$")
    scopes: list[Scope] = Field(
        default_factory=list, max_length=3, description="At most those of the asking key; empty: the same."
    )
    days: int | None = Field(
        None, ge=1, le=3650, description="How long it opens anything; at most as long as the asking key."
    )


class Key(Schema):
    prefix: str = Field(examples=["q3x7ab2c"])
    label: str
    scopes: list[Scope]
    created: datetime
    expires: datetime | None
    revoked: datetime | None
    used_on: date | None
    this_one: bool = Field(description="Whether it is the one that asks.")


class NewKey(Key):
    key: str = Field(description="The whole key. Nobody can be shown it again.")


class Keys(Schema):
    keys: list[Key]


class ProblemShape(Schema):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str = Field(description="A sentence: what is so, and what to do.")
    code: str = Field(description="A word for programs.", examples=["key_expired"])
    contact: str = Field(description="Whom to write to.")

"""An article of the store as the check wants it."""

from datetime import datetime

import lxml.html

from service.appeals.actions.calling import elsewhere
from service.attribution.checking import Original, Picture, Text
from service.attribution.rules import compose
from service.content.actions.bylines import names_of, withheld_from
from service.content.models import Article, Version
from service.newsroom.current import newsroom
from service.toolbox import html


def original(article: Article, language: str, now: datetime) -> Original:
    """`language`: in which the partner is to be answered, and its repair block written."""
    versions = list(article.versions.order_by("number"))
    bodies = [version.body for version in versions]
    return Original(
        attribution=compose(article, newsroom(), elsewhere(language, now), language),
        texts=tuple(_text(version) for version in versions),
        authors=tuple(article.author_names),
        pictures=_pictures(article, bodies),
        withdrawn=article.status == "withdrawn",
        withheld=tuple(sorted(names_of(withheld_from(article)))),
    )


def _text(version: Version) -> Text:
    paragraphs = tuple(html.paragraphs(version.body))
    return Text(version.number, version.kind, paragraphs, version.title, version.standfirst)


def _pictures(article: Article, bodies: list[str]) -> tuple[Picture, ...]:
    """Of those in a body nobody has said that they may be republished."""
    lead = {article.image_url: article.image_may_republish} if article.image_url else {}
    shown = {
        picture.get("src", "") for body in bodies for picture in lxml.html.fromstring(f"<div>{body}</div>").iter("img")
    }
    return tuple(Picture(url, may) for url, may in {**dict.fromkeys(sorted(shown), False), **lead}.items() if url)

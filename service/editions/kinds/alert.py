"""The alert: one story, the moment it is published."""

from datetime import datetime
from typing import Any

from markupsafe import Markup

from service.appeals.actions import appeal
from service.appeals.rules import BOTTOM, TOP
from service.content.actions.related import related
from service.toolbox import html

from ..models import Edition
from .story import story

PRIORITY = 1
OPENING_PARAGRAPHS = 3


def values(edition: Edition, now: datetime) -> dict[str, Any]:
    """`opening` is safe HTML: the first paragraphs, without one that only repeats the standfirst."""
    article = edition.article
    assert article is not None
    ask = appeal(edition.language, TOP, edition.slug, now)
    opening = html.opening(article.body, OPENING_PARAGRAPHS + 1)
    first, _, rest = opening.partition("\n")
    if html.text(first) == article.standfirst:
        opening = rest
    else:
        opening = html.opening(article.body, OPENING_PARAGRAPHS)
    return {
        "lead": story(article, ask),
        "opening": Markup(opening),  # noqa: S704 - cleaned at intake
        "opening_text": html.text(opening),
        "related": [story(other, ask) for other in related(article)],
        "ask_bottom": appeal(edition.language, BOTTOM, edition.slug, now),
        "date": article.published,
    }

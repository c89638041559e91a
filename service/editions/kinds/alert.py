"""The alert: one story, the moment it is published."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext
from markupsafe import Markup

from service.content.actions.related import related
from service.content.models import Article
from service.toolbox import html
from service.toolbox.errors import ServiceError

from ..houses import known_hosts
from ..models import Edition
from ..segments import EVERYBODY, Segment
from .call import asking, at_the_end, call_of, standing
from .story import plain_link, story

PRIORITY = 1
OPENING_PARAGRAPHS = 3
STANDFIRST_CUT_AT = 1000  # where the content store cuts one that it took from the text


def values(edition: Edition, now: datetime, segment: Segment = EVERYBODY) -> dict[str, Any]:
    """`opening` is safe HTML: the first paragraphs, without one that only repeats the standfirst."""
    article = edition.article
    if article is None:
        raise ServiceError(f"{edition.slug} is an alert about no article.")
    if article.status == "held":
        raise ServiceError(gettext("The story of this alert is held. Release it first, or stop the alert."))
    language = segment.language or edition.language
    ask = standing(language)
    opening, lead = _opening(article), story(article, ask)
    others = [] if segment.language else [story(other, ask) for other in related(article)]
    return {
        "lead": lead,
        "opening": Markup(opening),  # noqa: S704 - cleaned at intake
        "opening_text": html.text(opening),
        "related": others,
        **asking(call_of(edition, language, now), segment, at_the_end([lead, *others])),
        "reads": lambda story: plain_link(story, segment),
        "date": article.published,
    }


def languages_of(edition: Edition) -> set[str]:
    """Those in which its story can be read: whoever reads one of them needs it in no other."""
    article = edition.article
    if article is None or not article.translation:
        return {edition.language}
    published = Article.objects.published().filter(translation=article.translation)
    return {edition.language, *published.values_list("language", flat=True)}


def _opening(article: Article) -> str:
    """The first paragraphs, without pictures; one that only repeats the standfirst is passed over."""
    body = html.without_links_elsewhere(html.without_pictures(article.body), known_hosts())
    first = html.opening(body, 1)
    if html.text(first)[:STANDFIRST_CUT_AT] != article.standfirst:
        return html.opening(body, OPENING_PARAGRAPHS)
    return html.opening(body, OPENING_PARAGRAPHS + 1).removeprefix(first).lstrip("\n")

"""A copy of an article to paste elsewhere: the text with its attribution round it, in four formats."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel.dates import format_date
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from markdownify import markdownify
from markupsafe import Markup

from service.appeals.actions import appeal
from service.appeals.rules import BOTTOM
from service.attribution import formats
from service.attribution.rules import Attribution, compose
from service.content.actions.related import related
from service.content.kinds import kind_name
from service.content.models import Article
from service.newsroom.current import newsroom
from service.toolbox import html


@dataclass(frozen=True, slots=True)
class Copy:
    type: str
    body: str


def copy(article: Article, format: str, now: datetime) -> Copy | None:
    """None for a format that there is not."""
    if format not in _WRITERS:
        return None
    kind, write = _WRITERS[format]
    return Copy(kind, write(article, _attribution(article, now)))


def page_values(article: Article, now: datetime) -> dict[str, Any]:
    told = _attribution(article, now)
    copies = {gettext(label): _WRITERS[format][1](article, told) for label, format in _LABELS}
    return {
        "title": article.title,
        "byline": told.byline,
        "original": told.original,
        "licence_name": told.licence_name,
        "licence_url": told.licence_deed,
        "conditions": told.conditions,
        "requests": told.requests,
        "copies": list(copies.items()),
        "preview": Markup(copies["HTML"]),  # noqa: S704 - cleaned at intake
        "formats": [
            (gettext(label), reverse("republish_file", args=[article.pk, format]))
            for label, format in [*_LABELS, ("JSON", "json")]
        ],
        "related": [_teaser(other) for other in related(article)],
        "report": told.report_link,
        "answers": reverse("feedback_republish", args=[article.pk]),
        "uses": reverse("used", args=[article.pk]),
        "note": gettext("Pictures are left out unless their rights are known to allow it."),
    }


def _attribution(article: Article, now: datetime) -> Attribution:
    return compose(article, newsroom(), appeal(article.language, BOTTOM, "republish", now))


def _html(article: Article, told: Attribution) -> str:
    allowed = [article.image_url] if article.image_may_republish else []
    return formats.html.around(told, html.without_pictures(article.body, allowed))


def _text(article: Article, told: Attribution) -> str:
    return f"{article.title}\n\n{formats.text.around(told, html.text(article.body))}"


def _markdown(article: Article, told: Attribution) -> str:
    title = formats.markdown.escape(article.title)
    body = markdownify(article.body, heading_style="ATX").strip()
    return f"# {title}\n\n{formats.markdown.around(told, body)}"


def _json(article: Article, told: Attribution) -> str:
    facts = formats.facts.facts(told)
    whole = {"title": article.title, "language": article.language, "content_html": _html(article, told)}
    return json.dumps({**whole, "attribution": facts}, ensure_ascii=False, indent=2)


def _teaser(article: Article) -> dict[str, str]:
    return {
        "label": kind_name(article.kind),
        "title": article.title,
        "url": article.canonical_url,
        "date": format_date(article.published.astimezone(newsroom().zone), "long", locale=article.language),
        "standfirst": article.standfirst,
    }


_WRITERS: dict[str, tuple[str, Callable[[Article, Attribution], str]]] = {
    "html": ("text/html", _html),
    "txt": ("text/plain", _text),
    "md": ("text/markdown", _markdown),
    "json": ("application/json", _json),
}
_LABELS = [("HTML", "html"), (gettext_noop("Text"), "txt"), ("Markdown", "md")]

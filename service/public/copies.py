"""The page on which anybody takes a copy of an article."""

from datetime import datetime
from typing import Any

from babel.dates import format_date
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from markupsafe import Markup

from service.content.actions.related import related
from service.content.kinds import kind_name
from service.content.models import Article
from service.feeds.actions.copies import OPEN, WRITERS, attribution
from service.feeds.actions.documents import alone
from service.feeds.formats import ninjs
from service.newsroom.current import newsroom
from service.toolbox import html


def page_values(article: Article, now: datetime) -> dict[str, Any]:
    told = attribution(article, now)
    copies = {gettext(label): WRITERS[format][1](article, told, OPEN) for label, format in _LABELS}
    return {
        "title": article.title,
        "byline": told.byline,
        "words": len(html.text(article.body).split()),
        "picture": _picture(article),
        "original": told.original,
        "copies": list(copies.items()),
        "programs": [("JSON", WRITERS["json"][1](article, told, OPEN)), ("ninjs", _ninjs(article, now))],
        "preview": Markup(copies["HTML"]),  # noqa: S704 - cleaned at intake
        "formats": [
            (gettext(label), reverse("republish_file", args=[article.pk, format]))
            for label, format in [*_LABELS, ("JSON", "json")]
        ]
        + [("ninjs", reverse("ninjs", args=[article.pk]))],
        "related": [_teaser(other) for other in related(article)],
        "report": told.report_link,
        "answers": reverse("feedback_republish", args=[article.pk]),
        "uses": reverse("used", args=[article.pk]),
        "note": gettext("Pictures are left out unless their rights are known to allow it."),
    }


def _ninjs(article: Article, now: datetime) -> str:
    document = alone(article, now)
    return ninjs.one(document, document.items[0]).decode()


def _picture(article: Article) -> dict[str, Any] | None:
    """The one whose rights we know. It is linked, not shown: nothing is loaded from elsewhere."""
    if not article.image_url:
        return None
    return {
        "url": article.image_url,
        "alt": article.image_alt,
        "credit": article.credit,
        "allowed": article.image_may_republish,
    }


def _teaser(article: Article) -> dict[str, str]:
    return {
        "label": kind_name(article.kind),
        "title": article.title,
        "url": article.canonical_url,
        "date": format_date(article.published.astimezone(newsroom().zone), "long", locale=article.language),
        "standfirst": article.standfirst,
    }


_LABELS = [("HTML", "html"), (gettext_noop("Text"), "txt"), ("Markdown", "md")]

"""A copy of an article to put elsewhere: the text with its attribution round it, in four formats."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from markdownify import markdownify
from markupsafe import Markup

from service.appeals.actions.calling import elsewhere
from service.attribution import formats
from service.attribution.rules import Attribution, compose
from service.content.models import Article
from service.newsroom.current import newsroom
from service.newsroom.rules import NO_ASK
from service.toolbox import html


@dataclass(frozen=True, slots=True)
class Terms:
    """What a copy holds besides the text: pictures whose rights allow it, our donation call."""

    pictures: bool = True
    donation_call: bool = True


OPEN = Terms()


@dataclass(frozen=True, slots=True)
class Copy:
    type: str
    body: str


def copy_of(article: Article, format: str, now: datetime, terms: Terms = OPEN) -> Copy:
    """`format` is one of WRITERS."""
    kind, write = WRITERS[format]
    return Copy(kind, write(article, attribution(article, now, terms), terms))


def attribution(article: Article, now: datetime, terms: Terms = OPEN) -> Attribution:
    ask = elsewhere(article.language, now) if terms.donation_call else NO_ASK
    return compose(article, newsroom(), ask)


def as_html(article: Article, told: Attribution, terms: Terms = OPEN) -> str:
    return with_correction(article, told, formats.html.around(told, _body(article, terms)))


def with_correction(article: Article, told: Attribution, copy: str) -> str:
    """The note above the copy, where the article was corrected."""
    note = correction(article, told)
    above = Markup('<p lang="{}"><em>{}</em></p>\n').format(told.language, note) if note else ""
    return f"{above}{copy}"


def as_text(article: Article, told: Attribution, terms: Terms = OPEN) -> str:
    above = [article.title, correction(article, told)]
    return "\n\n".join([*filter(None, above), formats.text.around(told, html.text(article.body))])


def as_markdown(article: Article, told: Attribution, terms: Terms = OPEN) -> str:
    note = formats.markdown.escape(correction(article, told))
    above = [f"# {formats.markdown.escape(article.title)}", f"*{note}*" if note else ""]
    body = markdownify(_body(article, terms), heading_style="ATX").strip()
    return "\n\n".join([*filter(None, above), formats.markdown.around(told, body)])


def correction(article: Article, told: Attribution) -> str:
    """The sentence that stands above a corrected article; "" for any other."""
    if article.change != "correction" or not article.note:
        return ""
    return told.words.correction.format(note=article.note)


def withdrawal(article: Article, told: Attribution) -> str:
    """The sentence that stands in place of a withdrawn article."""
    return told.words.withdrawal.format(organisation=told.organisation, note=article.note).strip()


def _body(article: Article, terms: Terms) -> str:
    allowed = [article.image_url] if terms.pictures and article.image_may_republish else []
    return html.without_pictures(article.body, allowed)


def _json(article: Article, told: Attribution, terms: Terms) -> str:
    facts = formats.facts.facts(told)
    whole = {
        "id": article.guid,
        "title": article.title,
        "language": article.language,
        "published": article.published.isoformat(),
        "updated": article.updated.isoformat(),
        "version": article.version,
        "content_html": as_html(article, told, terms),
    }
    return json.dumps({**whole, "attribution": facts}, ensure_ascii=False, indent=2)


WRITERS: dict[str, tuple[str, Callable[[Article, Attribution, Terms], str]]] = {
    "html": ("text/html", as_html),
    "txt": ("text/plain", as_text),
    "md": ("text/markdown", as_markdown),
    "json": ("application/json", _json),
}

"""How any copy of an article names its source: one value, composed once, the same everywhere.

A copy holds: the byline with the newsroom's name, a link to the original at the top, another at the
bottom, the licence with its address, where to tell us of use, and one donation call. `formats/`
writes it down; `missing` finds what somebody's copy left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from urllib.parse import quote

from babel.dates import format_date

from service.newsroom.rules import Ask, Newsroom

from .phrases import Phrases, phrases


class Article(Protocol):
    """What attribution needs to know of an article; the content store's Article satisfies it."""

    @property
    def key(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def canonical_url(self) -> str: ...
    @property
    def published(self) -> datetime: ...
    @property
    def author_names(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class Attribution:
    """Finished words and addresses in the article's language."""

    language: str
    organisation: str
    title: str
    byline: str
    creators: tuple[str, ...]
    original: str
    published_on: str
    licence_name: str
    licence_url: str
    licence_deed: str
    conditions: str
    requests: str
    report_mailbox: str
    report_link: str
    ask: Ask
    words: Phrases


def compose(article: Article, newsroom: Newsroom, ask: Ask, language: str = "") -> Attribution:
    """`ask` is the donation call that goes with this copy, NO_ASK for none. In the article's language,
    or in another for a partner who writes in that."""
    language = language or article.language
    words = phrases(language)
    names = list(article.author_names)
    subject = words.report_subject.format(title=article.title, key=article.key)
    return Attribution(
        language=language,
        organisation=newsroom.name,
        title=article.title,
        byline=words.byline.format(authors=words.join([*names]), organisation=newsroom.name)
        if names
        else words.byline_nobody.format(organisation=newsroom.name),
        creators=tuple(f"{name}, {newsroom.name}" for name in names) or (newsroom.name,),
        original=article.canonical_url,
        published_on=format_date(article.published.astimezone(newsroom.zone), "long", locale=language),
        licence_name=newsroom.licence.name,
        licence_url=newsroom.licence.url,
        licence_deed=newsroom.licence.deeds[language],
        conditions=newsroom.licence.conditions[language],
        requests=newsroom.licence.requests[language],
        report_mailbox=newsroom.republication,
        report_link=f"mailto:{newsroom.republication}?subject={quote(subject)}",
        ask=ask,
        words=words,
    )


def missing(copy: str, attribution: Attribution, body: str) -> list[str]:
    """What an HTML or text copy left out, as words; empty where all is there.

    `body` is a piece of the article's own text that the copy holds: the links must stand on both
    sides of it.
    """
    before, found, after = copy.partition(body)
    checks = {
        "the article's text": bool(found),
        "the newsroom's name in the byline": attribution.organisation in before,
        "a link to the original at the top": attribution.original in before,
        "a link to the original at the bottom": attribution.original in after,
        "the licence": attribution.licence_url in copy or attribution.licence_deed in copy,
        "where to report use": attribution.report_mailbox in copy,
        "the donation call": attribution.ask.url in copy,
    }
    return [part for part, present in checks.items() if not present]

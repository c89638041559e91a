"""A site as it looks after months: topics, countries, letters, one of them corrected since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx
from django.urls import reverse

from service.audience.erasure import ERASE
from service.audience.rules import CONFIRM, PREFERENCES, UNSUBSCRIBE
from service.content.actions.store import call_it
from service.content.models import Article, Version
from service.editions.actions.decide import approve
from service.editions.actions.dispatch import dispatch_editions
from service.editions.actions.draft import draft_now
from service.editions.models import Edition
from service.feedback.actions import open_voting
from service.feeds.actions.publish import publish_feeds
from service.newsroom.current import newsroom
from service.toolbox import tokens
from tests import builders

COUNTRIES = ("AR", "BO", "BR", "CO", "DO", "EC", "GT", "HN", "MX", "PE", "SV", "VE")
PURPOSES = (CONFIRM, PREFERENCES, UNSUBSCRIBE)
NOTE = {"en": "The boat had two engines.", "es": "El barco tenía dos motores."}
_WORDS = "Nam quis leo vitae arcu porta sodales at id orci; sed in velit enim, ut cursus neque. "


@dataclass(frozen=True, slots=True)
class Site:
    """Paths by what stands there; the same names in each language. `forms`: what is sent to those pages
    that are the answer to a form."""

    language: str
    server: str
    pages: dict[str, str]
    forms: dict[str, dict[str, str]]
    comes_back: str
    """Where the reader who leaves is subscribed again, to leave once more."""

    def url(self, name: str) -> str:
        if name == "left":
            httpx.post(self.server + self.comes_back)
        return self.server + self.pages[name]

    def text(self, name: str) -> str:
        """Without a browser."""
        url = self.url(name)
        return (httpx.post(url, data=self.forms[name]) if name in self.forms else httpx.get(url)).text


def built(now: datetime, server: str) -> dict[str, Site]:
    """By language."""
    return {language: _site(now, language, server) for language in ("en", "es")}


def _site(now: datetime, language: str, server: str) -> Site:
    stories = [_story(now, language, number) for number in range(len(COUNTRIES))]
    drafted = draft_now(now + timedelta(minutes=1), language)
    assert drafted.edition
    approve(drafted.edition, "ana", now)
    dispatch_editions(now)
    publish_feeds(now)
    edition = Edition.objects.get(pk=drafted.edition.pk)
    _correct(edition, language, now + timedelta(minutes=5))
    leaver = builders.reader(now, f"leaver-{language}", language)
    away, back = (reverse(purpose, args=[tokens.sign(purpose, leaver.key)]) for purpose in (UNSUBSCRIBE, CONFIRM))
    pages = {**_pages(language, stories[0], now), **_of(edition, now), "left": away}
    answers = {
        "mistyped": ("/subscribe?language=" + language, {"address": "ana@nowhere"}),
        "mailed": (pages["ask"], {"address": "ana@readers.example"}),
        "confirmed": (pages[CONFIRM], {}),
        "saved": (pages[PREFERENCES], {"language": language, "wants": "both"}),
        "left": (away, {"List-Unsubscribe": "One-Click"}),
        "answered": (pages["feedback"], {"answer": "yes"}),
        "erased": (_erase(now, f"gone-{language}", language), {}),
    }
    pages |= {name: path for name, (path, _) in answers.items()}
    return Site(language, server, pages, {name: form for name, (_, form) in answers.items()}, back)


def _story(now: datetime, language: str, number: int) -> Article:
    topics = list(newsroom().topic_names)
    return builders.article(
        now,
        language=language,
        title=f"Lorem ipsum {number}: dolor sit amet" + " Donau" + "dampfschiff" * 6 * (number == 1),
        standfirst="Integer porttitor, ante a luctus blandit.",
        body="".join(f"<p>{_WORDS * 5}</p>" for _ in range(5)),
        topics=(topics[number % len(topics)],),
        countries=(COUNTRIES[number],),
        kind=("investigation", "brief", "analysis")[number % 3],
        published=now - timedelta(minutes=number + 1),
    )


def _correct(edition: Edition, language: str, at: datetime) -> None:
    item = edition.shown_items.first()
    assert item
    article = item.article
    article.version += 1
    article.save()
    told = {"number": article.version, "kind": "fix", "at": at, "title": article.title, "body": article.body}
    version = Version.objects.create(article=article, **told)
    call_it(version, "correction", NOTE[language], at)


def _erase(now: datetime, name: str, language: str) -> str:
    """The path of a reader's link."""
    key = builders.reader(now, name, language).key
    return reverse("erase", args=[tokens.sign(ERASE, key)]) + f"?language={language}"


def _of(edition: Edition, now: datetime) -> dict[str, str]:
    """What belongs to a letter: its page, and the question under its first story."""
    item = edition.shown_items.first()
    assert item
    answer = tokens.nameless(open_voting(edition.mailing_key, now), "a reader")
    return {
        "letter": reverse("edition", args=[edition.slug]),
        "feedback": reverse("feedback", args=[answer, item.pk, "yes"]),
    }


def _pages(language: str, article: Article, now: datetime) -> dict[str, str]:
    key = builders.reader(now, f"page-{language}", language, interests="topic:cocaine country:PE").key
    says = f"?language={language}"
    own = {purpose: reverse(purpose, args=[tokens.sign(purpose, key)]) for purpose in PURPOSES}
    return {
        "landing": f"/{says}",
        "embed": f"/embed{says}",
        "feeds": f"/feeds/{says}",
        "feed": f"/feeds/{language}/topics/cocaine/",
        "editions": f"/editions/{says}",
        "ask": f"/preferences/{says}",
        "privacy": f"/privacy{says}",
        "erase ask": f"/erase/{says}",
        "erase": _erase(now, f"erase-{language}", language),
        "nothing": f"/nothing/{says}",
        "broken link": f"/confirm/broken{says}",
        "republish": reverse("republish", args=[article.pk]),
        **own,
    }

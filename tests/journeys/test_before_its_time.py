"""What is scheduled or under embargo is nowhere before its time, nor is what is held, and no cache may keep what
changes then."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from django.conf import settings
from django.db import transaction
from hypothesis import HealthCheck, Phase, example, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from service.content.actions.bylines import remove_byline
from service.content.actions.holding import release
from service.content.actions.store import take_in, withdraw
from service.content.models import Article, Author
from service.editions.actions import take_out
from service.editions.actions.dispatch import dispatch_editions
from service.editions.actions.draft import draft_now, raise_alerts
from service.editions.models import Edition
from service.feeds.actions.publish import publish_feeds
from service.feeds.rules import feeds_of, max_age, shelves_of
from service.feeds.serve import PublishedBytes
from service.partners.actions.create import create
from service.toolbox import clock
from tests import builders
from tests.conftest import NOW

from .outlets import outlets, partners

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
# A house takes seconds: what fails is shown as it was found.
SLOWLY = trying(
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
hours = st.integers(1, 40)  # minutes from now; few, so that stories meet
steps = st.one_of(
    st.tuples(st.just("new"), hours, st.sampled_from(["en", "es"]), st.sampled_from(["published", "embargo"])),
    st.tuples(st.just("move"), hours),
    st.tuples(st.just("take down")),
    st.tuples(st.just("hold")),
    st.tuples(st.just("release")),
    st.tuples(st.just("take the name off")),
    st.tuples(st.just("wait"), hours),
)


class House:
    """A newsroom whose every story has a word of its own in whatever can be told of it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.hours, self.held = NOW, dict[str, datetime](), set[str]()
        monkeypatch.setattr(clock, "now", lambda: self.now)
        monkeypatch.setattr("time.time", lambda: self.now.timestamp())
        builders.article(NOW, title="Out already", translation="group")
        self.key = create("Diario", "desk@diario.example", NOW, terms="2026-11", domains=("diario.example",)).key
        self.work()

    def do(self, verb: str, *told: Any) -> None:
        last = Article.objects.filter(external_id__startswith="secret").order_by("external_id").last()
        if verb == "wait":
            self.now += MINUTE * told[0]
        elif verb == "new":
            self.put(f"secret{len(self.hours)}x", *told)
        elif last and last.status != "published" and verb == "move":
            self.put(last.external_id, told[0], last.language, "published")
        elif last and last.status == "scheduled" and verb == "take down":
            withdraw(last, "", self.now)
            self.hours[last.external_id] = NOW + timedelta(days=999)
        elif last and last.status in ("scheduled", "published") and verb == "hold":
            take_out.hold(last, "ana", "A source is at risk.", self.now)
            self.held.add(last.external_id)
        elif last and last.status == "held" and verb == "release":
            release(last, self.now)
            self.held.remove(last.external_id)
        elif verb == "take the name off":
            remove_byline(Author.objects.get(slug="lucia-ferrer"), self.now)
        self.work()

    def put(self, word: str, minutes: int, language: str, how: str) -> None:
        self.hours[word] = self.now + MINUTE * minutes
        past = {"published": self.now - MINUTE, "embargo": self.hours[word]}
        one = builders.draft(
            **{"external_id": word, "url": f"https://cauce.example/{word}/", "language": language, "kind": "news"},
            **{"title": f"{word} title", "standfirst": f"{word} standfirst", "body": f"<p>{word} body</p>"},
            **{"translation": "group", "topics": ("customs", word), "guid": f"https://cauce.example/?p={word}"},
            **(past if how == "embargo" else {"published": self.hours[word]}),
        )
        take_in(builders.source(), one, self.now, first_import=False)

    def work(self) -> None:
        while publish_feeds(self.now, seconds=60).looked_at:
            pass
        raise_alerts(self.now)
        for language in ("en", "es"):
            Edition.objects.filter(kind="weekly", language=language, state="drafted").delete()
            draft_now(self.now, language)
        dispatch_editions(self.now)

    @property
    def pending(self) -> set[str]:
        return {word for word, hour in self.hours.items() if hour > self.now}

    def telling_what_is_held(self) -> list[str]:
        """Its topic may be known; not a word of the story, its address or its guid."""
        told = ("{} title", "{} standfirst", "{} body", "cauce.example/{}/", "?p={}")
        words = [one.format(word) for word in self.held for one in told]
        shown = {**outlets(self.now), **partners(self.key)}
        return [where for where, text in shown.items() if any(one in text for one in words)]


@contextmanager
def house(monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """Of its own, and nothing stays of it."""
    with tempfile.TemporaryDirectory() as folder, transaction.atomic(), monkeypatch.context() as patch:
        patch.setattr(settings, "FEEDS_DIR", type(settings.FEEDS_DIR)(folder))
        yield House(patch)
        transaction.set_rollback(True)


def kept_until(address: str, now: datetime) -> datetime:
    """When the last cache that obeys has forgotten what that address answers now."""
    environ: dict[str, Any] = {"PATH_INFO": address}
    setup_testing_defaults(environ)
    told: dict[str, str] = {}
    answer = PublishedBytes(lambda *_: [], settings.FEEDS_DIR)
    list(answer(environ, lambda _, headers: told.update(headers)))  # type: ignore[arg-type,func-returns-value]
    seconds = re.findall(r"(?:max-age|stale-while-revalidate)=(\d+)", told.get("Cache-Control", ""))
    return now + timedelta(seconds=sum(map(int, seconds)))


@trying(SLOWLY, max_examples=5)
@given(st.lists(steps, min_size=1, max_size=6))
@example([("new", 9, "en", "published"), ("take down",), ("wait", 20), ("move", 9)])
@example([("new", 9, "en", "published"), ("take down",), ("new", 20, "en", "published")])
@example([("new", 9, "es", "embargo"), ("wait", 8), ("move", 9), ("wait", 8)])
@example([("new", 9, "es", "embargo"), ("take the name off",), ("hold",), ("release",), ("wait", 8)])
def test_a_story_is_nowhere_before_its_time(monkeypatch: pytest.MonkeyPatch, told: list[tuple[Any, ...]]) -> None:
    with house(monkeypatch) as one:
        for step in told:
            one.do(*step)
            shown = outlets(one.now)
            for word in one.pending:
                assert [where for where, text in shown.items() if word in text] == []


@trying(SLOWLY, max_examples=3)
@given(st.lists(steps, min_size=1, max_size=6))
@example([("new", 1, "en", "published"), ("wait", 2), ("hold",), ("wait", 9), ("release",), ("hold",)])
@example([("new", 1, "es", "embargo"), ("hold",), ("wait", 2), ("move", 9), ("release",), ("wait", 9), ("hold",)])
def test_what_is_held_is_nowhere(monkeypatch: pytest.MonkeyPatch, told: list[tuple[Any, ...]]) -> None:
    with house(monkeypatch) as one:
        for step in told:
            one.do(*step)
            assert one.telling_what_is_held() == []


@trying(SLOWLY, max_examples=8)
@given(st.lists(steps, min_size=1, max_size=6))
@example([("new", 9, "en", "published"), ("new", 5, "es", "embargo"), ("wait", 1), ("move", 2)])
def test_no_cache_keeps_a_feed_past_the_hour_when_a_story_comes_into_it(
    monkeypatch: pytest.MonkeyPatch, told: list[tuple[Any, ...]]
) -> None:
    with house(monkeypatch) as one:
        for step in told:
            one.do(*step)
            for article in Article.objects.filter(external_id__in=one.pending, status="scheduled"):
                touched = Article.objects.get(translation="group", title="Out already").shelved_under()
                shelves = shelves_of(article.shelved_under()) | shelves_of(touched)
                for feed in [feed for shelf in shelves for feed in feeds_of(shelf, "en")]:
                    hour = one.hours[article.external_id]
                    assert kept_until(feed.address, one.now) <= hour, feed.address


def test_its_hour_come_it_is_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    with house(monkeypatch) as one:
        one.do("new", 5, "es", "embargo")
        one.do("wait", 5)
        shown = {where for where, text in outlets(one.now).items() if "secret0x" in text}
    for outlet in ("es/latest.rss", "es/topics/secret0x.atom.gz", "/feeds.opml", "/feeds/es/latest/", "en/latest.atom"):
        assert outlet in shown
    assert [where for where in shown if "/republish.json" in where or where.startswith("letter alert-")]


def test_released_it_is_back_wherever_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the same guid and dates; only its version has grown."""
    with house(monkeypatch) as one:
        one.do("new", 1, "en", "published")
        one.do("wait", 2)
        before = {**outlets(one.now), **partners(one.key)}
        one.do("hold")
        one.do("release")
        after = {**outlets(one.now), **partners(one.key)}
    where = {outlet for outlet, text in before.items() if "secret0x" in text}
    assert where - {outlet for outlet, text in after.items() if "secret0x" in text} == set()
    dates = re.findall(r"<(?:pubDate|atom:updated)>.*?<", before["en/latest.rss"])
    assert re.findall(r"<(?:pubDate|atom:updated)>.*?<", after["en/latest.rss"]) == dates


@given(st.integers(0, 10**6), st.one_of(st.none(), st.integers(-(10**6), 10**8)))
def test_an_age_ends_by_the_next_change_and_is_never_more_than_a_quarter_of_an_hour(
    micros: int, left: int | None
) -> None:
    now = NOW + timedelta(microseconds=micros)
    change = None if left is None else now + timedelta(milliseconds=left)
    age = max_age(now, change)
    assert 0 <= age <= 900
    assert change is None or age == 0 or now + timedelta(seconds=age) <= change

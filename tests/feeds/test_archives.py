"""Nothing a newsroom published is lost to whoever follows its feed, however it came in."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from service.feeds.archives import PAGE_BYTES, PAGE_ITEMS, Open, closing, named
from tests.feeds.document import ITEM

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
arrivals = st.lists(st.tuples(st.integers(0, 500 * 24), st.integers(2_000, 400_000), st.booleans()), max_size=120)


class Feed:
    """A feed as the rules keep it, and a reader who trusts that a page, once read, never changes."""

    def __init__(self) -> None:
        self.every: list[Open] = []
        self.opened: list[Open] = []
        self.pages: list[tuple[UUID, ...]] = []
        self.read: set[UUID] = set()
        self.known = 0

    def take_in(self, hours: int, size: int) -> None:
        one = Open(UUID(int=len(self.every)), BEGAN + timedelta(hours=hours), size)
        self.every.append(one)
        self.opened.append(one)
        closed = [page.ids for page in closing(self.opened)]
        self.pages += closed
        self.opened = [one for one in self.opened if not any(one.id in ids for ids in closed)]

    def poll(self) -> None:
        self.read |= {one.id for one in self.opened}
        for ids in self.pages[self.known :]:
            self.read |= set(ids)
        self.known = len(self.pages)


@given(arrivals)
def test_whoever_polls_now_and_then_and_follows_the_pages_gets_every_story(
    arrived: list[tuple[int, int, bool]],
) -> None:
    feed = Feed()
    for hours, size, polls in arrived:
        feed.take_in(hours, size)
        if polls:
            feed.poll()
    feed.poll()
    assert feed.read == {one.id for one in feed.every}


@given(arrivals)
def test_every_story_is_in_one_page_or_still_open_and_what_is_open_fits_into_half_a_feed(
    arrived: list[tuple[int, int, bool]],
) -> None:
    feed = Feed()
    for hours, size, _ in arrived:
        feed.take_in(hours, size)
        assert len(feed.opened) <= PAGE_ITEMS
        assert len(feed.opened) <= 1 or sum(one.size for one in feed.opened) <= PAGE_BYTES
    held = [id for ids in feed.pages for id in ids] + [one.id for one in feed.opened]
    assert Counter(held) == Counter(one.id for one in feed.every)


@given(arrivals)
def test_a_page_is_of_one_month_and_no_heavier_than_half_a_feed(arrived: list[tuple[int, int, bool]]) -> None:
    opened = [Open(UUID(int=at), BEGAN + timedelta(hours=hours), size) for at, (hours, size, _) in enumerate(arrived)]
    sizes, months = {one.id: one.size for one in opened}, {one.id: one.month for one in opened}
    for page in closing(opened):
        assert {months[id] for id in page.ids} == {page.month}
        assert len(page.ids) <= PAGE_ITEMS
        assert len(page.ids) == 1 or sum(sizes[id] for id in page.ids) <= PAGE_BYTES


def test_the_pages_of_a_month_are_numbered_from_the_second_on() -> None:
    opened = [Open(UUID(int=at), BEGAN + timedelta(minutes=at), 3000) for at in range(40)]
    names = [name for name, _ in named(closing(opened), Counter({"2026-01": 1}))]
    assert names == ["2026-01-2", "2026-01-3"]


def test_what_must_be_heard_is_in_the_feed_however_heavy_the_rest() -> None:
    from dataclasses import replace

    from service.feeds.rules import fitting

    heavy = [replace(ITEM, guid=str(at), content="x" * 200_000) for at in range(6)]
    assert [item.guid for item in fitting(heavy, frozenset({"4", "5"}))] == ["4", "5"]
    assert [item.guid for item in fitting(heavy)] == ["0", "1"]

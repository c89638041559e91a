"""The list of changes: in order, complete, each once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from service.content.actions.bylines import remove_byline, restore_byline
from service.content.actions.store import call_it, release_due, take_in, withdraw
from service.content.models import Article, Author, Version
from service.partners.actions.changes import add, changes_for, last_number, number_changes
from service.partners.actions.create import create
from service.partners.actions.pulls import note
from service.partners.actions.selecting import select_again
from service.partners.models import Change, Counter, Partner, PartnerFeed
from service.partners.rules.selection import Selection
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner(now: datetime) -> Partner:
    return create("Diario", "desk@diario.example", now, terms="1").partner


def read(partner: Partner, now: datetime, after: int = 0) -> list[str]:
    number_changes(now, seconds=5)
    return [change.kind for change in changes_for(partner, after, 100).changes]


def test_the_life_of_an_article_can_be_read_in_order(partner: Partner, now: datetime) -> None:
    draft = builders.draft(published=now)
    take_in(builders.source(), draft, now, first_import=False)
    article = Article.objects.get()
    for change in ("", "update", "correction"):
        changed = builders.replace(draft, title=f"Now {change}", change=change, note="Why.")
        take_in(builders.source(), changed, now, first_import=False)
    withdraw(article, "", now)
    take_in(builders.source(), draft, now, first_import=False)
    assert read(partner, now) == ["created", "updated", "updated", "corrected", "withdrawn", "restored"]


def test_a_reader_goes_on_where_it_was(partner: Partner, now: datetime) -> None:
    for _ in range(5):
        builders.article(now)
    number_changes(now, seconds=5)
    seen, after, more = [], 0, True
    while more:
        page = changes_for(partner, after, 2)
        seen += [change.article for change in page.changes]
        after, more = page.last, page.more
    assert len(set(seen)) == len(seen) == 5
    assert changes_for(partner, after, 2).last == after


def test_a_fix_that_the_desk_calls_a_correction_is_told_again(partner: Partner, now: datetime) -> None:
    article = builders.article(now)
    assert read(partner, now) == ["created"]
    call_it(article.versions.get(), "correction", "The sum was wrong.", now)
    assert read(partner, now) == ["created", "corrected"]


def test_only_what_they_chose_or_were_given_is_told(partner: Partner, now: datetime) -> None:
    given = builders.article(now, topics=("customs",))
    note(partner, [given], "api", now)
    builders.article(now, topics=("customs",))
    chosen = builders.article(now, topics=("prisons",))
    partner.feeds.update(topics=["prisons"])
    number_changes(now, seconds=5)
    assert [change.article for change in changes_for(partner, 0, 100).changes] == [given, chosen]


def test_what_is_to_come_is_told_to_nobody_before_it_is_out(partner: Partner, now: datetime) -> None:
    builders.article(now, published=now + timedelta(hours=1))
    assert read(partner, now) == []
    release_due(now + timedelta(hours=1))
    assert read(partner, now) == ["created"]


def test_whoever_was_given_it_early_hears_that_it_will_never_come_out(partner: Partner, now: datetime) -> None:
    other = create("Otro", "desk@otro.example", now, terms="1").partner
    article = builders.article(now, published=now + timedelta(hours=1))
    note(partner, [article], "api", now)
    withdraw(article, "", now)
    assert read(partner, now)[-1] == "withdrawn"
    assert read(other, now) == []


def test_whoever_was_given_it_early_hears_alone_that_a_name_went_from_it(partner: Partner, now: datetime) -> None:
    article = builders.article(now, published=now + timedelta(hours=1))
    other = create("Otro", "d@otro.example", now).partner
    remove_byline(Author.objects.get(), now)
    assert (read(partner, now), read(other, now)) == ([], [])
    note(partner, [article], "api", now)
    restore_byline(Author.objects.get(), now)
    remove_byline(Author.objects.get(), now)
    assert read(partner, now)[-1] == "byline removed"
    assert read(other, now) == []


def test_a_name_that_went_before_the_hour_is_no_change_of_what_came_out(partner: Partner, now: datetime) -> None:
    builders.article(now, published=now + timedelta(hours=1))
    remove_byline(Author.objects.get(), now)
    release_due(now + timedelta(hours=1))
    assert read(partner, now + timedelta(hours=1)) == ["created"]


def test_a_name_that_is_back_is_told_as_an_update(partner: Partner, now: datetime) -> None:
    builders.article(now)
    remove_byline(Author.objects.get(), now)
    restore_byline(Author.objects.get(), now)
    assert read(partner, now) == ["created", "byline removed", "updated"]


def test_a_narrower_filter_withdraws_what_falls_out_and_only_from_whom_it_concerns(
    partner: Partner, now: datetime
) -> None:
    out, stays = builders.article(now, topics=("customs",)), builders.article(now, topics=("prisons",))
    never_given = builders.article(now, topics=("customs",))
    note(partner, [out, stays], "api", now)
    number_changes(now, seconds=5)
    after = last_number()
    feed = partner.feeds.get()
    assert select_again(feed, Selection(topics=("prisons",)), now) == 1
    assert select_again(feed, Selection(topics=("prisons",)), now) == 0
    told = Change.objects.filter(number__gt=after)
    assert [(one.kind, one.article, one.partner) for one in told] == [("deselected", out, partner)]
    assert never_given not in [change.article for change in changes_for(partner, after, 100).changes]
    assert changes_for(create("Otro", "d@otro.example", now).partner, after, 100).changes == []


def test_what_another_feed_of_theirs_still_holds_is_not_withdrawn(partner: Partner, now: datetime) -> None:
    article = builders.article(now, topics=("customs",))
    note(partner, [article], "api", now)
    partner.feeds.create(name="customs", topics=["customs"])
    assert select_again(partner.feeds.get(name="everything"), Selection(topics=("prisons",)), now) == 0


def test_a_wider_filter_tells_what_newly_comes_through_as_if_it_had_just_come_out(
    partner: Partner, now: datetime
) -> None:
    feed = partner.feeds.get()
    select_again(feed, Selection(topics=("customs",)), now)
    had, new = builders.article(now, topics=("customs",)), builders.article(now, topics=("prisons",))
    number_changes(now, seconds=5)
    after = last_number()
    select_again(feed, Selection(topics=("customs", "prisons")), now)
    told = changes_for(partner, after, 100).changes
    assert [(one.kind, one.article) for one in told] == [("created", new)]
    select_again(feed, Selection(topics=("customs",)), now)
    assert [one.article for one in changes_for(partner, after, 100).changes] == []
    assert had in [one.article for one in changes_for(partner, 0, 100).changes]


def test_a_feed_that_a_partner_gets_besides_tells_what_it_holds(partner: Partner, now: datetime) -> None:
    select_again(partner.feeds.get(), Selection(topics=("customs",)), now)
    article = builders.article(now, topics=("prisons",))
    number_changes(now, seconds=5)
    after = last_number()
    select_again(PartnerFeed(partner=partner, name="prisons"), Selection(topics=("prisons",)), now)
    assert [(one.kind, one.article) for one in changes_for(partner, after, 100).changes] == [("created", article)]
    assert changes_for(create("Otro", "d@otro.example", now).partner, after, 100).changes == []


def test_the_command_says_what_it_did(partner: Partner, now: datetime, capsys: pytest.CaptureFixture[str]) -> None:
    builders.article(now)
    call_command("tell_partners")
    call_command("tell_partners")
    assert capsys.readouterr().out.splitlines() == [
        "1 changes can be read.",
        "Nothing to tell: partners know of every change.",
    ]


@pytest.mark.django_db(transaction=True)
def test_with_several_numbering_at_once_a_reader_misses_nothing_and_gets_nothing_twice(now: datetime) -> None:
    partner = create("Diario", "desk@diario.example", now, terms="1").partner
    written, numbered, seen = threading.Event(), threading.Event(), []

    def write() -> None:
        for _ in range(60):
            builders.article(now)

    def number() -> None:
        while not written.is_set() or Version.objects.owed_a_number().exists():
            number_changes(now, seconds=0)

    def read() -> None:
        after, last_round = 0, False
        while not last_round:
            last_round = numbered.is_set()
            page = changes_for(partner, after, 7)
            after, last_round = page.last, last_round and not page.more
            seen.extend(change.article_id for change in page.changes)

    reading = _started(read)
    numbering = [_started(number), _started(number)]
    _started(write).join()
    written.set()
    for one in numbering:
        one.join()
    numbered.set()
    reading.join()
    assert len(seen) == len(set(seen)) == 60
    assert sorted(Change.objects.values_list("number", flat=True)) == list(range(1, 61))


def _started(work: Callable[[], object]) -> threading.Thread:
    def alone() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=alone)
    thread.start()
    return thread


@pytest.mark.django_db(transaction=True)
def test_no_number_can_be_read_while_a_lower_one_is_still_to_come(now: datetime) -> None:
    partner = create("Diario", "desk@diario.example", now, terms="1").partner
    lost, _new = builders.article(now), builders.article(now)
    Counter.objects.create(pk=1)
    numbered, may_end = threading.Event(), threading.Event()

    def slowly() -> None:
        with transaction.atomic():
            add([Change(article=lost, partner=partner, kind="deselected", at=now)])
            numbered.set()
            may_end.wait(20)

    both = [_started(slowly)]
    numbered.wait(20)
    both.append(_started(lambda: number_changes(now, seconds=5)))
    both[1].join(0.5)
    assert changes_for(partner, 0, 10).changes == []
    may_end.set()
    for one in both:
        one.join()
    assert [change.kind for change in changes_for(partner, 0, 10).changes] == ["deselected", "created", "created"]


@pytest.mark.django_db(transaction=True)
def test_a_correction_called_while_it_is_being_numbered_is_told(now: datetime) -> None:
    partner = create("Diario", "desk@diario.example", now, terms="1").partner
    for _ in range(15):
        article = builders.article(now)
        version = article.versions.get()
        both = [
            _started(lambda: number_changes(now, seconds=0)),
            _started(partial(call_it, version, "correction", "Wrong.", now)),
        ]
        for one in both:
            one.join()
        number_changes(now, seconds=5)
        assert changes_for(partner, 0, 100).changes[-1].kind == "corrected"

"""The release lint, with this installation's own houses, over letters as they are really made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from service.appeals.rules.asking import PLAIN
from service.editions.actions.compose import compose
from service.editions.actions.dispatch import dispatch_editions
from service.editions.actions.draft import raise_alerts
from service.editions.actions.release import check_message, released
from service.editions.houses import known_hosts
from service.editions.models import Edition
from service.editions.segments import EVERYBODY, QUIET, TEXT, Segment
from service.toolbox import html
from service.toolbox.errors import ServiceError
from service.toolbox.letters import Letter
from tests import builders

from .desk import FRIDAY, approved, go, story

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_digest_and_an_alert_as_they_are_made_may_leave(language: str, sink: Any) -> None:
    builders.reader(FRIDAY, language=language)
    builders.campaign(language, url="https://give.example/x")
    story(language=language, title="Gold & «scales»")
    edition = approved(language=language)
    raise_alerts(FRIDAY)
    for one in Edition.objects.all():
        for segment in (EVERYBODY, Segment(TEXT, PLAIN), Segment(QUIET), Segment(elsewhere=True)):
            assert released(compose(one, FRIDAY, segment))
    dispatch_editions(FRIDAY)
    go(FRIDAY)
    kept = [path.read_bytes() for path in Path(sink.folder).glob("ana-*.eml")]
    assert edition.slug in "".join(raw.decode() for raw in kept)
    for raw in kept:
        assert check_message(raw) == []


def test_what_must_not_leave_is_told_in_sentences() -> None:
    with pytest.raises(ServiceError, match=r"must not leave.*tracker\.example"):
        released(Letter("Gold", '<a href="https://tracker.example/">x</a>', "Gold"))


def test_a_storys_links_elsewhere_are_words_in_a_letter() -> None:
    body = '<p>As <a href="https://paper.example/x">a paper</a> and <a href="https://cauce.example/">we</a> said.</p>'
    shown = html.without_links_elsewhere(body, known_hosts())
    assert shown == '<p>As a paper and <a href="https://cauce.example/">we</a> said.</p>'

"""The question in the letter: under each story, each reader's own way to answer, and still one rendition."""

from __future__ import annotations

import re
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.test import Client

from service.audience.models import Subscriber
from service.delivery.actions.plan import forget_salts
from service.delivery.models import Rendition
from service.delivery.rules.compiled import compile_letter, fill, message
from service.editions.actions.compose import compose, envelope
from service.editions.actions.decide import preview
from service.editions.actions.draft import raise_alerts
from service.editions.actions.release import check_message, released
from service.feedback.models import Salt
from service.toolbox import tokens
from tests import builders
from tests.delivery.mailings import parsed
from tests.editions.desk import FRIDAY, drafted, go, story

from .letters import TITLES, links_in, sent

pytestmark = pytest.mark.django_db


def test_each_story_asks_in_html_and_in_text(sink: Any) -> None:
    digest = sent(sink)
    items = {item.pk for item in digest.edition.shown_items}
    for letter in digest.letters.values():
        assert links_in(letter, "plain") == links_in(letter, "html")
        assert {int(path.rpartition("/")[2]) for path in links_in(letter)} == items
        for kind in ("plain", "html"):
            assert builders.part(letter, kind).count("Was this helpful?") == len(TITLES)


def test_each_reader_has_a_token_of_the_editions_salt_in_one_rendition(sink: Any) -> None:
    digest = sent(sink)
    secret = bytes(Salt.objects.get(subject=digest.subject).secret)
    assert Rendition.objects.filter(mailing__key=digest.subject).count() == 1
    keys = dict(Subscriber.objects.values_list("key", "address_id"))
    told = {digest.token(name) for name in digest.letters}
    assert told == {tokens.nameless(secret, key) for key in keys}


def test_a_text_letter_asks_and_a_quiet_one_and_an_alert_do_not(sink: Any) -> None:
    builders.reader(FRIDAY, "carla", text_only=True)
    builders.reader(FRIDAY, "quiet", quiet=True)
    digest = sent(sink)
    assert len(digest.links["carla"]) == len(TITLES)
    for kind in ("feedback", "helpful"):
        assert kind not in digest.letters["quiet"].as_string()
    story(FRIDAY, title="A Port Official Is Shot", kind="news")
    raise_alerts(FRIDAY)
    go(FRIDAY)
    alerts = [one for one in builders.letters(sink.folder) if "Shot" in one["Subject"]]
    assert alerts
    assert not any("helpful" in builders.part(one, "plain") for one in alerts)


def test_the_compiled_digest_is_the_librarys_message() -> None:
    story(title="Ñandú — 50 % = half")
    edition = drafted()
    drawn = compose(edition, FRIDAY)
    values = {"feedback": "https://letters.cauce.example/feedback/" + "x" * 32, "unsubscribe": "https://u.example/?a&b"}
    raw = message(compile_letter(envelope(edition, drawn.subject), drawn.html, drawn.text), [], values)
    expected = EmailMessage()
    expected.set_content(fill(drawn.text, values))
    expected.add_alternative(fill(drawn.html, {**values, "unsubscribe": "https://u.example/?a&amp;b"}), subtype="html")
    for kind in ("plain", "html"):
        got, wanted = (builders.part(one, kind).replace("\r\n", "\n").rstrip() for one in (parsed(raw), expected))
        assert got == wanted


def test_it_passes_the_release_lint_before_and_after(sink: Any) -> None:
    digest = sent(sink)
    assert released(compose(digest.edition, FRIDAY))
    assert [check_message(letter.as_bytes()) for letter in digest.letters.values()] == [[], []]


def test_delivery_forgets_the_salt_once_nothing_of_it_may_leave(sink: Any) -> None:
    digest = sent(sink)
    assert forget_salts(digest.edition.not_after) == 0
    assert forget_salts(digest.edition.not_after + timedelta(seconds=1)) == 1
    assert not Rendition.objects.exclude(salts={}).exists()
    assert Salt.objects.exists()


def test_the_archive_does_not_ask_and_a_preview_asks_for_nobody(sink: Any, client: Client) -> None:
    digest = sent(sink)
    page = client.get(f"/editions/{digest.edition.slug}/").content.decode()
    assert TITLES[0] in page
    assert not re.search("feedback|helpful|s7c1e9x", page)
    assert page.count("Republish</a>") == builders.part(digest.letters["ana"], "html").count("Republish</a>")
    assert "/feedback/preview/" in preview(digest.edition, FRIDAY).html

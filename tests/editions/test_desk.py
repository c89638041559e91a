"""The desk's pages."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from lxml import html as lxml_html

from service.delivery.actions.send import send_due
from service.delivery.models import Mailing
from service.editions.actions.decide import approve, preview
from service.editions.actions.draft import draft_now
from service.editions.models import Edition
from service.toolbox import clock
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(now: datetime) -> Edition:
    builders.article(now)
    told = draft_now(now + timedelta(minutes=1), "en")
    assert told.edition
    return told.edition


@pytest.fixture
def editor() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("editor"))
    return client


def act(client: Client, edition: Edition, **fields: str) -> int:
    return client.post(reverse("admin:edition_act", args=[edition.pk]), fields).status_code


@pytest.mark.parametrize(
    "model",
    [
        *("content_article", "content_source", "content_setaside", "content_disappearance", "content_topic"),
        *("content_author", "content_country", "delivery_mailing", "delivery_message", "delivery_suppression"),
        *("appeals_campaign", "audience_subscriber", "editions_edition", "editions_schedule", "feeds_publishedfeed"),
        "feeds_brokenarticle",
    ],
)
def test_every_list_of_the_desk_opens(editor: Client, edition: Edition, now: datetime, model: str) -> None:
    builders.reader(now)
    assert editor.get(reverse(f"admin:{model}_changelist")).status_code == 200


def test_an_article_and_an_edition_open_with_what_can_be_done(editor: Client, edition: Edition) -> None:
    article = edition.items.get().article
    assert editor.get(reverse("admin:content_article_change", args=[article.pk])).status_code == 200
    page = editor.get(reverse("admin:editions_edition_change", args=[edition.pk])).content.decode()
    assert "Approve: it goes out now" in page
    assert "Send a test" in page


@pytest.mark.parametrize("format", ["html", "txt"])
def test_a_preview_can_run_nothing(editor: Client, edition: Edition, format: str) -> None:
    answer = editor.get(reverse("admin:edition_preview", args=[edition.pk, format]))
    assert answer.status_code == 200
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_the_editor_approves_and_stops(editor: Client, edition: Edition) -> None:
    assert act(editor, edition, verb="approve") == 302
    edition.refresh_from_db()
    assert (edition.state, edition.approved_by) == ("approved", "editor")
    act(editor, edition, verb="stop")
    edition.refresh_from_db()
    assert edition.state == "cancelled"


def test_who_may_only_look_can_not_decide(edition: Edition) -> None:
    user = User.objects.create_user("looker", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_edition"))
    client = Client()
    client.force_login(user)
    assert act(client, edition, verb="approve") == 403
    edition.refresh_from_db()
    assert edition.state == "drafted"


def test_deciding_needs_a_post_of_the_desks_own(edition: Edition) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_superuser("editor"))
    assert act(client, edition, verb="approve") == 403
    assert client.get(reverse("admin:edition_act", args=[edition.pk])).status_code == 405


def test_whoever_is_not_logged_in_sees_nothing(edition: Edition) -> None:
    assert Client().get(reverse("admin:edition_preview", args=[edition.pk, "html"])).status_code == 302


def test_the_desk_never_sees_an_address(editor: Client, now: datetime) -> None:
    builders.reader(now)
    for model in ("audience_subscriber", "delivery_message", "delivery_mailing"):
        assert b"ana@readers" not in editor.get(reverse(f"admin:{model}_changelist")).content


def page_form(client: Client, edition: Edition) -> dict[str, str]:
    """The change page's own form, as a browser would send it back."""
    page = lxml_html.fromstring(client.get(reverse("admin:editions_edition_change", args=[edition.pk])).content)
    (form,) = page.xpath("//form[@id='edition_form']")
    return {name: str(value) for name, value in form.form_values()}


def test_the_letter_the_order_and_what_is_left_out_are_kept(editor: Client, now: datetime) -> None:
    for title in ("A", "B", "C"):
        builders.article(now, title=title, kind="brief", published=now - timedelta(hours=ord(title) - 64))
    edition = draft_now(now + timedelta(minutes=1), "en").edition
    assert edition
    order = {item.article.title: number for number, item in enumerate(edition.items.select_related("article"))}
    form = page_form(editor, edition) | {"letter": "Dear readers.", f"items-{order['B']}-left_out": "on"}
    form |= {f"items-{order['C']}-position": "0", f"items-{order['A']}-position": "5"}
    assert editor.post(reverse("admin:editions_edition_change", args=[edition.pk]), form).status_code == 302
    text = preview(Edition.objects.get(pk=edition.pk), now).text
    assert text.index("Dear readers.") < text.index("\nC\n") < text.index("\nA\n")
    assert "\nB\n" not in text


def test_whoever_saves_a_letter_undoes_no_approval(editor: Client, edition: Edition, now: datetime) -> None:
    form = page_form(editor, edition) | {"letter": "Too late."}
    approve(edition, "somebody else", now)
    editor.post(reverse("admin:editions_edition_change", args=[edition.pk]), form)
    edition.refresh_from_db()
    assert (edition.state, edition.approved_by, edition.letter) == ("approved", "somebody else", "")


def test_a_test_letter_goes_to_the_address_that_was_typed(editor: Client, edition: Edition, sink: Any) -> None:
    act(editor, edition, verb="test", address="ana@readers.example")
    act(editor, edition, verb="test", address="nobody")
    send_due(clock.now())
    assert [letter["To"] for letter in builders.letters(sink.folder)] == ["ana@readers.example"]


def test_pressing_nothing_in_particular_does_nothing(editor: Client, edition: Edition) -> None:
    act(editor, edition)
    edition.refresh_from_db()
    assert edition.state == "drafted"
    assert not Mailing.objects.exists()


def test_approving_twice_is_told_on_the_page(editor: Client, edition: Edition) -> None:
    act(editor, edition, verb="approve")
    answer = editor.post(reverse("admin:edition_act", args=[edition.pk]), {"verb": "approve"}, follow=True)
    assert "only a draft can be approved" in answer.content.decode()


def test_a_preview_is_for_those_who_may_see_editions(edition: Edition) -> None:
    client = Client()
    client.force_login(User.objects.create_user("temp", is_staff=True))
    assert client.get(reverse("admin:edition_preview", args=[edition.pk, "html"])).status_code == 403

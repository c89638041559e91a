"""The desk's page of a notice, and of the pages that carry articles."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from service.content.actions.store import withdraw
from service.content.models import Article
from service.delivery.models import Mailing
from service.partners.actions.acknowledging import acknowledge
from service.partners.actions.tell import tell_partners
from service.partners.actions.telling import mailings_of
from service.partners.actions.uses import report_use
from service.partners.actions.writing import PREFIX
from service.partners.models import Look, Notice, Republication, Told
from tests import builders

from .republishing import given, posted

pytestmark = pytest.mark.django_db


@pytest.fixture
def article(now: datetime, tmp_path: Path) -> Article:
    """Withdrawn, with two partners and a reporter who were told; one answered, one page is gone."""
    article = builders.article(now)
    diario, rio = given(now, article, "Diario"), given(now, article, "Rio", hook_url="https://rio.example/hook")
    report_use(article, "https://diario.example/1", "form", now, partner=diario)
    report_use(article, "https://rio.example/1", "form", now, partner=rio)
    report_use(article, "https://blog.example/1", "form", now, contact="bo@blog.example")
    report_use(article, "https://nobody.example/1", "form", now)
    withdraw(article, "", now)
    posted(now, tmp_path)
    later = now + timedelta(minutes=1)
    pages = Republication.objects.filter
    pages(url__contains="diario").update(live=False, outcome="gone", checked=later)
    pages(url__contains="rio.example/1").exclude(url__contains="diario").update(live=True, checked=later)
    acknowledge(Told.objects.get(partner=diario), "link", later, "taken down")
    return article


def page() -> str:
    return reverse("admin:partners_notice_change", args=[Notice.objects.get().pk])


def act(client: Client, name: str, verb: str) -> int:
    told = Told.objects.get(partner__name=name)
    return client.post(reverse("admin:notice_act", args=[told.notice_id]), {"told": told.pk, "verb": verb}).status_code


SENTENCE = "2 pulled it, 3 were told, 1 answered; 1 pages are still live, 2 were not seen yet."


def test_the_desk_sees_how_far_a_kill_has_got(article: Article, admin_client: Client) -> None:
    shown = admin_client.get(page()).content.decode()
    for piece in (SENTENCE, "bo@blog.example", "taken down, by link", "the last accepted", "owed", "nobody.example"):
        assert piece in shown, piece
    assert SENTENCE in admin_client.get(reverse("admin:partners_notice_changelist")).content.decode()


def test_the_desk_notes_an_answer_that_came_by_phone(article: Article, admin_client: Client) -> None:
    assert act(admin_client, "Rio", "acknowledge") == 302
    told = Told.objects.get(partner__name="Rio")
    assert (told.acknowledged_by, told.due) == ("desk", None)


def test_the_desk_reminds_at_once(article: Article, admin_client: Client) -> None:
    told = Told.objects.get(partner__name="Rio")
    letters = Mailing.objects.filter(key__startswith=f"{PREFIX}{mailings_of(told)}")
    assert letters.count() == 1
    assert act(admin_client, "Rio", "remind") == 302
    assert letters.count() == 2
    assert act(admin_client, "Diario", "remind") == 302
    assert "answered already" in admin_client.get(page()).content.decode()


def test_whoever_may_only_look_sees_no_button_and_can_not_act(article: Article, client: Client) -> None:
    user = User.objects.create_user("looker", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_notice"))
    client.force_login(user)
    assert "Remind now" not in client.get(page()).content.decode()
    assert act(client, "Rio", "acknowledge") == 403
    assert Told.objects.get(partner__name="Rio").acknowledged is None


def test_a_look_is_shown_as_text_whatever_stood_on_the_page(
    now: datetime, article: Article, admin_client: Client
) -> None:
    row = Republication.objects.get(url="https://rio.example/1")
    finding = {"kind": "byline", "verdict": "fail", "sentence": "No byline.", "evidence": "<script>alert(1)</script>"}
    Look.objects.create(republication=row, at=now, outcome="faults", findings=[finding], repair="<p>By</p>")
    shown = admin_client.get(reverse("admin:partners_republication_change", args=[row.pk])).content.decode()
    assert "&lt;script&gt;alert(1)" in shown
    assert "<script>alert(1)" not in shown


def test_the_desk_has_the_repair_mailed_and_a_page_looked_at(
    now: datetime, article: Article, admin_client: Client
) -> None:
    row = Republication.objects.get(url="https://rio.example/1")
    look = Look.objects.create(republication=row, at=now, outcome="faults", repair="<p>By Cauce</p>")
    chosen = {"_selected_action": [row.pk]}
    listed = reverse("admin:partners_republication_changelist")
    admin_client.post(listed, {**chosen, "action": "mail_repairs"})
    look.refresh_from_db()
    assert look.mailed_at
    Republication.objects.update(check_after=None)
    admin_client.post(listed, {**chosen, "action": "look_now"})
    row.refresh_from_db()
    assert row.check_after


def test_the_list_of_many_notices_costs_few_questions(
    now: datetime, article: Article, admin_client: Client, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(25):  # type: ignore[operator]
        admin_client.get(page())
    assert tell_partners(now).notices == 0

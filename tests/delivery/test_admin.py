from __future__ import annotations

from datetime import datetime

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from service.delivery.actions.bounces import bounced
from service.delivery.actions.gate import suppress
from service.delivery.actions.plan import keep_address
from service.delivery.actions.quarantine import keep, waiting
from service.delivery.models import Mailing, Message, Quarantined, Suppression
from service.delivery.rules.returns import Reply

from .mailings import opened, states

pytestmark = pytest.mark.django_db


def test_every_page_opens_and_shows_no_address(now: datetime, admin_client: Client) -> None:
    opened(now)
    suppress(keep_address("ana@readers.example").fingerprint, "complaint", now)
    for model in ("mailing", "message", "suppression"):
        pages = [reverse(f"admin:delivery_{model}_changelist")]
        row = admin_client.get(pages[0]).context["cl"].queryset[0]
        pages.append(reverse(f"admin:delivery_{model}_change", args=[row.pk]))
        for page in pages:
            answer = admin_client.get(page)
            assert answer.status_code == 200
            assert b"readers.example" not in answer.content


@pytest.mark.parametrize("codenames", [["view_mailing"], ["view_mailing", "change_mailing"]])
def test_only_who_may_change_mailings_stops_one(now: datetime, client: Client, codenames: list[str]) -> None:
    mailing = opened(now)
    user = User.objects.create_user("desk", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client.force_login(user)
    form = {"action": "stop_them", "_selected_action": [mailing.pk]}
    client.post(reverse("admin:delivery_mailing_changelist"), form)
    may = "change_mailing" in codenames
    assert states(mailing) == ({"cancelled": 3} if may else {"queued": 3})
    assert Mailing.objects.get().state == ("stopped" if may else "open")


def test_the_desk_lifts_even_a_complaint_by_a_later_entry(now: datetime, admin_client: Client) -> None:
    mark = keep_address("ana@readers.example").fingerprint
    suppress(mark, "complaint", now)
    form = {"action": "lift_them", "_selected_action": [Suppression.objects.get().pk]}
    admin_client.post(reverse("admin:delivery_suppression_changelist"), form)
    assert list(Suppression.objects.order_by("id").values_list("reason", "note")) == [
        ("complaint", ""),
        ("lifted", "by admin"),
    ]


def test_quarantine_lists_no_address_and_shows_a_mail_as_text_alone(now: datetime, admin_client: Client) -> None:
    keep(b"To: ana@readers.example\nSubject: <script>alert(2)</script>\n\n\xff", "It is odd.", now)
    listed = admin_client.get(reverse("admin:delivery_quarantined_changelist")).content
    page = admin_client.get(reverse("admin:delivery_quarantined_change", args=[Quarantined.objects.get().pk])).content
    assert b"1 not looked at" in listed
    assert b"readers.example" not in listed
    assert b"Subject: &lt;script&gt;alert(2)&lt;/script&gt;" in page
    assert b"<script>alert" not in page


@pytest.mark.parametrize("codenames", [["view_quarantined"], ["view_quarantined", "change_quarantined"]])
def test_only_who_may_change_it_calls_a_mail_looked_at(now: datetime, client: Client, codenames: list[str]) -> None:
    keep(b"odd", "It is odd.", now)
    user = User.objects.create_user("desk", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client.force_login(user)
    form = {"action": "looked_at_them", "_selected_action": [Quarantined.objects.get().pk]}
    client.post(reverse("admin:delivery_quarantined_changelist"), form)
    assert waiting() == (0 if "change_quarantined" in codenames else 1)


def test_a_servers_words_are_shown_escaped(now: datetime, admin_client: Client) -> None:
    opened(now, ["ana"])
    message = Message.objects.get()
    assert message.address
    bounced(message, message.address, hard=True, now=now, reply=Reply(550, "5.1.1", "<script>alert(1)</script>"))
    listed = admin_client.get(reverse("admin:delivery_bounce_changelist")).content
    assert b"&lt;script&gt;alert(1)&lt;/script&gt;" in listed
    assert b"<script>alert" not in listed

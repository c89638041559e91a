from __future__ import annotations

from datetime import datetime

import pytest
from django.contrib.auth.models import Group, User
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


@pytest.fixture
def publisher(client: Client) -> Client:
    user = User.objects.create_user("maria", is_staff=True)
    user.groups.add(Group.objects.get_or_create(name="publisher")[0])
    client.force_login(user)
    return client


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


def test_only_an_administrator_stops_a_mailing(now: datetime, publisher: Client, admin_client: Client) -> None:
    mailing = opened(now)
    form = {"action": "stop_them", "_selected_action": [mailing.pk]}
    assert publisher.post(reverse("admin:delivery_mailing_changelist"), form).status_code == 403
    assert states(mailing) == {"queued": 3}
    admin_client.post(reverse("admin:delivery_mailing_changelist"), form)
    assert states(mailing) == {"cancelled": 3}
    assert Mailing.objects.get().state == "stopped"


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


def test_only_an_administrator_calls_a_mail_looked_at(now: datetime, publisher: Client, admin_client: Client) -> None:
    keep(b"odd", "It is odd.", now)
    form = {"action": "looked_at_them", "_selected_action": [Quarantined.objects.get().pk]}
    assert publisher.post(reverse("admin:delivery_quarantined_changelist"), form).status_code == 403
    assert waiting() == 1
    admin_client.post(reverse("admin:delivery_quarantined_changelist"), form)
    assert waiting() == 0


def test_a_servers_words_are_shown_escaped(now: datetime, admin_client: Client) -> None:
    opened(now, ["ana"])
    message = Message.objects.get()
    assert message.address
    bounced(message, message.address, hard=True, now=now, reply=Reply(550, "5.1.1", "<script>alert(1)</script>"))
    listed = admin_client.get(reverse("admin:delivery_bounce_changelist")).content
    assert b"&lt;script&gt;alert(1)&lt;/script&gt;" in listed
    assert b"<script>alert" not in listed

"""What Django itself mails goes through the outbox: queued, counted, suppressed and sent like any message."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.mail import EmailMessage, EmailMultiAlternatives, send_mail
from django.test import Client

from service import settings as written
from service.delivery.actions.gate import suppress
from service.delivery.actions.send import send_due
from service.delivery.models import Message
from service.delivery.rules.verdicts import COMPLAINT, HARD_BOUNCE, UNSUBSCRIBED
from service.toolbox import addresses, clock
from service.toolbox.errors import ServiceError

from .mailings import parsed

pytestmark = pytest.mark.django_db
ANA, BRUNO, CARLA = (f"{name}@readers.example" for name in ("ana", "bruno", "carla"))


@pytest.fixture(autouse=True)
def _outbox(settings: Any) -> None:
    settings.EMAIL_BACKEND = written.EMAIL_BACKEND  # Django's own test runner puts another in its place


def queued() -> list[str]:
    rows = Message.objects.order_by("id").select_related("address")
    return [addresses.open_seal(bytes(row.address.sealed)) for row in rows if row.address and row.state == "queued"]


def mail(**given: Any) -> EmailMultiAlternatives:
    return EmailMultiAlternatives("Subject", "Text", "django@elsewhere.example", **given)


def test_what_django_sends_is_queued_and_sent_from_the_newsroom(smtp: Any) -> None:
    server = smtp()
    assert send_mail("Hola, Ñ", "Text\n", "x@elsewhere.example", [ANA], html_message="<p>Text</p>") == 1
    assert queued() == [ANA]
    send_due(clock.now())
    letter = parsed(server.kept[0].message)
    assert (letter["To"], letter["Subject"]) == (ANA, "Hola, Ñ")
    assert (letter["From"], letter["Reply-To"]) == ("Cauce <letters@cauce.example>", "desk@cauce.example")
    assert letter.get_body(("plain",)).get_content() == "Text\r\n"  # type: ignore[union-attr]
    assert "<p>Text</p>" in letter.get_body(("html",)).get_content()  # type: ignore[union-attr]


def test_each_recipient_gets_a_message_of_their_own_and_sees_no_other(smtp: Any) -> None:
    server = smtp()
    assert mail(to=[ANA], cc=[BRUNO], bcc=[CARLA, ANA], reply_to=["r@cauce.example"]).send() == 1
    send_due(clock.now())
    assert server.recipients() == [ANA, BRUNO, CARLA]
    letters = [parsed(one.message) for one in server.kept]
    assert sorted(one["To"] for one in letters) == [ANA, BRUNO, CARLA]
    assert {one["Reply-To"] for one in letters} == {"r@cauce.example"}


@pytest.mark.parametrize("reason", [HARD_BOUNCE, COMPLAINT])
def test_an_address_that_gets_nothing_gets_nothing(reason: str, now: datetime, smtp: Any) -> None:
    server = smtp()
    suppress(addresses.fingerprint(ANA), reason, now)
    send_mail("S", "T", None, [ANA, BRUNO])
    send_due(clock.now())
    assert server.recipients() == [BRUNO]
    assert Message.objects.filter(state="suppressed").count() == 1


def test_whoever_left_the_newsletter_can_still_be_written_to(now: datetime) -> None:
    suppress(addresses.fingerprint(ANA), UNSUBSCRIBED, now)
    send_mail("S", "T", None, [ANA])
    assert queued() == [ANA]


def test_the_same_mail_twice_is_two() -> None:
    for _ in range(2):
        send_mail("S", "T", None, [ANA])
    assert queued() == [ANA, ANA]


def attached() -> EmailMessage:
    made = mail(to=[ANA])
    made.attach("a.txt", "a", "text/plain")
    return made


def with_calendar() -> EmailMessage:
    made = mail(to=[ANA])
    made.attach_alternative("BEGIN", "text/calendar")
    return made


def html_alone() -> EmailMessage:
    made = mail(to=[ANA])
    made.content_subtype = "html"
    return made


@pytest.mark.parametrize("made", [attached, with_calendar, html_alone, lambda: mail(to=[BRUNO, "no address"])])
def test_what_cannot_be_queued_gets_a_sentence_and_queues_nothing(made: Any) -> None:
    with pytest.raises(ServiceError, match=r"^(A mail|That is not) .+\.$"):
        made().send()
    assert made().send(fail_silently=True) == 0
    assert not Message.objects.exists()


def test_an_editor_who_forgot_the_password_gets_a_link_to_a_new_one(client: Client, smtp: Any) -> None:
    server = smtp()
    User.objects.create_superuser("editor", ANA, "an old password, forgotten")
    client.post("/console/account/password/reset/", {"email": ANA})
    send_due(clock.now())
    text = parsed(server.kept[0].message).get_body(("plain",)).get_content()  # type: ignore[union-attr]
    (path,) = re.findall(r"https://letters\.cauce\.example(/console/account/\S+)", text)
    assert client.get(path).status_code == 200


def test_nobody_learns_who_has_an_account(client: Client) -> None:
    answer = client.post("/console/account/password/reset/", {"email": BRUNO}, follow=True)
    assert answer.status_code == 200
    assert not Message.objects.exists()

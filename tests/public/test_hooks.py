from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client

from service.audience.models import Subscriber
from service.delivery.actions.quarantine import open_quarantined
from service.delivery.models import Bounce, Message, Quarantined, SeenEvent, Suppression
from service.delivery.rules import verp
from tests import builders
from tests.delivery.mailings import opened

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailNotSupportedWarning"),
]

SECRET = "byline:a webhook secret for tests alone"
MAILGUN_KEY = "a signing key for tests alone"
SENDGRID_KEY = ec.generate_private_key(ec.SECP256R1())
Post = Callable[..., Any]


@pytest.fixture(autouse=True)
def _configured(settings: Any) -> None:
    public = SENDGRID_KEY.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    settings.ANYMAIL = {
        "WEBHOOK_SECRET": SECRET,
        "MAILGUN_WEBHOOK_SIGNING_KEY": MAILGUN_KEY,
        "SENDGRID_TRACKING_WEBHOOK_VERIFICATION_KEY": base64.b64encode(public).decode(),
    }


@pytest.fixture
def message(now: datetime) -> Message:
    reader = builders.reader(now)
    opened(now, [reader.key])
    Message.objects.update(state="accepted", address=reader.address)
    return Message.objects.get()


def token(message: Message, settings: Any) -> str:
    return verp.token(message.pk, settings.SECRET_KEY)


def post(client: Client, provider: str, body: Any, secret: str = SECRET, **headers: str) -> int:
    raw = body if isinstance(body, str) else json.dumps(body)
    auth = "Basic " + base64.b64encode(secret.encode()).decode()
    given = {"Authorization": auth, **headers}
    return client.post(f"/hooks/mail/{provider}", raw, content_type="application/json", headers=given).status_code


def postmark(metadata: dict[str, str], **fields: Any) -> dict[str, Any]:
    bounce = {"RecordType": "Bounce", "Type": "HardBounce", "ID": 42, "Email": "ana@readers.example"}
    details = {"Details": "smtp;550 5.1.1 no such user", "BouncedAt": "2026-11-24T15:00:00Z"}
    return {**bounce, **details, "Metadata": metadata, **fields}


def mailgun(metadata: dict[str, str], key: str = MAILGUN_KEY, **fields: Any) -> dict[str, Any]:
    signature = hmac.new(key.encode(), b"1795532400token", hashlib.sha256).hexdigest()
    about = {"event": "complained", "timestamp": 1795532400, "recipient": "ana@readers.example", **fields}
    signed = {"timestamp": "1795532400", "token": "token", "signature": signature}
    return {"signature": signed, "event-data": {**about, "user-variables": metadata}}


def amazon(metadata: dict[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    bounce = {"bounceType": "Permanent", "bounceSubType": "General"}
    people = [{"emailAddress": "ana@readers.example", "diagnosticCode": "smtp; 550 5.1.1 user unknown"}]
    headers = [{"name": "X-Metadata", "value": json.dumps(metadata)}]
    event = {"eventType": "Bounce", "bounce": {**bounce, "bouncedRecipients": people}, "mail": {"headers": headers}}
    told = {"Type": "Notification", "MessageId": "m-1", "Message": json.dumps(event)}
    return told, {"X-Amz-Sns-Message-Type": "Notification", "X-Amz-Sns-Message-Id": "m-1"}


def sendgrid(client: Client, body: Any) -> int:
    raw = json.dumps(body)
    signature = base64.b64encode(SENDGRID_KEY.sign(b"1795532400" + raw.encode(), ec.ECDSA(hashes.SHA256())))
    name = "X-Twilio-Email-Event-Webhook"
    return post(client, "sendgrid", raw, **{f"{name}-Signature": signature.decode(), f"{name}-Timestamp": "1795532400"})


def reasons() -> list[str]:
    return list(Suppression.objects.values_list("reason", flat=True))


def test_a_hard_bounce_that_postmark_tells_suppresses_the_address(
    client: Client, message: Message, settings: Any
) -> None:
    assert post(client, "postmark", postmark({"m": token(message, settings)})) == 200
    assert (reasons(), Bounce.objects.get().message) == (["hard bounce"], message)


def test_a_complaint_that_mailgun_tells_takes_its_reader_off(client: Client, message: Message, settings: Any) -> None:
    assert post(client, "mailgun", mailgun({"m": token(message, settings)})) == 200
    assert (reasons(), Subscriber.objects.get().status) == (["complaint"], "unsubscribed")


def test_a_bounce_that_amazon_tells_suppresses_the_address(client: Client, message: Message, settings: Any) -> None:
    body, headers = amazon({"m": token(message, settings)})
    assert post(client, "amazon-ses", body, **headers) == 200
    assert reasons() == ["hard bounce"]


def test_who_leaves_at_brevo_has_left(client: Client, message: Message, settings: Any) -> None:
    body = {"event": "unsubscribe", "email": "ana@readers.example"}
    body["X-Mailin-custom"] = json.dumps({"m": token(message, settings)})
    assert post(client, "brevo", body) == 200
    assert (reasons(), Subscriber.objects.get().status) == (["unsubscribed"], "unsubscribed")


@pytest.mark.parametrize("kind", ["SoftBounce", "Transient", "Blocked", "AutoResponder", "Delivery"])
def test_what_is_no_hard_bounce_suppresses_nobody(client: Client, message: Message, settings: Any, kind: str) -> None:
    event = postmark({"m": token(message, settings)}, Type=kind, Details="smtp;452 4.2.2 full")
    assert post(client, "postmark", event) == 200
    assert reasons() == []
    assert set(Bounce.objects.values_list("kind", flat=True)) <= {"soft"}


def test_the_same_event_again_changes_nothing(client: Client, message: Message, settings: Any) -> None:
    event = postmark({"m": token(message, settings)})
    assert post(client, "postmark", event) == 200
    Bounce.objects.all().delete()
    assert post(client, "postmark", event) == 200
    assert (Bounce.objects.count(), SeenEvent.objects.count()) == (0, 1)


def test_an_event_with_a_made_up_token_suppresses_nobody_and_is_kept(client: Client, message: Message) -> None:
    assert post(client, "postmark", postmark({"m": "1-aaaaaaaaaaaaaaaa"})) == 200
    assert reasons() == []
    assert b"1-aaaaaaaaaaaaaaaa" in open_quarantined(Quarantined.objects.get())


def test_an_event_about_another_programs_letter_is_none_of_ours(client: Client, message: Message) -> None:
    assert post(client, "postmark", postmark({})) == 200
    assert (reasons(), Quarantined.objects.count()) == ([], 0)


@pytest.mark.parametrize("provider", ["postmark", "brevo"])
def test_without_the_secret_nothing_is_believed(client: Client, message: Message, settings: Any, provider: str) -> None:
    event = postmark({"m": token(message, settings)})
    assert post(client, provider, event, secret="byline:wrong") == 400
    assert reasons() == []


def test_a_wrong_signature_is_not_believed(client: Client, message: Message, settings: Any) -> None:
    assert post(client, "mailgun", mailgun({"m": token(message, settings)}, key="another key")) == 400
    assert reasons() == []


def test_amazon_is_asked_for_the_secret_and_nonsense_gets_a_sentence(client: Client) -> None:
    assert client.post("/hooks/mail/amazon-ses", "{}", content_type="application/json").status_code == 401
    assert post(client, "amazon-ses", "no json") == 400


def test_amazons_question_is_kept_for_a_person_and_nothing_is_fetched(client: Client) -> None:
    asked = {"Type": "SubscriptionConfirmation", "MessageId": "m-2", "TopicArn": "arn:aws:sns:eu-west-1:1:t"}
    asked |= {"Token": "t", "SubscribeURL": "https://elsewhere.example/"}
    headers = {"X-Amz-Sns-Message-Type": "SubscriptionConfirmation", "X-Amz-Sns-Message-Id": "m-2"}
    assert post(client, "amazon-ses", asked, **headers) == 200
    assert "SubscribeURL" in Quarantined.objects.get().reason


def test_a_bad_event_in_a_batch_is_kept_and_the_others_are_taken_in(
    client: Client, message: Message, settings: Any
) -> None:
    good = {"event": "bounce", "sg_event_id": "a", "email": "ana@readers.example", "m": token(message, settings)}
    batch = [{"odd": True}, {**good, "reason": "550 5.1.1 no such user"}, "not even an event"]
    assert sendgrid(client, batch) == 200
    assert reasons() == ["hard bounce"]
    assert {open_quarantined(row) for row in Quarantined.objects.all()} == {b'{"odd": true}', b"not even an event"}


@pytest.mark.parametrize(
    "body", ["", "no json", "[]", "null", '{"RecordType": 7}', '{"RecordType": "Inbound"}', "[[[["]
)
def test_no_body_makes_it_fail(client: Client, body: str) -> None:
    assert post(client, "postmark", body) == 200


@pytest.mark.parametrize("provider", ["postmark", "mailgun", "sendgrid", "brevo", "amazon-ses", "nobody"])
def test_a_provider_that_is_not_configured_is_not_there(client: Client, settings: Any, provider: str) -> None:
    settings.ANYMAIL = {}
    assert post(client, provider, {}) == 404


def test_a_body_of_more_than_1_mib_is_refused(client: Client) -> None:
    assert post(client, "postmark", json.dumps({"x": "x" * 1024 * 1024})) == 413


def test_only_post_is_answered(client: Client) -> None:
    assert client.get("/hooks/mail/postmark").status_code == 405

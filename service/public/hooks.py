"""What mail providers tell: bounces, complaints, readers who left. Each provider's form and signature
are django-anymail's; what an event then does is the same for all."""

import json
from typing import Any

from anymail.exceptions import AnymailAPIError
from anymail.signals import tracking
from anymail.webhooks.amazon_ses import AmazonSESBaseWebhookView, AmazonSESTrackingWebhookView
from anymail.webhooks.brevo import BrevoTrackingWebhookView
from anymail.webhooks.mailgun import MailgunTrackingWebhookView
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from anymail.webhooks.sendgrid import SendGridTrackingWebhookView
from django.conf import settings
from django.dispatch import receiver
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from service.audience.inbound import take_in_event
from service.delivery.actions import quarantine
from service.toolbox import clock

MOST_BYTES = 1024 * 1024
_UNREADABLE = "A mail provider's event could not be read."
_CONFIRM = "Amazon asks whether its events may come here: open the SubscribeURL in it to say yes."


class _EachAlone:
    """One bad event of a batch keeps no other out; it is kept for a person."""

    def parse_events(self, request: HttpRequest) -> list[Any]:
        try:
            return list(super().parse_events(request))  # type: ignore[misc]
        except Exception:  # what an unknown form makes anymail raise is not limited to anything
            return self._the_good(_batch(request.body))

    def _the_good(self, batch: list[Any]) -> list[Any]:
        good = []
        for one in batch:
            try:
                good.append(self.esp_to_anymail_event(one))  # type: ignore[attr-defined]
            except Exception:  # as above
                _keep(json.dumps(one).encode() if isinstance(one, (dict, list)) else str(one).encode(), _UNREADABLE)
        return good


class _AmazonSES(_EachAlone, AmazonSESTrackingWebhookView):  # type: ignore[misc]  # anymail has no types
    """Without Amazon's own library: a subscription is confirmed by a person, so nothing is fetched."""

    def __init__(self, **given: Any) -> None:
        super(AmazonSESBaseWebhookView, self).__init__(**given)

    def auto_confirm_sns_subscription(self, sns_message: dict[str, Any]) -> None:
        _keep(json.dumps(sns_message, indent=2).encode(), _CONFIRM)


def _each_alone(view: Any) -> Any:
    return type(view.__name__, (_EachAlone, view), {})


# Each with the setting of ANYMAIL without which nobody's word is believed.
PROVIDERS = {
    "amazon-ses": (_AmazonSES, "WEBHOOK_SECRET"),
    "brevo": (_each_alone(BrevoTrackingWebhookView), "WEBHOOK_SECRET"),
    "mailgun": (_each_alone(MailgunTrackingWebhookView), "MAILGUN_WEBHOOK_SIGNING_KEY"),
    "postmark": (_each_alone(PostmarkTrackingWebhookView), "WEBHOOK_SECRET"),
    "sendgrid": (_each_alone(SendGridTrackingWebhookView), "SENDGRID_TRACKING_WEBHOOK_VERIFICATION_KEY"),
}


@csrf_exempt
@require_POST
def mail_events(request: HttpRequest, provider: str) -> HttpResponse:
    """404 for a provider that is not configured, 400 or 401 where its signature is wrong. Our own
    trouble is a 500: providers then try again."""
    view, secret = PROVIDERS.get(provider, (None, ""))
    if view is None or not settings.ANYMAIL.get(secret):
        raise Http404
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
        return HttpResponse("The body is larger than 1 MiB.\n", status=413, content_type="text/plain")
    try:
        answer: HttpResponse = view.as_view()(request)
    except AnymailAPIError:  # Amazon's form is looked at before anybody's word is believed
        return HttpResponse("This is no event.\n", status=400, content_type="text/plain")
    return answer


@receiver(tracking)
def _take_in(event: Any, esp_name: str, **_: Any) -> None:
    take_in_event(event, esp_name, clock.now())


def _batch(body: bytes) -> list[Any]:
    try:
        found = json.loads(body)
    except ValueError:
        found = body.decode("utf-8", "replace")
    return found if isinstance(found, list) else [found]


def _keep(raw: bytes, reason: str) -> None:
    quarantine.keep(raw, reason, clock.now())

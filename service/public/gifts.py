"""The hook that a payment service, or whatever stands between it and Byline, tells gifts to."""

import hmac
import json
import re
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from service.audience.gifts import take_gift
from service.partners.rules.hooks import SIGNATURE, signature
from service.toolbox import clock
from service.toolbox.errors import ServiceError

WINDOW_SECONDS = 300
MOST_BYTES = 4096
_SIGNED = re.compile(r"t=(\d{1,12}),v1=[0-9a-f]{64}")


class NotSigned(ServiceError):
    """Whoever told it does not have our secret, or told it too long ago."""


@csrf_exempt
@require_POST
def gift(request: HttpRequest) -> JsonResponse:
    """Signed as our own hooks are (service/partners/rules/hooks.py). A gift's id makes it count once, however
    often it is told. The answer says nothing of whether anybody reads here."""
    if not settings.GIFTS_HOOK_SECRET:
        raise Http404
    now = clock.now()
    try:
        outcome = take_gift(_event(request, now), now)
    except NotSigned as error:
        return JsonResponse({"error": str(error)}, status=403)
    except ServiceError as error:
        return JsonResponse({"error": str(error)}, status=422)
    return JsonResponse({"outcome": outcome})


def _event(request: HttpRequest, now: datetime) -> dict[str, Any]:
    body, shown = request.read(MOST_BYTES + 1), request.headers.get(SIGNATURE, "")
    told = _SIGNED.fullmatch(shown)
    at = int(told[1]) if told else 0
    good = signature(settings.GIFTS_HOOK_SECRET, body, at)
    if len(body) > MOST_BYTES or not hmac.compare_digest(good.encode(), shown.encode()):
        raise NotSigned("The signature is not ours. Is GIFTS_HOOK_SECRET the same on both sides?")
    if abs(now.timestamp() - at) > WINDOW_SECONDS:
        raise NotSigned("It was signed more than five minutes ago, or a clock is wrong.")
    try:
        event = json.loads(body)
    except ValueError:
        event = None
    if not isinstance(event, dict):
        raise ServiceError('That is no gift. It is JSON like {"id": "ch_1", "amount": "25.00", "currency": "USD", …}.')
    return event

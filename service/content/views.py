"""The hook that a CMS calls when something was published, changed or taken down."""

import hashlib
import hmac
import json
from datetime import datetime

import structlog
from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from service.toolbox import clock
from service.toolbox.errors import ServiceError

from .actions.pull import pull_one
from .models import Source
from .rules.drafts import SourceTrouble

log = structlog.get_logger(__name__)

WINDOW_SECONDS = 300
MAX_NOTICE_BYTES = 4096


class BadNotice(ServiceError):
    """The notice was not signed by our CMS just now, or does not name a post."""


@csrf_exempt
@require_POST
def wordpress_notice(request: HttpRequest) -> JsonResponse:
    """Signed with HMAC-SHA256 over `<timestamp>.<body>`. It only names a post; what we know of the
    post we ask the configured Source ourselves, so a replayed notice changes nothing."""
    now = clock.now()
    try:
        source, post = _read(request, now)
        outcome = pull_one(source, post, now, announced=True)
    except BadNotice as error:
        return JsonResponse({"error": str(error)}, status=403)
    except SourceTrouble as error:
        log.warning("notice came but the site gave no answer", trouble=str(error))
        return JsonResponse({"error": str(error)}, status=503, headers={"Retry-After": "60"})
    log.info("notice taken", source=source.slug, post=post, outcome=outcome)
    return JsonResponse({"outcome": outcome}, status=202)


def _read(request: HttpRequest, now: datetime) -> tuple[Source, str]:
    secret = settings.WORDPRESS_HOOK_SECRET
    if not secret:
        raise BadNotice("WORDPRESS_HOOK_SECRET is not set here, so no notice can be believed.")
    body = request.read(MAX_NOTICE_BYTES + 1)
    stamp = request.headers.get("X-Byline-Timestamp", "")
    signed = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    given = request.headers.get("X-Byline-Signature", "").removeprefix("sha256=")
    if len(body) > MAX_NOTICE_BYTES or not hmac.compare_digest(signed.encode(), given.encode()):
        raise BadNotice("The signature is not ours. Is BYLINE_SECRET the same on both sides?")
    if not stamp.isdigit() or abs(now.timestamp() - int(stamp)) > WINDOW_SECONDS:
        raise BadNotice("The notice is older than five minutes, or a clock is wrong.")
    return _named(body)


def _named(body: bytes) -> tuple[Source, str]:
    try:
        told = json.loads(body)
        slug, post = str(told.get("source") or "wordpress"), int(told["post"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadNotice('The notice names no post. It is JSON like {"source": "wordpress", "post": 1}.') from None
    source = Source.objects.filter(kind="wordpress", slug=slug).first()
    if source is None:
        raise BadNotice(f"There is no WordPress source {slug!r} here. `byline ingest wordpress URL` makes one.")
    return source, str(post)

"""A partner's keys: issued and shown once, changed over, revoked; and the secret that signs calls to its hook."""

from datetime import datetime, time

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from service.newsroom.current import newsroom
from service.partners.actions.hooks import secret_of
from service.partners.actions.keys import issue, revoke, rotate
from service.partners.models import Key
from service.people.rules.roles import Right
from service.toolbox import clock
from service.toolbox.errors import ServiceError

from .door import desk, done
from .partners import found, shown


@require_POST
@desk(Right.PARTNERS, again=True)
def key_issue(request: HttpRequest, pk: int) -> HttpResponse:
    one, asked = found(pk), request.POST
    ends = _end_of(asked.get("expires", ""))
    label = asked.get("label", "").strip()[:100]
    whole = issue(one, clock.now(), label=label, scopes=asked.getlist("scope"), expires=ends)
    return shown(request, one, key=whole)


@require_POST
@desk(Right.PARTNERS, again=True)
def key_rotate(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    return shown(request, found(pk), key=rotate(_key(pk, key), clock.now()))


@require_POST
@desk(Right.PARTNERS)
def key_revoke(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    one = _key(pk, key)
    revoke(one, clock.now())
    said = gettext("The key %(key)s opens nothing any more.") % {"key": one}
    return done(request, said, "console:partner", pk)


@require_POST
@desk(Right.PARTNERS, again=True)
def hook_secret(request: HttpRequest, pk: int) -> HttpResponse:
    one = found(pk)
    return shown(request, one, secret=secret_of(one))


def _key(partner: int, pk: int) -> Key:
    one = Key.objects.filter(partner=partner, pk=pk).first()
    if one is None:
        raise Http404
    return one


def _end_of(day: str) -> datetime | None:
    """The last second of that day at the newsroom; None for none. Raises ServiceError."""
    try:
        return datetime.combine(datetime.fromisoformat(day), time(23, 59, 59), newsroom().zone) if day else None
    except ValueError:
        raise ServiceError(gettext("That is no day. Write it like 2026-11-24.")) from None

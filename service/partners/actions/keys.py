"""Keys: issued and shown once, found by what a program shows, revoked at once."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext

from service.newsroom.current import newsroom
from service.toolbox.errors import ServiceError

from ..models import Key, Partner
from ..rules.admission import FEEDS, SCOPES, Refused, admit
from ..rules.keys import make, opens, prefix_of

MOST_LIVE = 5
CHANGE_OVER = timedelta(days=7)


class TooManyKeys(ServiceError):
    """The partner has as many as may live at once."""


def issue(
    partner: Partner,
    now: datetime,
    *,
    label: str = "",
    scopes: Sequence[str] = (FEEDS,),
    expires: datetime | None = None,
) -> str:
    """The whole key, which nobody can be shown again. Several may live at once, so that a partner can
    change over. Raises ServiceError."""
    unknown = set(scopes) - set(SCOPES)
    if unknown or not scopes:
        told = gettext("A key is for %(scopes)s; name one or more of them.")
        raise ServiceError(told % {"scopes": ", ".join(SCOPES)})
    if partner.keys.live(now).count() >= MOST_LIVE:
        told = gettext("%(partner)s has %(most)d keys that work. Revoke one first.")
        raise TooManyKeys(told % {"partner": partner, "most": MOST_LIVE})
    new = make()
    partner.keys.create(
        label=label, prefix=new.prefix, digest=new.digest, scopes=list(scopes), created=now, expires=expires
    )
    return new.whole


def issue_beside(
    asking: Key, now: datetime, *, label: str = "", scopes: Sequence[str] = (), expires: datetime | None = None
) -> str:
    """A key that a partner makes for itself. It opens no more than the one that asks for it, and for no
    longer; what is left out is as with that one. Raises Refused, TooManyKeys."""
    beyond = sorted(set(scopes) - set(asking.scopes))
    if beyond:
        raise Refused(403, "out_of_scope", f"This key is not for {', '.join(beyond)}, so it can make none that is.")
    ends = min((end for end in (expires, asking.expires) if end), default=None)
    with transaction.atomic():
        Partner.objects.select_for_update().get(pk=asking.partner_id)  # two at once could pass MOST_LIVE
        return issue(asking.partner, now, label=label, scopes=scopes or asking.scopes, expires=ends)


def find(whole: str) -> Key | None:
    """None where no key of ours looks like that; whether it still opens anything is asked by `enter`."""
    prefix = prefix_of(whole)
    key = Key.objects.select_related("partner").filter(prefix=prefix).first() if prefix else None
    return key if key and opens(whole, key.digest) else None


def enter(key: Key, scope: str, now: datetime) -> Partner:
    """The partner whose key this is. Raises Refused."""
    admit(key.standing, scope, newsroom().republication, now)
    today = now.date()
    if key.used_on != today:
        Key.objects.filter(pk=key.pk).update(used_on=today)
    return key.partner


def revoke(key: Key, now: datetime) -> None:
    """From this moment on it opens nothing; who revoked it twice changed nothing."""
    Key.objects.filter(pk=key.pk, revoked=None).update(revoked=now)


def rotate(key: Key, now: datetime) -> str:
    """Another that opens the same; this one goes on for a week, so that nothing stands still meanwhile. The
    whole new key, which nobody can be shown again. Raises ServiceError."""
    with transaction.atomic():
        partner = Partner.objects.select_for_update().get(pk=key.partner_id)
        old = partner.keys.live(now).filter(pk=key.pk).first()
        if old is None:
            raise ServiceError(gettext("That key opens nothing any more. Issue another."))
        ends = min(old.expires or now + CHANGE_OVER, now + CHANGE_OVER)
        whole = issue(partner, now, label=old.label, scopes=old.scopes, expires=old.expires)
        Key.objects.filter(pk=old.pk).update(expires=ends)
    return whole

"""What a person does with an edition: approve, stop, preview, send a test."""

from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from service.delivery.actions import gate
from service.delivery.actions.plan import keep_address, post
from service.delivery.models import Mailing
from service.delivery.rules.compiled import Envelope, fill
from service.newsroom.current import newsroom
from service.toolbox.bell import ring
from service.toolbox.errors import ServiceError
from service.toolbox.letters import Letter, letter

from ..models import Edition
from .compose import compose


def find(slug: str) -> Edition:
    """Raises ServiceError that names what there is."""
    edition = Edition.objects.filter(slug=slug).first()
    if edition is None:
        latest = ", ".join(Edition.objects.order_by("-id").values_list("slug", flat=True)[:3]) or "none yet"
        raise ServiceError(f"There is no edition {slug!r}. The latest: {latest}.")
    return edition


def approve(edition: Edition, by: str, now: datetime) -> None:
    """From here on it goes out. Raises ServiceError unless it is a draft."""
    with transaction.atomic():
        won = Edition.objects.filter(pk=edition.pk, state="drafted").update(
            state="approved", approved_at=now, approved_by=by
        )
        if not won:
            edition.refresh_from_db()
            raise ServiceError(f"{edition.slug} is {edition.state}; only a draft can be approved.")
        ring("dispatch_editions")


def stop(edition: Edition, now: datetime) -> int:
    """For good. Returns how many readers will not get it."""
    with transaction.atomic():
        won = Edition.objects.filter(pk=edition.pk, state__in=["drafted", "approved", "sending", "paused"]).update(
            state="cancelled"
        )
        if not won:
            edition.refresh_from_db()
            raise ServiceError(f"{edition.slug} is {edition.state}; there is nothing left to stop.")
        mailing = Mailing.objects.filter(key=edition.mailing_key).first()
        return gate.stop(mailing, now) if mailing else 0


def preview(edition: Edition, now: datetime) -> Letter:
    """As a reader gets it, with links that open nobody's page; once it went out, as it went out."""
    frozen = Letter(edition.subject, edition.html, edition.text)
    drawn = frozen if edition.content_hash else compose(edition, now)
    values = {"unsubscribe": settings.SITE_URL + reverse("preferences_ask")}
    return Letter(drawn.subject, fill(drawn.html, values), fill(drawn.text, values))


def send_test(edition: Edition, address: str, now: datetime) -> None:
    """The letter as it is now, to one address, marked as a test. Raises BadAddress."""
    row, drawn, house = keep_address(address), preview(edition, now), newsroom()
    envelope = Envelope(house.name, house.from_address, f"[Test] {drawn.subject}", reply_to=house.editors)
    post(f"test:{edition.slug}:{uuid4().hex}", row, envelope, drawn.html, drawn.text, now)


def tell_desk(edition: Edition, now: datetime) -> None:
    """Mails the desk a preview and the link to approve it, once."""
    with transaction.atomic():
        if Edition.objects.filter(pk=edition.pk, told_desk_at=None).update(told_desk_at=now):
            _mail_desk(edition, "desk_draft", now)


def expire(edition: Edition, now: datetime) -> bool:
    """What was not approved, or could not go out, in time is not sent; the desk is told."""
    with transaction.atomic():
        if not Edition.objects.waiting_too_long(now).filter(pk=edition.pk).update(state="expired"):
            return False
        mailing = Mailing.objects.filter(key=edition.mailing_key).first()
        if mailing:
            gate.stop(mailing, now, "expired")
        _mail_desk(edition, "desk_expired", now)
        return True


def _mail_desk(edition: Edition, name: str, now: datetime) -> None:
    house, drawn = newsroom(), preview(edition, now)
    values = {
        "newsroom": house,
        "edition": edition,
        "subject": drawn.subject,
        "preview": drawn.text,
        "hours": max(1, round((edition.expires_at - edition.drafted_at).total_seconds() / 3600)),
        "admin_url": settings.SITE_URL + reverse("admin:editions_edition_change", args=[edition.pk]),
    }
    told = letter(name, house.language, values)
    envelope = Envelope(house.name, house.from_address, told.subject)
    post(f"{name}:{edition.slug}", keep_address(house.editors), envelope, told.html, told.text, now)

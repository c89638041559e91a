"""What a mail that came back means for its address: nothing yet, or nothing more to it."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from ..models import Address, Bounce, Message, Suppression
from ..rules.returns import NO_REPLY, Reply, is_about_the_address, is_given_up, is_hard
from ..rules.verdicts import ACCEPTED, COMPLAINT, HARD_BOUNCE, LIFTED, SOFT_BOUNCES, Verdict, without_address
from . import gate

HARD, SOFT, COMPLAINED = "hard", "soft", "complaint"


def bounced(message: Message | None, address: Address, *, hard: bool, now: datetime, reply: Reply) -> None:
    """A hard bounce ends it at once, a soft one on the fifth day on which it failed since it last
    worked. The message's state stays: a report only comes after the server had accepted it."""
    with transaction.atomic():
        _write(message, address, HARD if hard else SOFT, now, reply)
        if hard:
            gate.suppress(address.fingerprint, HARD_BOUNCE, now)
        elif is_given_up(_days_in_vain(address)):
            gate.suppress(address.fingerprint, SOFT_BOUNCES, now)


def refused(message: Message, verdict: Verdict, now: datetime) -> None:
    """A server refused it in the session. A refusal for what the letter says is nobody's bounce."""
    reply = Reply(verdict.code, verdict.enhanced, verdict.text)
    hard = is_hard(reply)
    if message.address and (hard or is_about_the_address(reply.code, reply.enhanced)):
        bounced(message, message.address, hard=hard, now=now, reply=reply)


def complained(message: Message, now: datetime) -> None:
    """Its reader called it spam: nothing more to that address."""
    if message.address:
        with transaction.atomic():
            _write(message, message.address, COMPLAINED, now, NO_REPLY)
            gate.suppress(message.address.fingerprint, COMPLAINT, now)


def _write(message: Message | None, address: Address, kind: str, now: datetime, reply: Reply) -> None:
    """The same report again on the same day is not another one."""
    Address.objects.select_for_update(no_key=True).get(pk=address.pk)
    same = Bounce.objects.filter(address=address, message=message, kind=kind)
    if not same.filter(at__date=now.date()).exists():
        text = without_address(reply.text, address.open())
        Bounce.objects.create(
            address=address,
            message=message,
            kind=kind,
            at=now,
            code=reply.code,
            enhanced=reply.enhanced[:12],
            text=text,
        )


def _days_in_vain(address: Address) -> set[date]:
    """Since a message arrived, as far as anybody knows, or the desk gave the address another chance."""
    arrived = Message.objects.filter(address=address, state=ACCEPTED, bounces=None)
    lifted = Suppression.objects.filter(fingerprint=address.fingerprint, reason=LIFTED)
    soft = address.bounces.filter(kind=SOFT)
    for since in (arrived.aggregate(at=Max("changed"))["at"], lifted.aggregate(at=Max("at"))["at"]):
        soft = soft.filter(at__gt=since) if since else soft
    return {one.at.date() for one in soft if is_about_the_address(one.code, one.enhanced)}

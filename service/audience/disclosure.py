"""All that is held about a reader, mailed to the reader and nobody else."""

import json
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Model
from django.utils import translation
from django.utils.translation import gettext

from service.delivery.models import Message, Suppression
from service.toolbox import addresses

from . import limits
from .models import Consent, Subscriber, SubscriberQuerySet
from .writing import write_to

# The address itself would stand in the queue in plain; the letter says it by where it arrives.
_LEFT_OUT = {"id", "address", "key", "reader_key", "message"}


def held(reader: Subscriber) -> dict[str, Any]:
    """Each table's rows about the reader, as plain values, in the language that is active."""
    mark = reader.address.fingerprint
    messages = Message.objects.filter(address=reader.address).select_related("mailing").order_by("id")
    return {
        "address": gettext("the one that this letter came to"),
        "chosen": _columns(reader),
        "consent": [_columns(row) for row in Consent.objects.filter(reader_key=reader.key).order_by("id")],
        "letters": [
            {"letter": letter_of(one), "state": one.state, "reason": one.reason, "code": one.code, "at": one.changed}
            for one in messages
        ],
        "bounces": [_columns(row) for row in reader.address.bounces.order_by("id")],
        "suppressions": [
            {"reason": row.reason, "at": row.at} for row in Suppression.objects.filter(fingerprint=mark).order_by("id")
        ],
    }


def mail_all_of(key: str, now: datetime) -> None:
    """As JSON in a letter, to the reader of that key, as often as anybody may be written to."""
    _mail(Subscriber.objects.held().filter(key=key), now)


def mail_all_to(text: str, now: datetime) -> bool:
    """To that address, if it is held. Raises BadAddress."""
    mark = addresses.fingerprint(addresses.normalise(text))
    return _mail(Subscriber.objects.held().filter(address__fingerprint=mark), now)


def _mail(readers: SubscriberQuerySet, now: datetime) -> bool:
    with transaction.atomic():
        reader = readers.first()
        if reader and limits.may_write_to(reader.address.open(), now):
            with translation.override(reader.language):
                told = json.dumps(held(reader), cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
            write_to(reader, "export", {"json": told}, now)
        return reader is not None


def _columns(row: Model) -> dict[str, Any]:
    """Whatever columns there are, so that none is forgotten that comes later."""
    return {field.name: getattr(row, field.name) for field in row._meta.concrete_fields if field.name not in _LEFT_OUT}


def letter_of(message: Message) -> str:
    """A letter about the subscription by its kind alone: the rest of its key is for us."""
    kind, _, rest = message.mailing.key.partition(":")
    return rest.split(":")[1] if kind == "reader" else message.mailing.key

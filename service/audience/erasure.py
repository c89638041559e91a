"""Gone, now: what is left of a reader is a keyed hash that says not to write there."""

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef

from service.delivery.actions import gate
from service.delivery.models import Address
from service.delivery.rules.verdicts import ERASED
from service.toolbox import addresses, tokens

from .models import Consent, Subscriber, SubscriberQuerySet

log = structlog.get_logger(__name__)

ERASE = "erase"
ERASE_WITHIN = timedelta(days=7)


def erase(reader: Subscriber, now: datetime) -> None:
    """The reader, what they chose and agreed to, their address, and the letters that went to it alone."""
    mark = reader.address.fingerprint
    forget(reader, now)
    gate.suppress(mark, ERASED, now)
    log.info("a reader was erased")


def erase_by(token: str, now: datetime) -> None:
    """By the link that was mailed to the reader. The same for a reader who is there and for one who no
    longer is. Raises BadToken."""
    erase_reader(tokens.open_token(ERASE, token, ERASE_WITHIN), now)


def erase_reader(key: str, now: datetime) -> bool:
    """The reader of that key. False where nobody has that key any more."""
    with transaction.atomic():
        reader = Subscriber.objects.held().filter(key=key).first()
        if reader:
            erase(reader, now)
        return reader is not None


def erase_address(text: str, now: datetime) -> bool:
    """Whatever is held about that address. False where that was nothing; it is kept out all the same.
    Raises BadAddress."""
    mark = addresses.fingerprint(addresses.normalise(text))
    with transaction.atomic():
        reader = Subscriber.objects.held().filter(address__fingerprint=mark).first()
        address = Address.objects.filter(fingerprint=mark).first()
        if reader:
            erase(reader, now)
            return True
        if address:
            gate.forget(address, now)
        gate.suppress(mark, ERASED, now)
        return address is not None


def forget(reader: Subscriber, now: datetime) -> None:
    """All rows about the reader. What the ledger of suppressions says of the address stays."""
    with transaction.atomic():
        Consent.objects.filter(reader_key=reader.key).delete()
        reader.delete()
        gate.forget(reader.address, now)


def forget_left(before: datetime, now: datetime) -> int:
    """Whoever had left by then. The ledger goes on keeping them out. Returns how many."""
    since = Consent.objects.filter(reader_key=OuterRef("key"), at__gte=before)
    gone = Subscriber.objects.filter(~Exists(since), status="unsubscribed", created__lt=before)
    return forget_each(gone, now, most=1000)


def forget_each(readers: SubscriberQuerySet, now: datetime, most: int | None = None) -> int:
    """Those who are still among them when their turn comes: somebody may confirm, or come back, that very
    second. Returns how many."""
    count = 0
    for pk in list(readers.values_list("pk", flat=True)[:most]):
        with transaction.atomic():
            reader = readers.held().filter(pk=pk).first()
            if reader:
                forget(reader, now)
                count += 1
    return count

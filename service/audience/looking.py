"""One reader, looked up by somebody who knows the whole address and says why."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from service.delivery.models import Bounce, Message, Suppression
from service.toolbox import addresses
from service.toolbox.errors import ServiceError

from .disclosure import letter_of
from .models import Consent, Subscriber

LETTERS = 20
LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Sent:
    letter: str
    message: Message


@dataclass(frozen=True, slots=True)
class Found:
    """What is kept. `reader` is None where nobody reads there; `entry` is what the ledger says of the address,
    where it says something."""

    reader: Subscriber | None
    consents: Sequence[Consent]
    letters: Sequence[Sent]
    bounces: Sequence[Bounce]
    entry: Suppression | None

    @property
    def key(self) -> str:
        """Opaque; "" where nobody reads there."""
        return self.reader.key if self.reader else ""


def reason_of(text: str) -> str:
    """In one line, as it may be kept. Raises ServiceError."""
    told = " ".join(text.split())
    if not told:
        raise ServiceError(gettext("Say why you look this reader up: it is written down with your name."))
    if "@" in told:
        raise ServiceError(gettext("The reason is kept, so it must name no address. Say it without."))
    if len(told) > LONGEST_REASON:
        raise ServiceError(gettext("The reason is longer than 300 characters. Say it shorter."))
    return told


def look_up(text: str) -> Found:
    """Raises BadAddress."""
    mark = addresses.fingerprint(addresses.normalise(text))
    entry = Suppression.objects.latest_of(mark).first()
    reader = Subscriber.objects.filter(address__fingerprint=mark).select_related("address").first()
    if reader is None:
        return Found(None, [], [], [], entry)
    letters = Message.objects.filter(address=reader.address).select_related("mailing").order_by("-id")[:LETTERS]
    return Found(
        reader=reader,
        consents=list(Consent.objects.filter(reader_key=reader.key).order_by("-id")),
        letters=[Sent(letter_of(one), one) for one in letters],
        bounces=list(reader.address.bounces.order_by("-id")),
        entry=entry,
    )

"""What an approval binds to: every letter that an edition would be, whoever its readers are."""

import hashlib
import hmac
from collections.abc import Iterator
from datetime import datetime
from itertools import product

from django.conf import settings

from service.newsroom.current import newsroom
from service.toolbox.letters import version

from ..kinds.alert import languages_of
from ..kinds.weekly import only_elsewhere
from ..models import Edition
from ..segments import HTML, QUIET, TEXT, Segment
from .compose import compose, envelope


def seal_of(edition: Edition, now: datetime) -> str:
    """64 hex digits: of subject, sender, HTML and text of every letter, and of what they are made from. Letters
    that differ by what readers chose hold the same stories in another order; they add nothing."""
    told = hashlib.sha256(template_version(edition).encode())
    for segment in _segments(edition):
        drawn = compose(edition, now, segment, styled=False)
        sender = envelope(edition, drawn.subject, segment)
        told.update("\0".join([segment.key, repr(sender), drawn.html, drawn.text]).encode())
    return told.hexdigest()


def template_version(edition: Edition) -> str:
    return "-".join(version(name) for name in (edition.kind, f"quiet_{edition.kind}"))


def signature(edition: Edition, seal: str, by: str) -> str:
    """Proves that whoever has it was shown the rehearsal of those letters."""
    told = f"{edition.slug}\n{seal}\n{by}".encode()
    return hmac.new(f"rehearsal {settings.SECRET_KEY}".encode(), told, hashlib.sha256).hexdigest()


def _segments(edition: Edition) -> Iterator[Segment]:
    house = newsroom()
    forms = [HTML, TEXT, *([QUIET] if house.quiet else [])]
    elsewhere = [False, *([True] if edition.kind == "weekly" and only_elsewhere(edition).exists() else [])]
    foreign = set(house.languages) - languages_of(edition) if edition.kind == "alert" else set()
    for form, appeals, both, language in product(forms, [True, False], elsewhere, ["", *sorted(foreign)]):
        yield Segment(form, appeals, both, language=language)

"""What an approval binds to: every letter that an edition would be, whoever its readers are."""

import hashlib
import hmac
from collections.abc import Iterator
from datetime import datetime
from itertools import product

from django.conf import settings

from service.appeals.rules.asking import ASK, THANKS
from service.newsroom.current import newsroom
from service.toolbox.errors import ServiceError
from service.toolbox.letters import version

from ..kinds.alert import languages_of
from ..models import Edition
from ..segments import HTML, QUIET, Segment
from .compose import compose, envelope


def seal_of(edition: Edition, now: datetime) -> str:
    """64 hex digits: of subject, sender, HTML and text of the fullest letter in each form and language, and of the
    templates. What other readers get holds less of the same, or the same stories in another order."""
    told = hashlib.sha256(template_version(edition).encode())
    for segment in sealed(edition):
        told.update(f"{segment.key}\0{_letter(edition, now, segment)}\0".encode())
    return told.hexdigest()


def template_version(edition: Edition) -> str:
    return "-".join(version(name) for name in (edition.kind, f"quiet_{edition.kind}"))


def signature(edition: Edition, seal: str, by: str) -> str:
    """Proves that whoever has it was shown the rehearsal of those letters."""
    told = f"{edition.slug}\n{seal}\n{by}".encode()
    return hmac.new(f"rehearsal {settings.SECRET_KEY}".encode(), told, hashlib.sha256).hexdigest()


def sealed(edition: Edition) -> Iterator[Segment]:
    """The fullest letter in each form and language."""
    house = newsroom()
    forms = [HTML, *([QUIET] if house.quiet else [])]
    foreign = set(house.languages) - languages_of(edition) if edition.kind == "alert" else set()
    both = edition.kind == "weekly"
    for form, language in product(forms, ["", *sorted(foreign)]):
        yield Segment(form, ASK, both, language=language)
        if form == HTML:
            yield Segment(form, THANKS, both, language=language)


def _letter(edition: Edition, now: datetime, segment: Segment) -> str:
    try:
        drawn = compose(edition, now, segment, styled=False)
    except ServiceError as error:  # such as of an alert whose story is held
        return str(error)
    return "\0".join([repr(envelope(edition, drawn.subject, segment)), drawn.html, drawn.text])

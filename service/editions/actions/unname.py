"""A name that is withheld goes from letters too: from one that is on its way, and from one that went out
when it is shown again. A draft is written anew each time it is looked at."""

import re
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext
from markupsafe import escape

from service.content.models import Author
from service.delivery.actions.plan import rewrite_rendition
from service.delivery.models import Mailing
from service.delivery.rules.compiled import legible
from service.toolbox.errors import ServiceError

from ..models import Edition
from ..segments import EVERYBODY, segment
from .compose import compose, envelope
from .decide import stop
from .release import content_hash, released


def unname(edition: Edition, now: datetime) -> str:
    """Rewrites what is on its way, or stops it where a story's own words name the person. Returns a
    sentence, "" where nothing had to be done."""
    names = _withheld_since(edition)
    mailing = Mailing.objects.filter(key=edition.mailing_key).first()
    if not names or not _says(edition, mailing, names):
        return ""
    try:
        with transaction.atomic():
            _rewrite(edition, mailing, now)
    except ServiceError:
        return _stopped(edition, now)
    edition.refresh_from_db()
    if _says(edition, mailing, names):
        return _stopped(edition, now)
    return f"{edition.slug} goes on without a name that was withheld."


def without_names(words: str) -> str:
    """A letter as it went out, in the language that is active, but for names that are withheld by now."""
    names = {name for author in Author.objects.withheld() for name in author.names.values()}
    for name in sorted(names, key=len, reverse=True):
        for written in {name, str(escape(name))}:
            words = re.sub(r"\s+".join(map(re.escape, written.split())), gettext("[name withheld]"), words, flags=re.I)
    return words


def _withheld_since(edition: Edition) -> set[str]:
    """What was withheld before it was drafted never got into it."""
    since = Author.objects.filter(withheld_at__gte=edition.drafted_at)
    return {name for author in since for name in author.names.values()}


def _says(edition: Edition, mailing: Mailing | None, names: set[str]) -> bool:
    renditions = mailing.renditions.all() if mailing else []
    words = [" ".join(edition.text.split()), *(legible(bytes(one.compiled)) for one in renditions)]
    return any(name.casefold() in one.casefold() for one in words for name in names)


def _rewrite(edition: Edition, mailing: Mailing | None, now: datetime) -> None:
    held = Edition.objects.select_for_update().get(pk=edition.pk)
    drawn = released(compose(held, now))
    held.subject, held.html, held.text = drawn.subject, drawn.html, drawn.text
    held.content_hash = content_hash(drawn)
    held.save(update_fields=["subject", "html", "text", "content_hash"])
    for rendition in mailing.renditions.all() if mailing else []:
        one = segment(rendition.segment)
        own = drawn if one == EVERYBODY else released(compose(held, now, one))
        rewrite_rendition(rendition, envelope(held, held.subject, one), own.html, own.text)


def _stopped(edition: Edition, now: datetime) -> str:
    stop(edition, now)
    return f"{edition.slug} is stopped: it names somebody whose name was withheld."

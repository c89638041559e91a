"""A name that is withheld goes from letters too: from one that is on its way, and from one that went out
when it is shown again. A draft is written anew each time it is looked at."""

import re
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext
from markupsafe import escape

from service.content.actions.bylines import names_of
from service.content.models import Author
from service.delivery.models import Mailing
from service.delivery.rules.compiled import legible
from service.toolbox.bell import ring
from service.toolbox.errors import ServiceError

from ..models import Edition
from ..withheld import names_withheld
from .decide import NAMED, stop_and_tell
from .gone import gone_from
from .redraw import put, redraw


def unname(edition: Edition, now: datetime) -> str:
    """Rewrites what is on its way, or stops it where a story's own words name the person. Returns a
    sentence, "" where nothing had to be done."""
    mailing = Mailing.objects.filter(key=edition.mailing_key).first()
    if not _says(edition, mailing):
        return ""
    try:
        drawn = redraw(edition, mailing, now)
    except ServiceError:
        return _stopped(edition, now)
    with transaction.atomic():
        held = Edition.objects.select_for_update().get(pk=edition.pk)
        if not held.content_hash or held.state not in ("approved", "sending", "paused"):
            return ""  # a draft again, or over: nothing of it is frozen
        put(held, mailing, drawn)
        if gone_from(held, mailing):  # a story went meanwhile
            transaction.set_rollback(True)
            ring("dispatch_editions")
            return ""
    edition.refresh_from_db()
    if _says(edition, mailing):
        return _stopped(edition, now)
    return f"{edition.slug} goes on without a name that was withheld."


def without_names(words: str) -> str:
    """A letter as it went out, in the language that is active, but for names that are withheld by now."""
    for name in sorted(names_of(Author.objects.withheld()), key=len, reverse=True):
        for written in {name, str(escape(name))}:
            words = re.sub(r"\s+".join(map(re.escape, written.split())), gettext("[name withheld]"), words, flags=re.I)
    return words


def _says(edition: Edition, mailing: Mailing | None) -> bool:
    renditions = mailing.renditions.all() if mailing else []
    return names_withheld(edition, [edition.text, *(legible(bytes(one.compiled)) for one in renditions)])


def _stopped(edition: Edition, now: datetime) -> str:
    stop_and_tell(edition, NAMED, now)
    return f"{edition.slug} is stopped: it names somebody whose name was withheld."

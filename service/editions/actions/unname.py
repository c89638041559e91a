"""A name that is withheld goes from letters too: from one that is on its way, and from one that went out
when it is shown again. A draft is written anew each time it is looked at."""

import re
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext
from markupsafe import escape

from service.content.models import Author
from service.delivery.models import Mailing
from service.delivery.rules.compiled import legible
from service.toolbox.bell import ring
from service.toolbox.errors import ServiceError

from ..models import Edition
from .decide import stop
from .gone import gone_from
from .redraw import put, redraw


def unname(edition: Edition, now: datetime) -> str:
    """Rewrites what is on its way, or stops it where a story's own words name the person. Returns a
    sentence, "" where nothing had to be done."""
    names = _withheld_since(edition)
    mailing = Mailing.objects.filter(key=edition.mailing_key).first()
    if not names or not _says(edition, mailing, names):
        return ""
    try:
        drawn = redraw(edition, mailing, now)
    except ServiceError:
        return _stopped(edition, now)
    with transaction.atomic():
        held = Edition.objects.select_for_update().get(pk=edition.pk)
        put(held, mailing, drawn)
        if gone_from(held, mailing):  # a story went meanwhile
            transaction.set_rollback(True)
            ring("dispatch_editions")
            return ""
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


def _stopped(edition: Edition, now: datetime) -> str:
    stop(edition, now)
    return f"{edition.slug} is stopped: it names somebody whose name was withheld."

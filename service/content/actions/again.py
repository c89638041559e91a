"""Somebody at the desk asks a source to say once more what it has: of one article, or of all."""

from datetime import datetime

from django.utils.translation import gettext

from service.toolbox.errors import ServiceError

from ..models import Article, SetAside, Source
from ..sources import READERS
from .pull import pull, pull_one

SECONDS = 10.0  # that somebody waits for the answer


def can_be_asked(source: Source) -> bool:
    """For one article by its id; any other is read whole."""
    return hasattr(READERS[source.kind], "ask")


def ask_again(article: Article, now: datetime) -> str:
    """What came of it, in a sentence. Raises ServiceError."""
    return _ask(article.source, article.external_id, now)


def try_again(aside: SetAside, now: datetime) -> str:
    """What came of it, in a sentence. Raises ServiceError where it is still set aside."""
    told = _ask(aside.source, aside.external_id, now)
    still = SetAside.objects.filter(pk=aside.pk).first()
    if still:
        raise ServiceError(gettext("It is still set aside: %(why)s") % {"why": still.sentence})
    return told


def read_now(source: Source, now: datetime) -> str:
    """All of a source, for as long as somebody would wait. Raises ServiceError with its trouble."""
    report = pull(source, now, seconds=SECONDS)
    if report.trouble:
        raise ServiceError(report.sentence())
    counts = {name.replace(" ", "_"): report.counts[name] for name in ("added", "changed", "set aside", "withdrawn")}
    told = gettext(
        "%(source)s was read: %(added)s new, %(changed)s changed, %(withdrawn)s withdrawn, %(set_aside)s set aside."
    ) % {"source": source.slug, **counts}
    return told if report.finished else f"{told} {gettext('There is more, which is read within a minute.')}"


def _ask(source: Source, external_id: str, now: datetime) -> str:
    if not can_be_asked(source):
        return read_now(source, now)
    return _outcomes()[pull_one(source, external_id, now, announced=False)]


def _outcomes() -> dict[str, str]:
    return {
        "added": gettext("The source was asked: it is taken in now."),
        "changed": gettext("The source was asked: it had changed, and every outlet is told."),
        "unchanged": gettext("The source was asked: nothing has changed."),
        "set aside": gettext("The source was asked, and what it gave can't be taken in; the article says why."),
        "unknown": gettext("The source says that it is gone, and it never came in here."),
        "doubted": gettext("The source says that it is gone. It is asked once more in ten minutes, then believed."),
        "held": gettext("The source says that it is gone, as of many others. That waits for a person, under Feeds."),
        "withdrawn": gettext("The source says that it is gone: it is withdrawn from every outlet."),
    }

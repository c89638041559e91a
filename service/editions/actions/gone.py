"""Stories that a letter still tells although they are held or withdrawn. Asked of the letter's own words, so
that whoever compiled it, and when, makes no difference."""

import re
from collections.abc import Iterable
from html import unescape

from django.db.models import Q
from django.utils.translation import gettext

from service.content.kinds import state_name
from service.content.models import Article
from service.delivery.models import Mailing
from service.delivery.rules.compiled import legible
from service.toolbox.errors import ServiceError

from ..kinds.notices import notices_in
from ..models import Edition


def gone_from(edition: Edition, mailing: Mailing | None = None) -> list[Article]:
    """Those that its frozen letter, or one of its readers' letters, tells. None of a draft: it is written anew
    each time it is looked at. A withdrawal that was told before it was drafted may stand in it, as a notice."""
    if not edition.content_hash:
        return []
    withdrawn = Q(status="withdrawn", versions__kind="withdrawal", versions__at__gte=edition.drafted_at)
    suspects = _suspects(Q(status="held") | withdrawn)
    return told_in(_words(edition, mailing), suspects) if suspects else []


def refuse_gone(edition: Edition) -> None:
    """Raises ServiceError where the letter tells a story that is gone."""
    gone = gone_from(edition, mailing_of(edition))
    if gone:
        each = gettext("“%(title)s” is %(state)s")
        stories = ", ".join(each % {"title": one.title, "state": state_name(one.status)} for one in gone)
        told = gettext("%(letter)s can't leave: %(stories)s. Release it first, or stop the letter.")
        raise ServiceError(told % {"letter": edition.slug, "stories": stories})


def nothing_left(edition: Edition) -> bool:
    """Of an alert its story, of a digest every story and notice is gone."""
    if edition.kind == "alert":
        return edition.article is not None and edition.article.status != "published"
    return not notices_in(edition) and not edition.shown_items.exists()


def told_in(words: Iterable[str], articles: Iterable[Article]) -> list[Article]:
    """Those whose address or id stands there: whatever shows a story links to it."""
    every = list(words)
    return [one for one in articles if any(_tells(told, one) for told in every)]


def mailing_of(edition: Edition) -> Mailing | None:
    return Mailing.objects.filter(key=edition.mailing_key).first()


def _suspects(which: Q) -> list[Article]:
    return list(Article.objects.filter(which).distinct().defer("body", "original").order_by("pk"))


def _words(edition: Edition, mailing: Mailing | None) -> list[str]:
    renditions = mailing.renditions.values_list("compiled", flat=True) if mailing else []
    return [unescape(edition.html), edition.text, *(legible(bytes(one)) for one in renditions)]


def _tells(words: str, article: Article) -> bool:
    address = re.escape(article.canonical_url.rstrip("/"))
    return str(article.pk) in words or re.search(rf"{address}/?(?![\w/%-])", words) is not None

"""The last thing that a closed or moved feed says: one item, in the feed's language, in its own format."""

from dataclasses import replace
from datetime import datetime

from babel.dates import format_date
from django.conf import settings
from django.utils.translation import gettext
from markupsafe import Markup

from service.newsroom.current import newsroom

from ..models import PublishedFeed
from ..rules import Document, Item


def farewell(told: Document, row: PublishedFeed, closed_at: datetime) -> Document:
    """`told` with nothing else in it. A moved feed names the new one as itself."""
    instead = absolute(row.moved_to) or _instead(told, row)
    day = format_date(closed_at.astimezone(newsroom().zone), "long", locale=told.language)
    if row.moved_to:
        title = gettext("This feed has moved")
        said = gettext("“%(feed)s” has moved on %(day)s. It goes on here:") % {"feed": told.title, "day": day}
    else:
        title = gettext("This feed is closed")
        said = gettext("“%(feed)s” was closed on %(day)s. Read on here:") % {"feed": told.title, "day": day}
    item = Item(
        guid=f"{told.id}#closed-{closed_at:%Y%m%d%H%M%S}",
        title=title,
        url=instead,
        language=told.language,
        published=closed_at,
        updated=closed_at,
        summary=f"{said} {instead}",
        content=str(Markup('<p>{} <a href="{}">{}</a></p>').format(said, instead, instead)),
        authors=(told.organisation,),
        categories=(),
        picture=None,
        translations=(),
    )
    return replace(told, self_url=absolute(row.moved_to) or told.self_url, items=(item,), older="")


def absolute(address: str) -> str:
    """A path is one of our own."""
    return settings.SITE_URL + address if address.startswith("/") else address


def _instead(told: Document, row: PublishedFeed) -> str:
    """All of the language in the same format, where that is still there; else the site itself."""
    latest = PublishedFeed.objects.open().filter(kind="latest", language=row.language, format=row.format)
    found = latest.filter(address__startswith="/feeds/").exclude(pk=row.pk).first()
    return absolute(found.address) if found else told.home_url

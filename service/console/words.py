"""Numbers, moments and states, in the language that is active."""

from datetime import datetime

from babel.dates import format_datetime
from babel.numbers import format_decimal
from django.utils import translation
from django.utils.translation import gettext

from service.content.kinds import state_name
from service.newsroom.current import newsroom

_KIB = 1024


def number(value: float) -> str:
    return str(format_decimal(value, locale=translation.get_language()))


def moment(at: datetime) -> str:
    """In the newsroom's zone, short enough for a table."""
    local = at.astimezone(newsroom().zone)
    return str(format_datetime(local, "d MMM y, HH:mm", locale=translation.get_language()))


def size(octets: int) -> str:
    return f"{number(max(1, round(octets / _KIB)) if octets else 0)} KB"


def change_name(kind: str) -> str:
    """Of a version: what happened to the article."""
    return {
        "scheduled": gettext("scheduled"),
        "published": gettext("published"),
        "fix": gettext("a small fix"),
        "update": gettext("an update"),
        "correction": gettext("a correction"),
        "withdrawal": gettext("withdrawn"),
        "restored": gettext("restored"),
        "byline": gettext("a name taken off"),
        "named": gettext("a name back"),
        "held": gettext("held"),
        "released": gettext("released"),
    }[kind]


SHELF_KINDS = ("latest", "republish", "kind", "topic", "country", "author", "term", "archive")


def shelf_kind(kind: str) -> str:
    """What a feed is about."""
    return {
        "latest": gettext("all articles"),
        "republish": gettext("to republish"),
        "kind": gettext("a kind"),
        "topic": gettext("a topic"),
        "country": gettext("a country"),
        "author": gettext("an author"),
        "term": gettext("the CMS's own address"),
        "archive": gettext("an archive page"),
    }[kind]


def source_kind(kind: str) -> str:
    return {
        "wordpress": "WordPress",
        "wxr": gettext("WordPress export"),
        "markdown": gettext("Markdown folder"),
        "feed": gettext("RSS or Atom feed"),
    }.get(kind, kind)


FILTERS = {
    "number": number,
    "moment": moment,
    "size": size,
    "state_name": state_name,
    "change_name": change_name,
    "shelf_kind": shelf_kind,
    "source_kind": source_kind,
}

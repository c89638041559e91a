"""Short ways to a digest that has gone out, and to what stands in its letters."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import Any

from django.db import connection

from service.editions.models import Edition
from tests import builders
from tests.editions.desk import FRIDAY, approved, go, story

TITLES = ("About prisons", "About mines")
LINK = re.compile(r"https://letters\.cauce\.example(/feedback/[\w-]{32}/\d+)/(yes|no)")


@dataclass(frozen=True)
class Sent:
    """`links`: by reader, the path of each story's answers, without the answer, in the letter's order."""

    edition: Edition
    letters: dict[str, EmailMessage]
    links: dict[str, list[str]]

    @property
    def subject(self) -> str:
        return self.edition.mailing_key

    def token(self, name: str) -> str:
        return self.links[name][0].split("/")[2]


def links_in(letter: EmailMessage, kind: str = "plain") -> list[str]:
    return list(dict.fromkeys(path for path, _ in LINK.findall(builders.part(letter, kind))))


def sent(sink: Any, names: Iterable[str] = ("ana", "bruno"), now: datetime = FRIDAY, **chosen: object) -> Sent:
    for title in TITLES:
        story(title=title, kind="brief")
    for name in names:
        builders.reader(now, name, **chosen)
    edition = approved(now)
    go(now)
    edition.refresh_from_db()
    got = [letter for letter in builders.letters(sink.folder) if letter["List-Id"]]
    letters = {letter["To"].partition("@")[0]: letter for letter in got}
    return Sent(edition, letters, {name: links_in(letter) for name, letter in letters.items()})


def every_row() -> dict[str, list[str]]:
    """All that the database holds, table by table."""
    held = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f'SELECT t::text FROM "{table}" t ORDER BY 1')  # noqa: S608
            held[table] = [row[0] for row in cursor.fetchall()]
    return held


def everything() -> str:
    return "\n".join(row for rows in every_row().values() for row in rows)

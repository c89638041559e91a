"""What a partner was given: one row per article, version and way, counted."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from service.content.models import Article

from ..models import Partner, Pull

_ADD = """
INSERT INTO partners_pull (partner_id, article_id, version, way, times, first, last)
VALUES (%s, %s, %s, %s, 1, %s, %s)
ON CONFLICT (partner_id, article_id, version, way)
DO UPDATE SET times = partners_pull.times + 1, last = excluded.last
"""


def note(partner: Partner, articles: Iterable[Article], way: str, now: datetime) -> None:
    """`way` is feed or api."""
    identify = Article._meta.pk.get_db_prep_value
    moment = Pull._meta.get_field("first").get_db_prep_value(now, connection)
    rows = [
        (partner.pk, identify(article.pk, connection), article.version, way, moment, moment) for article in articles
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(_ADD, rows)

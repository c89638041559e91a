"""Beneath the ORM, for very many rows at once: the one place in `delivery` that writes SQL. It runs
the same on PostgreSQL and on SQLite."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from service.toolbox.addresses import PROVIDERS

from ..models import Mailing

BATCH = 500

_PLAN = """
INSERT INTO delivery_message (mailing_id, rendition_id, address_id, recipient_key, provider, state, reason,
                              due_at, attempts, code, enhanced, changed)
SELECT rendition.mailing_id, rendition.id, address.id, candidate.key,
       CASE WHEN address."group" IN ({providers}) THEN address."group" ELSE '' END,
       CASE WHEN COALESCE((SELECT latest.reason FROM delivery_suppression latest
                           WHERE latest.fingerprint = address.fingerprint
                           ORDER BY latest.id DESC LIMIT 1), 'lifted') = 'lifted'
            THEN 'queued' ELSE 'suppressed' END,
       '', %s, 0, 0, '', %s
FROM ({candidates}) candidate
JOIN delivery_address address ON address.id = candidate.address_id
JOIN delivery_rendition rendition ON rendition.mailing_id = %s AND rendition.segment = candidate.segment
WHERE candidate.exclusion = ''
ORDER BY candidate.id
ON CONFLICT DO NOTHING
"""

_CUT = """
INSERT INTO delivery_batch (mailing_id, provider, first_id, last_id, priority, due_at,
                            leased_until, token, done, waits_for)
SELECT %s, provider, MIN(id), MAX(id), %s, %s, NULL, 0, {false}, ''
FROM (SELECT id, provider, (ROW_NUMBER() OVER (PARTITION BY provider ORDER BY id) - 1) / %s AS piece
      FROM delivery_message WHERE mailing_id = %s AND id > %s) numbered
GROUP BY provider, piece
ORDER BY MIN(id)
"""


def plan(mailing: Mailing, candidates: QuerySet[Any, Any], now: datetime) -> int:
    """A message for each candidate that nothing excludes. Returns how many were written."""
    inner, given = candidates.query.sql_with_params()
    providers = ", ".join(["%s"] * len(PROVIDERS))
    at = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        sql = _PLAN.format(candidates=inner, providers=providers)
        cursor.execute(sql, [*PROVIDERS, at, at, *given, mailing.pk])
        return int(cursor.rowcount)


def cut(mailing: Mailing, now: datetime, after: int = 0) -> None:
    """Batches of the messages with a greater id, each to one provider."""
    at = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        sql = _CUT.format(false="0" if connection.vendor == "sqlite" else "FALSE")
        cursor.execute(sql, [mailing.pk, mailing.priority, at, BATCH, mailing.pk, after])

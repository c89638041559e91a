"""Beneath the ORM, for very many rows: the one place in `delivery` that writes SQL. Planning would pass
a million readers through this process; sending would spend a third of its time on building the same
three statements anew. It runs the same on PostgreSQL and on SQLite."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from service.toolbox.addresses import PROVIDERS

from ..models import Batch, Mailing

BATCH = 500

# MATERIALIZED: what it costs to find the slice hides, from PostgreSQL, what it costs to join it; without
# the fence it went through all addresses for each reader.
_PLAN = """
INSERT INTO delivery_message (mailing_id, rendition_id, address_id, recipient_key, provider, state, reason,
                              due_at, attempts, code, enhanced, changed)
WITH candidate AS MATERIALIZED ({candidates})
SELECT rendition.mailing_id, rendition.id, address.id, candidate.key,
       CASE WHEN address."group" IN ({providers}) THEN address."group" ELSE '' END,
       CASE WHEN COALESCE((SELECT latest.reason FROM delivery_suppression latest
                           WHERE latest.fingerprint = address.fingerprint
                           ORDER BY latest.id DESC LIMIT 1), 'lifted') = 'lifted'
            THEN 'queued' ELSE 'suppressed' END,
       '', %s, 0, 0, '', %s
FROM candidate
JOIN delivery_address address ON address.id = candidate.address_id
JOIN delivery_rendition rendition ON rendition.mailing_id = %s AND rendition.segment = candidate.segment
WHERE candidate.exclusion = ''
ORDER BY candidate.id
ON CONFLICT (recipient_key, mailing_id) DO NOTHING
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

_CLAIMABLE = """
SELECT message.id, address.sealed, message.recipient_key, message.rendition_id, message.state, message.attempts,
       (SELECT latest.reason FROM delivery_suppression latest WHERE latest.fingerprint = address.fingerprint
        ORDER BY latest.id DESC LIMIT 1)
FROM delivery_message message LEFT JOIN delivery_address address ON address.id = message.address_id
WHERE message.mailing_id = %s AND message.provider = %s AND message.id BETWEEN %s AND %s
      AND message.state IN ('queued', 'deferred') AND message.due_at <= %s
ORDER BY message.id LIMIT %s {lock}
"""

_MARK = """
UPDATE delivery_message SET state = 'sending', attempts = attempts + 1, changed = %s WHERE id IN ({ids})
"""

_ACCEPT = """
UPDATE delivery_message SET state = 'accepted', reason = '', code = %s, enhanced = %s, changed = %s
WHERE id IN ({ids}) AND state IN ('sending', 'uncertain')
"""


def plan(mailing: Mailing, candidates: QuerySet[Any, Any], now: datetime) -> int:
    """A message for each candidate that nothing excludes. Returns how many were written."""
    inner, given = candidates.query.sql_with_params()
    providers = ", ".join(["%s"] * len(PROVIDERS))
    at = _at(now)
    with connection.cursor() as cursor:
        sql = _PLAN.format(candidates=inner, providers=providers)
        cursor.execute(sql, [*given, *PROVIDERS, at, at, mailing.pk])
        return int(cursor.rowcount)


def unplan(mailing: Mailing) -> None:
    """Of one that was never opened: nothing else points to its messages."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM delivery_message WHERE mailing_id = %s", [mailing.pk])


def claimable(batch: Batch, size: int, now: datetime) -> list[tuple[Any, ...]]:
    """The batch's next due messages, locked: id, sealed address (None: erased), recipient key, rendition,
    state, attempts and the address's latest entry in the ledger."""
    sql = _CLAIMABLE.format(lock="FOR UPDATE OF message" if connection.vendor == "postgresql" else "")
    given = [batch.mailing_id, batch.provider, batch.first_id, batch.last_id, _at(now), size]
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return list(cursor.fetchall())


def mark(ids: list[int], now: datetime) -> None:
    """On the wire from here on."""
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(_MARK.format(ids=_listed(ids)), [_at(now)])


def accept(ids: list[int], code: int, enhanced: str, now: datetime) -> None:
    """The server took them."""
    with connection.cursor() as cursor:
        cursor.execute(_ACCEPT.format(ids=_listed(ids)), [code, enhanced, _at(now)])


def cut(mailing: Mailing, now: datetime, after: int = 0) -> None:
    """Batches of the messages with a greater id, each to one provider."""
    with connection.cursor() as cursor:
        sql = _CUT.format(false="0" if connection.vendor == "sqlite" else "FALSE")
        cursor.execute(sql, [mailing.pk, mailing.priority, _at(now), BATCH, mailing.pk, after])


def _at(now: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(now)


def _listed(ids: list[int]) -> str:
    return ", ".join(str(int(one)) for one in ids)

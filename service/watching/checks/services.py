"""PostgreSQL, Redis, migrations, the clocks, and whose database this is."""

from collections.abc import Iterator

import redis
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from service.delivery.actions import instance

from ..numbers import skew
from ..rules import NOTE, OK, WRONG, Asked, Finding

CONNECT_SECONDS = 3
SKEW_NOTED, SKEW_WRONG = 2.0, 30.0


def look(asked: Asked) -> Iterator[Finding]:
    yield _redis()
    yield _database()
    yield _migrations()
    yield _clocks()
    try:
        instance.check(asked.now)
        yield Finding(OK, "This database belongs to this installation.")
    except instance.Silent as error:
        yield Finding(WRONG, str(error))


def _redis() -> Finding:
    if settings.REDIS_URL.startswith("memory:"):
        if settings.EMBEDDED:
            return Finding(OK, "The broker is in memory: web, worker and clock are one process.")
        return Finding(WRONG, "REDIS_URL is not set, so the web's nudges reach no worker. Set it.")
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=CONNECT_SECONDS, socket_timeout=CONNECT_SECONDS
        ) as client:
            client.ping()
    except (redis.RedisError, ValueError) as error:
        return Finding(WRONG, f"Redis does not answer ({error}). Start it, or look at REDIS_URL.")
    return Finding(OK, "Redis answers.")


def _database() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT version()" if connection.vendor == "postgresql" else "SELECT sqlite_version()")
        version = str(cursor.fetchone()[0])
    if connection.vendor == "postgresql":
        return Finding(OK, f"{version.partition(' on ')[0]} answers.")
    return Finding(NOTE, f"SQLite {version}: well for a first look and small lists. Set DATABASE_URL for more.")


def _migrations() -> Finding:
    executor = MigrationExecutor(connection)
    owed = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if owed:
        return Finding(WRONG, f"{len(owed)} migrations have not been made. Run `byline migrate`.")
    unknown = set(executor.loader.applied_migrations) - set(executor.loader.graph.nodes)
    ours = sorted(f"{app}/{name}" for app, name in unknown if app in executor.loader.migrated_apps)
    if ours:
        return Finding(WRONG, f"A newer Byline made this database ({ours[-1]}). Upgrade this one, or restore a backup.")
    return Finding(OK, "The database is as this version needs it.")


def _clocks() -> Finding:
    apart = skew().total_seconds()
    if abs(apart) < SKEW_NOTED:
        return Finding(OK, "The database's clock and ours agree.")
    level = WRONG if abs(apart) >= SKEW_WRONG else NOTE
    return Finding(level, f"The database's clock is {apart:+.0f} seconds from ours. Let both keep time by NTP.")

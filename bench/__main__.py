"""`make bench`: what docs/benchmarks.md reports, measured here and now, as ratios within one run."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from importlib import import_module
from pathlib import Path

from tests.services import postgres, redis

from .table import Row, show

PARTS = (
    "intake",
    "imports",
    "publish",
    "serve",
    "polls",
    "partners",
    "startup",
    "plan",
    "send",
    "connections",
    "memory",
    "alert",
)
KEPT = Path(__file__).resolve().parents[1] / "var" / "bench.json"


def main() -> None:
    wanted = sys.argv[1:] or list(PARTS)
    with tempfile.TemporaryDirectory(prefix="byline-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        with postgres(folder / "postgres") as database, redis(folder / "redis") as broker:
            os.environ.update(
                DJANGO_SETTINGS_MODULE="service.settings",
                IGNORE_ENV_FILE="1",
                DATABASE_URL=database,
                REDIS_URL=broker,
                SECRET_KEY="a secret for measurements alone, long enough",
                ADDRESS_KEY="an address key for measurements, long enough",
                SITE_URL="https://letters.cauce.example",
                VAR_DIR=str(folder / "var"),
                FEEDS_DIR=str(folder / "feeds"),
                LOG_LEVEL="ERROR",
            )
            # As installed: Python keeps what it compiled, and does not do it anew at each start.
            os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
            sys.dont_write_bytecode = False
            rows = _measured(wanted, folder)
    print(show(rows))
    KEPT.parent.mkdir(exist_ok=True)
    KEPT.write_text(json.dumps([row.__dict__ for row in rows], indent=2))
    print(f"Kept in {KEPT.relative_to(Path.cwd()) if KEPT.is_relative_to(Path.cwd()) else KEPT}.")


def _measured(wanted: list[str], folder: Path) -> list[Row]:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    parts = [import_module(f".{name}", __package__) for name in wanted]
    return [row for part in parts for row in part.measure(folder)]


main()

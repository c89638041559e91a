from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from service.audience.gifts import NotCounted, import_gifts
from service.cli.bar import bar
from service.cli.verb import Verb
from service.toolbox import clock

SHOWN = 20


class Command(Verb):
    help = "Count gifts from a payment service's CSV file, and thank the readers among those who gave."
    noted = True

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="decide the same, and write nothing")
        parser.add_argument("--currency", default="", help="of rows that don't say theirs, such as USD")

    def act(self, **options: Any) -> str:
        rows: list[NotCounted] = []
        summary = import_gifts(
            options["file"],
            clock.now(),
            currency=options["currency"],
            dry_run=options["dry_run"],
            tell=rows.append,
            progress=bar,
        )
        told = [f"row {row.number}, {row.outcome}: {row.reason}" for row in rows[:SHOWN]]
        if len(rows) > SHOWN:
            told.append(f"There are {len(rows) - SHOWN:,} more.")
        return "\n".join([*summary.remarks, *told, summary.sentence()])

from argparse import ArgumentParser
from io import StringIO
from pathlib import Path
from typing import Any

from service.cli.verb import Verb
from service.partners.actions.exporting import export_impact


class Command(Verb):
    help = "Write where articles were republished as CSV, for a report to donors."

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--month", default="", help="of which uses were reported, e.g. 2026-11; none: all")
        parser.add_argument("--to", type=Path, help="a file to write; none: standard output")

    def act(self, **options: Any) -> str:
        if options["to"] is None:
            table = StringIO(newline="")
            export_impact(table, options["month"])
            return table.getvalue().rstrip()
        with options["to"].open("w", encoding="utf-8", newline="") as out:
            count = export_impact(out, options["month"])
        return f"{options['to']}: {count:,} articles."

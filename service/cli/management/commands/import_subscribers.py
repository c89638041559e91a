import csv
from argparse import ArgumentParser
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from service.audience.importing import Given, import_subscribers
from service.audience.lists.rows import NotTaken
from service.audience.rules import WANTS, WEEKLY
from service.cli.bar import bar
from service.cli.verb import Verb
from service.toolbox import clock
from service.toolbox.private_file import private_file

SHOWN = 20


class Command(Verb):
    help = "Bring in readers who gave consent elsewhere, from a CSV file (also listmonk's, Mailchimp's, Ghost's)."
    noted = True

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="decide the same, and write nothing")
        parser.add_argument("--language", default="", help="of rows that don't say theirs")
        parser.add_argument("--wants", default=WEEKLY, choices=WANTS, help="of rows that don't say")
        parser.add_argument("--source", default="", help="where these people gave consent, in words")
        parser.add_argument("--report", type=Path, help="a new CSV file for each row that nothing came of")

    def act(self, **options: Any) -> str:
        given = Given(options["language"], options["wants"], options["source"])
        with ExitStack() as stack:
            tell = self._writer(stack, options["report"]) if options["report"] else self._shower()
            summary = import_subscribers(
                options["file"], given, clock.now(), dry_run=options["dry_run"], tell=tell, progress=bar
            )
        return "\n".join([*summary.remarks, summary.sentence()])

    def _writer(self, stack: ExitStack, path: Path) -> Callable[[NotTaken], None]:
        out = csv.writer(stack.enter_context(private_file(path)))
        out.writerow(["row", "outcome", "reason"])
        return lambda row: out.writerow([row.number, row.outcome, row.reason])

    def _shower(self) -> Callable[[NotTaken], None]:
        """The first ones, on the terminal."""
        shown = 0

        def show(row: NotTaken) -> None:
            nonlocal shown
            shown += 1
            if shown <= SHOWN:
                self.stdout.write(f"row {row.number}, {row.outcome}: {row.reason}")
            elif shown == SHOWN + 1:
                self.stdout.write("There are more; --report FILE.csv names all.")

        return show

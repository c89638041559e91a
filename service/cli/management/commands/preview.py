from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from service.cli.verb import Verb
from service.editions.actions.decide import find, preview
from service.toolbox import clock
from service.toolbox.errors import ServiceError


class Command(Verb):
    help = "Write an edition as readers will get it to a file (.html, or .txt for its text part)."

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("edition", help="its slug, e.g. weekly-2026-w47-en")
        parser.add_argument("--to", required=True, metavar="FILE")

    def act(self, **options: Any) -> str:
        letter, path = preview(find(options["edition"]), clock.now()), Path(options["to"])
        body = letter.text if path.suffix == ".txt" else letter.html
        try:
            path.write_text(body, encoding="utf-8")
        except OSError as error:
            raise ServiceError(f"{path} can't be written ({error.strerror}).") from error
        return f"{path}: {letter.subject!r}, {len(body.encode()):,} bytes."

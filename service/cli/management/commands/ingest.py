from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from service.cli.verb import Verb, as_json, progress
from service.content.actions.pull import add_source, pull
from service.toolbox import clock
from service.toolbox.errors import ServiceError


class Command(Verb):
    help = "Take in articles: ingest wordpress URL | wxr FILE | markdown DIR | feed URL."

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=["wordpress", "wxr", "markdown", "feed"])
        parser.add_argument("address", help="a web address, a file or a folder")
        parser.add_argument("--language", default="", help="of articles that don't say theirs")
        parser.add_argument("--name", default="", help="what to call the source, e.g. in the CMS's plugin")
        parser.add_argument("--json", action="store_true", help="the report as JSON")

    def act(self, **options: Any) -> str:
        kind, address = options["kind"], options["address"]
        if kind in ("wxr", "markdown"):
            address = str(Path(address).resolve())
        source = add_source(kind, address, options["language"], options["name"])
        report = pull(source, clock.now(), progress=progress)
        if options["json"]:
            return as_json(report)
        if report.trouble:
            raise ServiceError(report.sentence())
        lines = [f"set aside: {one['title'] or one['id']}: {one['sentence']}" for one in report.set_aside]
        return "\n".join([*lines, report.sentence()])

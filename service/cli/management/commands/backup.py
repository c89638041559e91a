from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from service.cli.bar import bar
from service.cli.keeping import back_up, thin_out
from service.cli.key_option import add_key, key_of
from service.cli.verb import Verb
from service.toolbox import clock


class Command(Verb):
    help = "Write the database, newsroom.toml and the settings that are no secrets to a new sealed file, and prove it."
    noted = True
    about = ("file",)

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a new file; or a folder, for a file named by the hour")
        parser.add_argument("--keep", type=int, default=0, metavar="N", help="in a folder: only the newest N stay")
        add_key(parser)

    def act(self, **options: Any) -> str:
        given, now = options["file"], clock.now()
        path = given / f"byline-{now:%Y-%m-%dT%H%M%S}Z.backup" if given.is_dir() else given
        size = back_up(path, key_of(options["key"]), now, bar)
        gone = thin_out(given, options["keep"]) if given.is_dir() else 0
        left = f" {gone} older ones are gone." if gone else ""
        return f"{path}: {size:,} bytes, read back to the end and well.{left}"

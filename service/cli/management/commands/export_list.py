from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from service.audience.exporting import export_list
from service.cli.bar import bar
from service.cli.verb import Verb


class Command(Verb):
    help = "Write the whole list to a new CSV file: all readers who get letters, with what they chose."
    noted = True

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def act(self, **options: Any) -> str:
        count = export_list(options["file"], progress=bar)
        return (
            f"{options['file']}: {count:,} readers, each by their address in plain: whoever gets this file can "
            "find them, so keep it off shared disks and delete it once it has served."
        )

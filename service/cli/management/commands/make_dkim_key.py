from argparse import ArgumentParser
from typing import Any

from service.cli.verb import Verb
from service.delivery.actions.dkim_key import make
from service.newsroom.current import newsroom


class Command(Verb):
    help = "Make a DKIM key for the newsroom's sender, and print the DNS record to publish."

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("selector", help="the key's name in DNS, e.g. byline2026")

    def act(self, **options: Any) -> str:
        path, record = make(newsroom().from_address.rpartition("@")[2], options["selector"])
        return (
            f"{path} was written; keep it to yourselves. This is for everybody, in DNS:\n\n{record}\n\n"
            f"Once it is published, set DKIM_SELECTOR={options['selector']}."
        )

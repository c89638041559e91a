from argparse import ArgumentParser
from typing import Any

from service.cli.verb import Verb
from service.delivery.actions.dkim_key import Key, make
from service.newsroom.current import newsroom


class Command(Verb):
    help = "Make the DKIM keys that are missing, one for each domain we send from, and print the DNS record of each."

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("selector", help="the keys' name in DNS, e.g. byline2026")

    def act(self, **options: Any) -> str:
        keys = [make(domain, options["selector"]) for domain in newsroom().sending_domains]
        return "\n\n".join(
            [*map(self._told, keys), f"Once each is published, set DKIM_SELECTOR={options['selector']}."]
        )

    def _told(self, key: Key) -> str:
        what = "was written" if key.fresh else "is there already and stays as it is"
        return f"{key.path} {what}; keep it to yourselves. This is for everybody, in DNS:\n\n{key.record}"

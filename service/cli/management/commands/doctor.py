from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from service.cli.verb import Verb, as_json
from service.toolbox import clock
from service.toolbox.errors import ServiceError
from service.watching.checks import examine
from service.watching.rules import NOTE, OK, WRONG, Asked, Finding

_MARKS = {OK: "ok", NOTE: "note", WRONG: "WRONG"}


class Command(Verb):
    help = "Say what is wrong with this installation, and how to mend it. Ends with 1 if something is."

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true")
        parser.add_argument("--resolver", metavar="HOST:PORT", default="", help="the DNS server to ask")

    def act(self, **options: Any) -> str:
        found = examine(Asked(clock.now(), options["resolver"]))
        counts = Counter(finding.level for findings in found.values() for finding in findings)
        result = f"{counts[WRONG]} wrong, {counts[NOTE]} to note, {counts[OK]} well."
        told = _as_json(found) if options["json"] else "\n".join(_lines(found))
        if not counts[WRONG]:
            return told if options["json"] else f"{told}\n\n{result}"
        self.stdout.write(told)
        raise ServiceError(result)


def _as_json(found: Mapping[str, Sequence[Finding]]) -> str:
    return as_json([{"check": name, **asdict(one)} for name, findings in found.items() for one in findings])


def _lines(found: Mapping[str, Sequence[Finding]]) -> Iterator[str]:
    for name, findings in found.items():
        for finding in findings:
            yield f"{_MARKS[finding.level]:6} {name:10} {finding.sentence}"
            if finding.record:
                yield f"{'':17} {finding.record}"

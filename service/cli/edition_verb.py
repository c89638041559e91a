"""A verb about one edition, which is its only argument."""

from abc import abstractmethod
from argparse import ArgumentParser
from typing import Any

from service.editions.actions.decide import find
from service.editions.models import Edition

from .verb import Verb


class EditionVerb(Verb):
    """Subclasses give `help` and `on`, which returns the last line."""

    about: tuple[str, ...] = ("edition",)

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("edition", help="its slug, e.g. weekly-2026-w47-en")

    def act(self, **options: Any) -> str:
        return self.on(find(options["edition"]))

    @abstractmethod
    def on(self, edition: Edition) -> str:
        """Does it to that edition, and says what was done."""

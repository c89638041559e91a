"""A command is a verb: its help is one sentence, its last line the result. An error that a person may
read is shown as its sentence, with exit code 1; bad usage ends with 2."""

import json
import sys
from abc import abstractmethod
from argparse import ArgumentParser
from dataclasses import fields, is_dataclass
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError

from service.people.actions.deeds import COMMAND_LINE, note
from service.people.models import Deed
from service.toolbox import clock
from service.toolbox.errors import ServiceError


class Verb(BaseCommand):
    """Subclasses give `help`, maybe `arguments`, and `act`, which returns the last line or lines.

    `noted`: a person decided it, so it stands in the log, with those of its arguments that `about` names."""

    requires_system_checks = []
    noted = False
    about: tuple[str, ...] = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        self.arguments(parser)

    def arguments(self, parser: ArgumentParser) -> None:
        """Adds options of its own."""

    @abstractmethod
    def act(self, **options: Any) -> str:
        """Does it, and says what was done."""

    def handle(self, *args: Any, **options: Any) -> str | None:
        try:
            told = self._noted(options) if self.noted else self.act(**options)
        except ServiceError as error:
            raise CommandError(str(error)) from error
        except (OperationalError, ProgrammingError) as error:
            reason = str(error).splitlines()[0]
            raise CommandError(f"The database can't be used ({reason}). Is it there? Run `byline migrate`.") from error
        except KeyboardInterrupt:
            raise CommandError("Stopped. What was done is kept; run it again to go on.") from None
        return told or None

    def _noted(self, options: dict[str, Any]) -> str:
        asked = self._note(Deed.ASKED, options)
        try:
            told = self.act(**options)
        except ServiceError as error:
            self._note(f"refused: {error}", options, asked)
            raise
        self._note("done", options, asked)
        return told

    def _note(self, outcome: str, options: dict[str, Any], asked: Deed | None = None) -> Deed:
        what = type(self).__module__.rpartition(".")[2]
        about = " ".join(f"{name}={options[name]}" for name in self.about if options.get(name))
        return note(COMMAND_LINE, what, clock.now(), about=about, outcome=outcome, asked=asked)


def as_json(value: Any) -> str:
    """For programs: one JSON document."""
    return json.dumps(_plain(value), ensure_ascii=False, indent=2, default=str)


def progress(done: int) -> None:
    """On a terminal, how far a long work is; silent elsewhere."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done:,} articles")
        sys.stderr.flush()


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    return value

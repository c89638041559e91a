from argparse import ArgumentParser
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.db import DatabaseError

from service.cli.bar import bar
from service.cli.keeping import Manifest, opens_addresses, prove, restore
from service.cli.key_option import add_key, key_of
from service.cli.verb import Verb
from service.people.actions.deeds import COMMAND_LINE, note
from service.toolbox import clock
from service.toolbox.errors import ServiceError

_CONFIRM = "Nothing leaves from here until `byline confirm_instance`."


class Command(Verb):
    help = "Load a backup into an empty database, from which nothing leaves until it is confirmed."

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--check", action="store_true", help="only prove that it could be restored")
        parser.add_argument("--newsroom", type=Path, metavar="TO", help="also write its newsroom.toml to that new file")
        add_key(parser)

    def act(self, **options: Any) -> str:
        path, secret, now = options["file"], key_of(options["key"]), clock.now()
        if options["check"]:
            manifest = prove(path, secret, bar)
            return f"{path} is whole: {_told(manifest)}."
        manifest = restore(path, secret, now, bar)
        with suppress(DatabaseError):  # one of an older version, until it is migrated
            note(COMMAND_LINE, "restore", now, about=str(path), outcome="done")
        self._configuration(manifest, options["newsroom"])
        return f"Restored: {_told(manifest)}. Run `byline migrate`.{_key()} {_CONFIRM}"

    def _configuration(self, manifest: Manifest, to: Path | None) -> None:
        if to:
            try:
                with to.open("x", encoding="utf-8") as file:
                    file.write(manifest.newsroom)
            except OSError as error:
                raise ServiceError(
                    f"The database is restored. {to} can't be written ({error.strerror}). {_CONFIRM}"
                ) from error
        if manifest.settings:
            self.stdout.write("Its settings were, but for the secrets:")
            self.stdout.writelines(f"  {name}={value}\n" for name, value in manifest.settings.items())


def _told(manifest: Manifest) -> str:
    return f"a backup of {manifest.made}, made by Byline {manifest.byline}"


def _key() -> str:
    with suppress(DatabaseError):
        if not opens_addresses():
            return (
                " Its addresses do not open with the ADDRESS_KEY that is set here: set the one that it was made with."
            )
    return ""

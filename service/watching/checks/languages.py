"""Every language that newsroom.toml names has all its words, and every letter all its parts."""

from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po
from django.conf import settings

from service.newsroom.current import newsroom

from ..rules import OK, WRONG, Asked, Finding

WRITTEN_IN = "en"
_PARTS = ("subject.txt", "body.txt")


def look(asked: Asked) -> Iterator[Finding]:
    lacking = [finding for language in newsroom().languages for finding in _words(language)]
    lacking += _letters(settings.TEMPLATES_DIR / "email")
    yield from lacking
    if not lacking:
        yield Finding(OK, f"Pages and letters are complete in {' and '.join(newsroom().languages)}.")


def _words(language: str) -> Iterator[Finding]:
    if language not in dict(settings.LANGUAGES):
        yield Finding(WRONG, f"newsroom.toml names the language {language!r}, and Byline does not speak it.")
    elif language != WRITTEN_IN:
        yield from _catalogue(language, settings.LOCALE_PATHS[0] / language / "LC_MESSAGES")


def _catalogue(language: str, folder: Path) -> Iterator[Finding]:
    if not (folder / "django.mo").is_file():
        yield Finding(WRONG, f"The words in {language!r} are not compiled. Run `make messages`.")
    if (folder / "django.po").is_file():
        with (folder / "django.po").open("rb") as file:
            empty = sum(1 for message in read_po(file) if message.id and (not message.string or message.fuzzy))
        if empty:
            yield Finding(WRONG, f"{empty} sentences are not translated into {language!r}. They appear in English.")


def _letters(folder: Path) -> list[Finding]:
    kinds = [path for path in sorted(folder.iterdir()) if path.is_dir()]
    missing = [f"{kind.name}/{part}" for kind in kinds for part in _PARTS if not (kind / part).is_file()]
    return [Finding(WRONG, f"The template {name} is missing. Install Byline anew.") for name in missing]

"""What the environment and newsroom.toml say. Each value alone was checked at the start; here, what they
mean together."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from service.newsroom.current import newsroom

from ..rules import NOTE, OK, WRONG, Asked, Finding

_OTHERS = 0o077


def look(asked: Asked) -> Iterator[Finding]:
    yield _house()
    yield from _secrets()
    yield from _private_files()
    yield _site()


def _house() -> Finding:
    house = newsroom()
    if house.domain.endswith(".example") and not settings.EMBEDDED:
        return Finding(WRONG, "newsroom.toml is the sample's. Write in it who you are.")
    return Finding(OK, f"newsroom.toml is well: {house.name}, in {' and '.join(house.languages)}.")


def _secrets() -> Iterator[Finding]:
    if settings.SECRET_KEY == settings.ADDRESS_KEY:
        yield Finding(WRONG, "SECRET_KEY and ADDRESS_KEY are the same. Whoever learns one must not have the other.")
    if settings.ADDRESS_KEY_OLD and not settings.FINGERPRINT_KEY:
        yield Finding(
            WRONG,
            "ADDRESS_KEY was changed and FINGERPRINT_KEY is not set, so no reader is found by their address. "
            "Set FINGERPRINT_KEY to the first ADDRESS_KEY.",
        )
    if settings.ADDRESS_KEY_OLD:
        yield Finding(NOTE, "ADDRESS_KEY_OLD is set. Run `byline rotate_address_key`, then unset it.")
    if settings.SECRET_KEY_OLD:
        yield Finding(NOTE, "SECRET_KEY_OLD is set. Unset it once the letters from before are some months old.")


def _private_files() -> Iterator[Finding]:
    for path in (settings.BASE_DIR / ".env", *(settings.VAR_DIR / "keys").glob("*")):
        if path.is_file() and path.stat().st_mode & _OTHERS:
            yield open_to_others(path)


def open_to_others(path: Path) -> Finding:
    return Finding(WRONG, f"Others on this machine can read {path}. Run `chmod 600 {path}`.")


def _site() -> Finding:
    if not settings.SITE_URL.startswith("https://"):
        level = NOTE if settings.EMBEDDED else WRONG
        return Finding(level, f"SITE_URL is {settings.SITE_URL}: with http no letter leaves for a real mail server.")
    if not settings.TRUSTED_PROXIES:
        return Finding(NOTE, "TRUSTED_PROXIES is not set: behind a proxy nobody who floods can be told from others.")
    return Finding(OK, f"Links begin with {settings.SITE_URL}.")

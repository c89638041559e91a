"""The key that signs for a domain: one PEM in the environment, or a file per domain and selector."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from service.toolbox.errors import ServiceError

from ..rules.dkim import Signer, signer


def signer_for(domain: str) -> Signer | None:
    """None where no selector is set: then the mail server signs, or nobody does. Raises ServiceError
    for a key that is missing or unusable: what should be signed does not leave unsigned."""
    selector = settings.DKIM_SELECTOR
    if not selector:
        return None
    return _loaded(domain, selector, settings.DKIM_PRIVATE_KEY, key_file(domain, selector))


def key_file(domain: str, selector: str) -> Path:
    return Path(settings.DKIM_DIR) / domain / f"{selector}.pem"


def key_of(domain: str, selector: str) -> bytes:
    """The private key, as PEM. Raises ServiceError for one that is missing or unusable."""
    pem = _pem(selector, settings.DKIM_PRIVATE_KEY, key_file(domain, selector))
    signer(domain, selector, pem)
    return pem


@lru_cache(maxsize=8)
def _loaded(domain: str, selector: str, given: str, path: Path) -> Signer:
    return signer(domain, selector, _pem(selector, given, path))


def _pem(selector: str, given: str, path: Path) -> bytes:
    if given:
        return given.replace("\\n", "\n").encode()
    try:
        return path.read_bytes()
    except OSError as error:
        raise ServiceError(
            f"The DKIM key {path} can't be read ({error.strerror}). Make it with `byline make_dkim_key {selector}`, "
            "or unset DKIM_SELECTOR."
        ) from error

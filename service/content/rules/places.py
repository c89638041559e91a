"""Countries by any name that the newsroom's languages give them (CLDR, by way of Babel)."""

import re
import unicodedata
from functools import lru_cache

from babel import Locale


def slugify(text: str) -> str:
    """Lower-case ASCII words joined by hyphens; empty where nothing of it can be written so."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", plain.lower()))


def country_code(name: str, languages: tuple[str, ...]) -> str:
    """ISO 3166-1 alpha-2 for a name or slug such as "Perú" or "costa-rica"; "" where it is none."""
    return _codes(languages).get(slugify(name), "")


def country_name(code: str, language: str) -> str:
    return str(Locale.parse(language).territories.get(code, code))


def is_country(code: str) -> bool:
    return code in _codes(("en",)).values()


@lru_cache(maxsize=4)
def _codes(languages: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for language in languages:
        for code, name in Locale.parse(language).territories.items():
            if re.fullmatch(r"[A-Z]{2}", code) and code not in ("EU", "UN", "ZZ", "XA", "XB", "QO", "EZ"):
                found[slugify(name)] = code
    return found

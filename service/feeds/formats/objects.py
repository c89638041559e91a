"""What the JSON formats share: bytes that are the same every time, and no character that XML refuses, so
that an article is set aside in every format or in none."""

import json
from typing import Any

from service.toolbox.errors import ServiceError
from service.toolbox.html import printable

Object = dict[str, Any]


class UnprintableText(ServiceError):
    """A text holds a control character."""


def dump(value: Object) -> bytes:
    """Raises UnprintableText."""
    _check(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def filled(**values: Any) -> Object:
    """Without what is empty: a key that is there says something."""
    return {name: value for name, value in values.items() if value not in ("", None, [], {})}


def _check(value: Any) -> None:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            _check(one)
    elif isinstance(value, str) and printable(value) != value:
        raise UnprintableText(f"{printable(value)[:80]!r} holds a control character. Take it out in the CMS.")

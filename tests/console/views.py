"""The URL map, flat."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter, UUIDConverter


@dataclass(frozen=True, slots=True)
class View:
    """`address` has made-up keys in it; `namespaces` are from the outside in."""

    address: str
    name: str
    namespaces: tuple[str, ...]
    callback: Any

    @property
    def right(self) -> Any:
        return getattr(self.callback, "right", None)


def every_view() -> list[View]:
    return list(_under(get_resolver(), "", ()))


def _under(resolver: URLResolver, before: str, namespaces: tuple[str, ...]) -> Iterator[View]:
    for entry in resolver.url_patterns:
        address = before + _made_up(entry)
        if isinstance(entry, URLResolver):
            inner = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from _under(entry, address, inner)
        else:
            yield View(f"/{address}", entry.name or "", namespaces, entry.callback)


def _made_up(entry: URLPattern | URLResolver) -> str:
    text = str(entry.pattern)
    for name, converter in getattr(entry.pattern, "converters", {}).items():
        key = {IntConverter: "1", UUIDConverter: "00000000-0000-4000-8000-000000000001"}.get(type(converter), "nothing")
        for kind in ("int", "uuid", "slug", "str", "path"):
            text = text.replace(f"<{kind}:{name}>", key)
        text = text.replace(f"<{name}>", key)
    return text

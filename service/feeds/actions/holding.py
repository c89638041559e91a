"""What a published file holds, read from its bytes as a reader would: not what it ought to hold."""

import json
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from lxml import etree

from .. import shelf as disk
from ..formats.adapter import q, read_back
from ..models import PublishedFeed
from ..rules import ATOM, FORMATS, JSON, RSS

_ITEMS = {RSS: "channel/item", ATOM: q("atom", "entry")}
_IDS = {RSS: "guid", ATOM: q("atom", "id")}


def first_of(rows: Iterable[PublishedFeed]) -> PublishedFeed:
    """Of a shelf's feeds, which are written together, the one to read: open if one is, JSON if that is there."""
    return min(rows, key=lambda row: (row.status != 200, row.format not in FORMATS, row.format != JSON, row.address))


def versions_in(address: str, format: str) -> dict[str, int]:
    """`format` is rss, atom or json. By guid, the version that stands there; 0 for what has none. Nothing
    where there is no such file, or it can't be read."""
    try:
        body = disk.path_of(Path(settings.FEEDS_DIR), address).read_bytes()
        return _in_json(body) if format == JSON else _in_xml(body, format)
    except (OSError, ValueError, KeyError, TypeError, etree.LxmlError):
        return {}


def size_of(address: str) -> int:
    """Bytes of the plain file; 0 where there is none."""
    try:
        return disk.path_of(Path(settings.FEEDS_DIR), address).stat().st_size
    except OSError:
        return 0


def _in_json(body: bytes) -> dict[str, int]:
    items = json.loads(body)["items"]
    return {item["id"]: int(item.get("_republication", {}).get("version", 0)) for item in items}


def _in_xml(body: bytes, format: str) -> dict[str, int]:
    items = read_back(body).findall(_ITEMS[format])
    versions = [int(item.findtext(q("dcterms", "hasVersion")) or 0) for item in items]
    ids = [item.findtext(_IDS[format]) or "" for item in items]
    return dict(zip(ids, versions, strict=True))

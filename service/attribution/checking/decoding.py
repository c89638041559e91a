"""Bytes to text as a browser does it: byte order mark, then header, then <meta>, then a guess
(HTML standard §13.2.3.2)."""

import codecs
import re

_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{0,500}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_LOOKED_AT = 4096  # browsers look at 1,024; old sites put it later
# What these labels mean in a browser (Encoding standard §4.2); windows-1252 leaves five bytes undefined.
_MEANT = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254"}


def decoded(body: bytes, content_type: str = "") -> str:
    """Never raises; what can't be read becomes U+FFFD."""
    for mark, name in _MARKS.items():
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    name = _known(_in_header(content_type)) or _known(_in_meta(body)) or _guessed(body)
    return body.decode(name, "replace")


def _in_header(content_type: str) -> str:
    found = _CHARSET.search(content_type)
    return found[1] if found else ""


def _in_meta(body: bytes) -> str:
    """A <meta> that could be read is no UTF-16, whatever it says."""
    found = _META.search(body[:_LOOKED_AT])
    label = found[1].decode("ascii", "replace") if found else ""
    return "utf-8" if label.lower().startswith("utf-16") else label


def _known(label: str) -> str:
    try:
        codec = codecs.lookup(label)
    except (LookupError, ValueError):
        return ""
    text = bool(getattr(codec, "_is_text_encoding", True)) and codec.name not in ("idna", "punycode", "undefined")
    return _MEANT.get(codec.name, codec.name) if text else ""


def _guessed(body: bytes) -> str:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"

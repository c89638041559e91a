"""Addresses compared by where they lead, not by how they are spelt."""

import re
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

_TRACKING = re.compile(
    r"(utm_|mc_|pk_|mtm_|hsa_|at_|_hs|ns_).*|fbclid|gclid|dclid|msclkid|yclid|igshid|twclid|_ga|_gl|ref|ref_src|"
    r"source|src|cmpid|campaign|share|amp|outputtype|s|smid|partner|from",
)
_INDEX = re.compile(r"/index\.(html?|php|aspx?)$", re.IGNORECASE)
_AMP_CACHE = ".cdn.ampproject.org"
_WRAPPERS = {"google.com": ("q", "url"), "l.facebook.com": ("u",), "lm.facebook.com": ("u",), "t.umblr.com": ("z",)}
_MOST_WRAPPERS = 3


@lru_cache(maxsize=4096)
def normal(url: str, kept: bool = True) -> str:
    """Host, path and query that matter: no scheme, www, AMP, tracking or trailing slash. "" for what is
    no web address. With `kept` false the query goes altogether."""
    try:
        host, path, query = _led_to(url.strip())
    except ValueError:
        return ""
    if not host:
        return ""
    path = _INDEX.sub("/", quote(unquote(path), safe="/:@!$&'()*+,;=~-._"))
    path = re.sub(r"/amp/?$", "/", path).rstrip("/")
    wanted = sorted((name, value) for name, value in query if kept and not _TRACKING.fullmatch(name.lower()))
    return f"{host}{path}{'?' + urlencode(wanted) if wanted else ''}"


def same(one: str, other: str) -> bool:
    return bool(one) and normal(one) == normal(other) != ""


def host(url: str) -> str:
    return normal(url, kept=False).partition("/")[0]


def _led_to(url: str) -> tuple[str, str, list[tuple[str, str]]]:
    """Through AMP caches and wrappers that count clicks. Raises ValueError for a broken address."""
    for _ in range(_MOST_WRAPPERS):
        parts = urlsplit(url)
        name = _host(parts.hostname or "")
        query = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=200)
        if parts.scheme not in ("http", "https"):
            return "", "", []
        inner = _inside(name, parts, dict(query))
        if not inner:
            port = "" if parts.port in (None, 80, 443) else f":{parts.port}"
            return f"{name}{port}", parts.path, query
        url = inner
    return "", "", []


def _host(name: str) -> str:
    try:
        name = name.encode("idna").decode("ascii") if not name.isascii() else name
    except UnicodeError:
        return name
    return re.sub(r"^(www\d?|amp|m)\.(?=.+\.)", "", name.lower().rstrip("."))


def _inside(name: str, parts: SplitResult, query: dict[str, str]) -> str:
    if name.endswith(_AMP_CACHE):
        found = re.fullmatch(r"/[acvi](/s)?/(.+)", parts.path)
        return f"http{'s' if found[1] else ''}://{found[2]}?{parts.query}" if found else ""
    if name == "google.com" and parts.path.startswith("/amp/s/"):
        return f"https://{parts.path.removeprefix('/amp/s/')}?{parts.query}"
    if name == "google.com" and parts.path != "/url":
        return ""
    return next((query[key] for key in _WRAPPERS.get(name, ()) if query.get(key)), "")

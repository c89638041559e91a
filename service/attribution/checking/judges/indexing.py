"""Which of the two copies will a search engine show? rel=canonical to us and noindex are both recorded;
neither is a fault. (Google advises noindex for syndicated copies since 2023, and canonical no more.)"""

import re

from ..links import same
from ..locate import Place
from ..page import Page
from ..quotes import NONE, short
from ..values import Judgement, Original

_IN_HEADER = re.compile(r"<([^>]*)>\s*;[^,]*\brel\s*=\s*\"?canonical\b", re.IGNORECASE)
_MOST_OF_HEADER = 4096
_KEEP_OUT = re.compile(r"(?<![\w-])(noindex|none)(?![\w-])", re.IGNORECASE)


def judge(place: Place, original: Original) -> Judgement:
    canonicals, robots = _canonicals(place.page), _robots(place.page)
    recorded = short(f"canonical: {', '.join(canonicals) or NONE}; robots: {', '.join(robots) or NONE}")
    if any(same(url, original.attribution.original) for url in canonicals):
        return Judgement("indexing", "pass", "indexing_canonical", recorded)
    if any(_KEEP_OUT.search(rule) for rule in robots):
        return Judgement("indexing", "pass", "indexing_noindex", recorded)
    return Judgement("indexing", "unsure", "indexing_neither", recorded)


def _canonicals(page: Page) -> list[str]:
    links = (link for link in page.root.iter("link") if "canonical" in (link.get("rel") or "").lower().split())
    in_page = [(link.get("href") or "").strip() for link in links]
    return [*in_page, *_IN_HEADER.findall(page.headers.get("link", "")[:_MOST_OF_HEADER])]


def _robots(page: Page) -> list[str]:
    metas = (meta for meta in page.root.iter("meta") if (meta.get("name") or "").lower() in ("robots", "googlebot"))
    rules = [(meta.get("content") or "").strip() for meta in metas]
    return [rule for rule in [*rules, page.headers.get("x-robots-tag", "")] if rule]

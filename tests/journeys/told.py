"""What one article says of itself, parsed back out of each format by parsers that are not ours."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import feedparser
import lxml.html
from lxml import etree


@dataclass(frozen=True)
class Terms:
    byline: str
    original: str
    licence: str
    report: str
    donate: str


@dataclass(frozen=True)
class State:
    guid: str
    published: datetime
    updated: datetime
    version: int
    correction: str


def terms_in_html(copy: str) -> Terms:
    root = lxml.html.fromstring(f"<div>{copy}</div>")
    (licence,) = root.xpath("//a[@rel='license']/@href")
    (report,) = root.xpath("//a[starts-with(@href, 'mailto:')]/@href")
    top = next(block for block in root.iter("p") if "Originally" in block.text_content())
    return Terms(
        byline=top.text_content().partition(".")[0],
        original=top.xpath(".//a/@href")[0],
        licence=licence,
        report=mailbox(report),
        donate=root.xpath("//a/@href")[-1],
    )


def terms_in_xml(body: bytes) -> Terms:
    root = etree.fromstring(body)
    links = {link.get("rel"): link.get("href") or "" for link in root.iter("{http://www.w3.org/2005/Atom}link")}
    (entry,) = feedparser.parse(body).entries
    (citation,) = root.iter("{http://purl.org/dc/terms/}bibliographicCitation")
    return Terms(
        byline=(citation.text or "").rpartition(". ")[0],
        original=entry.link,
        licence=links["license"],
        report=mailbox(links["https://letters.cauce.example/rel/republication-report"]),
        donate=links["payment"],
    )


def terms_in_facts(facts: dict[str, Any]) -> Terms:
    return Terms(
        facts["byline"],
        facts["canonical_url"],
        facts["license"]["url"],
        facts["report"]["email"],
        facts["donate_url"],
    )


def terms_in_ninjs(line: bytes) -> Terms:
    item = json.loads(line)
    contacts = {contact["role"]: contact["value"] for contact in item["infoSources"][0]["contactInfo"]}
    (canonical,) = [one["value"] for one in item["altIds"] if one["role"] == "canonical"]
    licence = item["rightsInfo"]["linkedRights"]
    return Terms(item["by"], canonical, licence, contacts["republication-report"], contacts["donate"])


def terms_in_words(copy: str) -> Terms:
    """Addresses stand in the order in which they are read."""
    byline = re.search(r"By [^.]*", copy)
    report = re.search(r"[\w.]+@[\w.]+\w", copy)
    addresses = re.findall(r"https://[^\s>]+", copy)
    assert byline
    assert report
    assert addresses.count(addresses[0]) == 2
    return Terms(byline[0], addresses[0], addresses[1], report[0], addresses[-1])


def state_in_xml(body: bytes) -> State:
    (entry,) = feedparser.parse(body).entries
    (version,) = etree.fromstring(body).iter("{http://purl.org/dc/terms/}hasVersion")
    days = [datetime(*found[:6], tzinfo=UTC) for found in (entry.published_parsed, entry.updated_parsed)]
    told = re.search(r"Correction: ([^<]*)", entry.content[0].value)
    note = told[1] if told and entry.title.startswith("CORRECTED: ") else ""
    return State(entry.id, *days, int(version.text or ""), note)


def state_in_json(body: bytes) -> State:
    (item,) = json.loads(body)["items"]
    told = item["_republication"]
    days = [datetime.fromisoformat(item[name]) for name in ("date_published", "date_modified")]
    note = told["corrections"][0]["note"] if told["status"] == "corrected" else ""
    return State(item["id"], *days, told["version"], note)


def state_in_ninjs(line: bytes) -> State:
    item = json.loads(line)
    days = [datetime.fromisoformat(item[name]) for name in ("firstCreated", "versionCreated")]
    note = item["edNote"].partition(" Please")[0] if item["pubStatus"] == "usable" else ""
    return State(item["uri"], *days, int(item["version"]), note)


def mailbox(link: str) -> str:
    return link.removeprefix("mailto:").partition("?")[0]


def _feed(body: bytes) -> dict[str, Any]:
    (item,) = json.loads(body)["items"]
    return dict(item)


TERMS_IN: dict[str, Callable[[bytes], Terms]] = {
    "rss": terms_in_xml,
    "atom": terms_in_xml,
    "json": lambda body: terms_in_facts(_feed(body)["_republication"]),
    "ndjson": terms_in_ninjs,
}
TEXT_IN: dict[str, Callable[[bytes], str]] = {
    "rss": lambda body: str(feedparser.parse(body).entries[0].content[0].value),
    "atom": lambda body: str(feedparser.parse(body).entries[0].content[0].value),
    "json": lambda body: str(_feed(body)["content_html"]),
    "ndjson": lambda body: str(json.loads(body)["bodies"][0]["value"]),
}
TERMS_IN_COPY: dict[str, Callable[[str], Terms]] = {
    "html": terms_in_html,
    "txt": terms_in_words,
    "md": terms_in_words,
    "json": lambda copy: terms_in_facts(json.loads(copy)["attribution"]),
}
STATE_IN: dict[str, Callable[[bytes], State]] = {
    "rss": state_in_xml,
    "atom": state_in_xml,
    "json": state_in_json,
    "ndjson": state_in_ninjs,
}

"""IPTC ninjs 3.1: one object per article, and lists of them as a line each (NDJSON). A line stands alone."""

import json
import re
from html import unescape
from typing import Any

from service.attribution.rules import Attribution

from ..rules import Category, Document, Gone, Item
from .objects import Object, dump, filled

STANDARD = {"name": "ninjs", "version": "3.1", "schema": "https://www.iptc.org/std/ninjs/ninjs-schema_3.1.json"}
WITHHELD = "withheld"  # not cancelled: the newsroom stands by it, this list has it no more
_TAG = re.compile("<[^>]*>")
# Some readers of lines end one at these, which JSON lets stand unescaped.
_LINE_END = re.compile("[\x85\u2028\u2029]")


def write(document: Document) -> bytes:
    """The articles, then what the list held and holds no more."""
    lines = [one(document, item) for item in document.items] + [_line(_gone(one)) for one in document.gone]
    return b"".join(line + b"\n" for line in lines)


def one(document: Document, item: Item) -> bytes:
    return _line(_article(document, item))


def count(body: bytes) -> int:
    return sum(json.loads(line)["pubStatus"] != WITHHELD for line in body.splitlines())


def _line(told: Object) -> bytes:
    return _LINE_END.sub(lambda mark: f"\\u{ord(mark[0]):04x}", dump(told).decode()).encode()


def _gone(one: Gone) -> Object:
    moment = one.at.isoformat()
    return {"uri": one.guid, "standard": STANDARD, "type": "text", "versionCreated": moment, "pubStatus": WITHHELD}


def _article(document: Document, item: Item) -> Object:
    told = item.attribution
    withdrawn = item.status == "withdrawn"
    return filled(
        uri=item.guid,
        standard=STANDARD,
        type="text",
        representationType="full" if item.whole and not withdrawn else "partial",
        version=str(item.version),
        firstCreated=item.published.isoformat(),
        contentCreated=item.published.isoformat(),
        versionCreated=item.updated.isoformat(),
        embargoedUntil=item.embargoed_until.isoformat() if item.embargoed_until else "",
        pubStatus="canceled" if withdrawn else "usable",
        language=item.language,
        title=item.title,
        headlines=[{"role": "main", "contentType": "text/plain", "value": item.title}],
        descriptions=[{"role": "summary", "contentType": "text/plain", "value": item.summary}],
        bodies=_bodies(item),
        people=[{"name": name, "rel": "author"} for name in item.authors if name != document.organisation],
        organisations=[{"name": document.organisation, "rel": "publisher", "uri": document.home_url}],
        places=[_place(one) for one in item.categories if one.about == "country"],
        subjects=[_subject(one) for one in item.categories if one.about == "topic"],
        genres=[_subject(one) for one in item.categories if one.about == "kind"],
        copyrightHolder=document.organisation,
        copyrightNotice=document.rights,
        rightsInfo={"linkedRights": document.licence_url},
        altIds=[{"role": "canonical", "value": item.url}, {"role": "key", "value": item.key}],
        renditions=[{"name": "web", "href": item.url, "contentType": "text/html"}],
        associations=[*_translations(item), *_pictures(document, item)],
        **(_attributed(document, item, told) if told else {}),
    )


def _attributed(document: Document, item: Item, told: Attribution) -> Object:
    reports = {"type": "email", "role": "republication-report", "value": told.report_mailbox}
    donations = [{"type": "url", "role": "donate", "value": told.ask.url}] if told.ask.url else []
    originator = {"name": told.organisation, "role": "originator", "uri": document.home_url}
    contacts = [{**contact, "lang": told.language} for contact in (reports, *donations)]
    return {
        "by": told.byline,
        "usageTerms": " ".join([told.conditions, told.requests, told.licence_url, told.original, told.report_mailbox]),
        "edNote": " ".join([*(note.text for note in item.notes if note.text), told.requests]),
        "infoSources": [{**originator, "contactInfo": contacts}],
    }


def _bodies(item: Item) -> list[Object]:
    words = unescape(_TAG.sub(" ", item.content)).split()
    if not words:
        return []
    counted = {"wordCount": len(words), "charCount": len(" ".join(words))}
    return [{"role": "main", "contentType": "text/html", **counted, "value": item.content}]


def _place(country: Category) -> Object:
    return {"name": country.label, "rel": "about", "literal": country.term}


def _subject(category: Category) -> dict[str, Any]:
    return {"name": category.label, "uri": f"{category.scheme}{category.term}/", "literal": category.term}


def _translations(item: Item) -> list[Object]:
    return [
        {
            "name": f"translation-{twin.language}",
            "rel": "translation",
            "uri": twin.id or twin.url,
            "type": "text",
            "language": twin.language,
            "title": twin.title,
            "renditions": [{"name": "web", "href": twin.url, "contentType": "text/html"}],
        }
        for twin in item.translations
    ]


def _pictures(document: Document, item: Item) -> list[Object]:
    shown = item.picture
    if shown is None:
        return []
    file = filled(name="original", href=shown.url, contentType=shown.type)
    if shown.width and shown.height:
        file = {**file, "width": shown.width, "height": shown.height}
    described = [{"role": "alt", "contentType": "text/plain", "value": shown.alt}] if shown.alt else []
    return [
        filled(
            name="lead",
            rel="picture",
            uri=shown.url,
            type="picture",
            by=shown.credit,
            descriptions=described,
            usageTerms=document.rights,
            rightsInfo={"linkedRights": document.licence_url},
            renditions=[file],
        )
    ]

"""JSON Feed 1.1 (jsonfeed.org/version/1.1). `_republication` is our extension: whose an item is, on what
terms it may be used, and what became of it; for the whole feed, what it held and holds no more."""

import json
from hashlib import sha256

from service.attribution.formats.facts import facts

from ..rules import Document, Item
from .objects import Object, dump, filled

_VERSION = "https://jsonfeed.org/version/1.1"


def write(document: Document) -> bytes:
    hubs = [{"type": "WebSub", "url": document.hub}] if document.hub else []
    organisation = {"name": document.organisation, "url": document.home_url}
    head = filled(
        version=_VERSION,
        title=document.title,
        home_page_url=document.home_url,
        feed_url=document.self_url,
        description=document.description,
        next_url=document.older,
        icon=document.icon,
        favicon=document.icon,
        authors=[organisation],
        author=organisation,
        language=document.language,
        hubs=hubs,
        _republication=_terms(document),
    )
    return dump({**head, "items": [_item(document, item) for item in document.items]})


def count(body: bytes) -> int:
    return len(json.loads(body)["items"])


def _item(document: Document, item: Item) -> Object:
    names = [{"name": name} for name in document.names(item)]
    return filled(
        id=item.guid,
        url=item.url,
        title=item.title,
        content_html=item.content,
        content_text="" if item.content else item.summary,
        summary=item.summary,
        image=item.picture.url if item.picture else "",
        date_published=item.published.isoformat(),
        date_modified=item.updated.isoformat(),
        authors=names,
        author=names[0],  # of version 1.0: many readers look nowhere else
        tags=[category.label for category in item.categories],
        language=item.language,
        _republication=_republication(document, item),
    )


def _terms(document: Document) -> Object:
    return filled(
        about=document.report_relation,
        license={"url": document.licence_url},
        report={"email": document.republication},
        donate_url=document.donate_url,
        gone=[{"id": one.guid, "at": one.at.isoformat()} for one in document.gone],
    )


def _republication(document: Document, item: Item) -> Object:
    if item.attribution is None:
        return {}
    picture = item.picture
    return {
        **facts(item.attribution),
        "version": item.version,
        "status": item.status,
        "content_sha256": sha256(item.content.encode()).hexdigest(),
        "corrections": [{"at": note.at.isoformat(), "note": note.text} for note in item.notes],
        "translations": [{"lang": twin.language, "id": twin.id, "url": twin.url} for twin in item.translations],
        "images": [{"url": picture.url, "license": document.licence_url, "may_republish": True}] if picture else [],
    }

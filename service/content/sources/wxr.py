"""A WordPress export (WXR 1.2): a file of any size, read as a stream, in flat memory.

Published posts come in; drafts, pages and menu items stay out; a post that the export calls private,
trashed or a draft is gone if we had it. Entities are never resolved and nothing is fetched.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import BinaryIO

from lxml import etree

from ..rules.drafts import Draft, Gone, Item, Person, Picture, Place, Portion, SourceTrouble, Term, Unreadable
from ..rules.places import slugify

PORTION = 50
_PROLOGUE_BYTES = 65536
_WP = re.compile(r"\{https?://wordpress\.org/export/[\d.]+/\}")
_EXCERPT = re.compile(r"\{https?://wordpress\.org/export/[\d.]+/excerpt/\}")
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_SHORTCODE = re.compile(r"\[/?(caption|gallery|embed|audio|video|playlist)[^\]]*\]")


def read(place: Place, now: datetime) -> Iterator[Portion]:
    """Two passes: attachments and authors first, since a post names its picture by id."""
    path = Path(place.address)
    if not path.is_file():
        raise SourceTrouble(f"{path} is not a file. Name the .xml file that WordPress exported.")
    names, pictures, language = _first_pass(path)
    waiting: list[Item] = []
    for fields in _items(path):
        if fields.get("post_type") != "post":
            continue
        waiting.append(_item(fields, names, pictures, language or place.language, place))
        if len(waiting) >= PORTION:
            yield Portion(tuple(waiting))
            waiting = []
    yield Portion(tuple(waiting))


class _Fields(dict[str, str]):
    """One <item>, flat: `wp:post_id` is post_id, `content:encoded` is body; with its lists beside."""

    def __init__(self) -> None:
        super().__init__()
        self.terms: list[Term] = []
        self.meta: dict[str, str] = {}


def _first_pass(path: Path) -> tuple[dict[str, str], dict[str, str], str]:
    names: dict[str, str] = {}
    pictures: dict[str, str] = {}
    language, seen_items = "", 0
    for element in _elements(path):
        tag = _WP.sub("wp:", element.tag)
        if tag == "wp:author":
            login = element.findtext("{*}author_login") or ""
            names[login] = element.findtext("{*}author_display_name") or login
        elif tag == "language" and not language:
            language = (element.text or "")[:2].lower()
        elif tag == "item":
            seen_items += 1
            if element.findtext("{*}post_type") == "attachment":
                pictures[element.findtext("{*}post_id") or ""] = element.findtext("{*}attachment_url") or ""
    if not seen_items:
        raise SourceTrouble(f"{path} is not a WordPress export, or an empty one: it holds no item.")
    return names, pictures, language


def _items(path: Path) -> Iterator[_Fields]:
    for element in _elements(path):
        if element.tag == "item":
            yield _flat(element)


def _elements(path: Path) -> Iterator[etree._Element]:
    """Each <item>, <wp:author> and <language> as it closes; what was read is let go at once."""
    with path.open("rb") as stream:
        try:
            events = etree.iterparse(
                _Clean(stream),
                events=("end",),
                recover=True,
                huge_tree=True,
                resolve_entities=False,
                no_network=True,
                load_dtd=False,
            )
            for _, element in events:
                tag = element.tag if isinstance(element.tag, str) else ""
                if tag in ("item", "language") or tag.endswith("}author"):
                    yield element
                if tag == "item" or tag.endswith("}author"):
                    element.clear()
                    while element.getprevious() is not None:
                        del element.getparent()[0]
        except etree.XMLSyntaxError as error:
            raise SourceTrouble(f"{path} is not a WordPress export ({error}).") from error


class _Clean:
    """Bytes without the control characters that XML 1.0 (§2.2) forbids: WordPress exports them, and
    a parser that recovers from one loses the text after it. A document type, which no export has, goes
    too, and with it every entity that somebody may have defined."""

    _FORBIDDEN = bytes(set(range(32)) - {9, 10, 13})
    _DOCTYPE = re.compile(rb"<!DOCTYPE[^\[>]*(\[.*?\]\s*)?>", re.DOTALL)

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._started = False

    def read(self, size: int = -1) -> bytes:
        chunk = self._stream.read(size if self._started else max(size, _PROLOGUE_BYTES))
        if not self._started:
            chunk = self._DOCTYPE.sub(b"", chunk, count=1)
        self._started = True
        return chunk.translate(None, self._FORBIDDEN)


def _flat(item: etree._Element) -> _Fields:
    fields = _Fields()
    for child in item:
        if not isinstance(child.tag, str):
            continue
        text = "".join(str(piece) for piece in child.itertext()) if len(child) else (child.text or "")
        tag = _EXCERPT.sub("excerpt:", _WP.sub("", child.tag))
        if tag == "category":
            taxonomy = {"category": "category", "post_tag": "tag"}.get(child.get("domain", ""))
            if taxonomy:
                fields.terms.append(Term(taxonomy, child.get("nicename") or slugify(text), text))
        elif tag == "postmeta":
            key = child.findtext("{*}meta_key") or ""
            fields.meta[key] = child.findtext("{*}meta_value") or ""
        elif tag == f"{_CONTENT}encoded":
            fields["body"] = text
        elif tag == "excerpt:encoded":
            fields["standfirst"] = text
        elif tag == f"{_DC}creator":
            fields["creator"] = text
        else:
            fields[tag] = text
    return fields


def _item(fields: _Fields, names: dict[str, str], pictures: dict[str, str], language: str, place: Place) -> Item:
    external_id, title = fields.get("post_id", ""), fields.get("title", "")
    if not external_id:
        return Unreadable(title[:300] or "a post", title, "The export gives it no post id.")
    if fields.get("status") != "publish" or fields.get("post_password"):
        closed = "behind a password" if fields.get("post_password") else fields.get("status", "not published")
        return Gone(external_id, f"the export calls it {closed}")
    creator = fields.get("creator", "")
    picture = pictures.get(fields.meta.get("_thumbnail_id", ""), "")
    return Draft(
        external_id=external_id,
        guid=fields.get("guid", ""),
        url=fields.get("link", ""),
        language=_language(fields.get("link", ""), language, place),
        title=title,
        standfirst=fields.get("standfirst", ""),
        body=paragraphed(_SHORTCODE.sub("", fields.get("body", ""))),
        authors=(Person(slugify(creator), names.get(creator, creator)),) if creator else (),
        terms=tuple(fields.terms),
        picture=Picture(picture) if picture else None,
        published=_moment(fields.get("post_date_gmt", ""), fields.get("pubDate", "")),
        change=fields.meta.get("byline_change", ""),
        note=fields.meta.get("byline_note", ""),
    )


def paragraphed(body: str) -> str:
    """Classic posts leave paragraphs to blank lines; WordPress adds the tags when it shows them."""
    body = body.replace("\r\n", "\n")
    if "<!-- wp:" in body or "<p>" in body or "<p " in body:
        return body
    blocks = [block.strip() for block in re.split(r"\n\s*\n", body) if block.strip()]
    return "\n".join(
        block
        if re.match(r"<(h\d|ul|ol|table|blockquote|div|figure|pre|hr|!--)", block, re.IGNORECASE)
        else "<p>" + block.replace("\n", "<br>\n") + "</p>"
        for block in blocks
    )


def _language(link: str, told: str, place: Place) -> str:
    """By the article's path, then the export's own language, then the source's."""
    by_path = place.language_of(link)
    return told if by_path == place.language and told in place.languages else by_path


def _moment(gmt: str, published: str) -> datetime | None:
    """`post_date_gmt`, else `pubDate`; WordPress writes zeros or a year below 0 where it has none."""
    try:
        if gmt and not gmt.startswith("0000"):
            return datetime.fromisoformat(gmt).replace(tzinfo=UTC)
        return parsedate_to_datetime(published).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None

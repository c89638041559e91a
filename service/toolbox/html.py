"""HTML from strangers: cleaned once at the door, then safe to put into any copy.

Order matters: the site's furniture is taken out and lazy-loaded pictures are resolved on the parsed
tree, then nh3's allow list has the last word. The result is stable: cleaning it again changes nothing.
"""

import html as entities
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain
from urllib.parse import urljoin, urlsplit

import lxml.html
import nh3
from cssselect import HTMLTranslator, SelectorError
from lxml.cssselect import CSSSelector
from lxml.etree import iterwalk
from lxml.html import HtmlElement
from markupsafe import escape

from .errors import ServiceError

MOST_LEVELS = 200

_TAGS = {
    *("a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "dd", "del", "dl", "dt", "em"),
    *("figcaption", "figure", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "li", "ol", "p"),
    *("pre", "q", "s", "small", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead"),
    *("tr", "u", "ul"),
}
_ATTRIBUTES = {
    "*": {"lang", "dir"},
    "a": {"href", "title", "hreflang"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "ol": {"start"},
}
_CONTENT_GOES_TOO = {
    *("applet", "button", "canvas", "form", "frameset", "head", "math", "noembed", "noframes", "noscript"),
    *("object", "script", "select", "style", "svg", "template", "textarea", "title"),
}
# Boxes that the site lays its page out with: they go, and the text in them stays in paragraphs.
_BOXES = {
    *("address", "article", "aside", "center", "details", "div", "fieldset", "footer", "header", "hgroup"),
    *("main", "nav", "section", "summary"),
}
_BLOCKS = {
    *("blockquote", "dd", "dl", "dt", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li"),
    *("ol", "p", "pre", "table", "td", "th", "tr", "ul"),
    *_BOXES,
}
_LAZY_SOURCES = ("data-src", "data-lazy-src", "data-original", "data-orig-file", "data-lazy")
_LAZY_SETS = ("data-srcset", "data-lazy-srcset", "srcset")
_EMBEDS = ("iframe", "video", "audio", "embed")
_PIXEL = re.compile(r"\s*[01](px)?\s*")
_PIXEL_STYLE = re.compile(r"(?<![-\w])(width|height):[01](px)?(;|$)")
_PASSES = 6
_CHARACTER_NUMBER = re.compile(r"&#(?:x[0-9a-f]+|[0-9]+);?", re.IGNORECASE)

# What XML 1.0 (§2.2) can't carry or discourages, and lone surrogates: one makes a whole feed unreadable.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
# Invisible marks that turn text round (bidi controls): harmless in a body, a trick in a line.
_INVISIBLE = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")


class TooDeep(ServiceError):
    """Elements within elements beyond any reason: parsers lose text there, or never come back."""


def printable(text: str) -> str:
    """The text without what XML can't carry."""
    return _FORBIDDEN.sub("", text)


def one_line(text: str) -> str:
    """Fit for a title or a header: no line ends, no controls, single blanks."""
    return " ".join(_INVISIBLE.sub("", printable(text)).split())


def check_selectors(selectors: Iterable[str]) -> list[str]:
    """Those that are not CSS, so that newsroom.toml can be refused with their names."""
    bad = []
    for selector in selectors:
        try:
            HTMLTranslator().css_to_xpath(selector)
        except SelectorError:
            bad.append(selector)
    return bad


def clean(html: str, base_url: str, strip_selectors: Iterable[str] = (), headings: Iterable[str] = ()) -> str:
    """Safe HTML with absolute links. `headings` are lines that stay headings however they were set.
    Raises TooDeep."""
    selectors, lines = tuple(strip_selectors), {_folded(heading) for heading in headings}
    # nh3 reads as browsers do: what it moves (a figure out of a paragraph) leaves empty or loose ends.
    for _ in range(_PASSES):
        before, html = html, _cleaned(html, base_url, selectors, lines)
        if html == before:
            break
    return html


def paragraphs(html: str) -> list[str]:
    """The visible text, a string per block, in reading order. Raises TooDeep."""
    if not html.strip():
        return []
    out = [""]
    for piece, starts_block in _pieces(_parse(html)):
        if starts_block:
            out.append("")
        out[-1] += piece
    return [line for line in (" ".join(block.split()) for block in out) if line]


def text(html: str) -> str:
    return "\n\n".join(paragraphs(html))


def excerpt(html: str, words: int) -> str:
    """The beginning as one plain line, cut at a word with an ellipsis."""
    every = " ".join(paragraphs(html)).split()
    return " ".join(every[:words]) + ("…" if len(every) > words else "")


def first_paragraph(html: str) -> str:
    """The first real paragraph: a heading, a caption or a table is none."""
    return next((" ".join(p.text_content().split()) for p in _real_paragraphs(html)), "")


def opening(html: str, blocks: int) -> str:
    """The first `blocks` paragraphs, as HTML."""
    return "\n".join([_outer(p) for p in _real_paragraphs(html)][:blocks])


def without_pictures(html: str, allowed: Iterable[str] = ()) -> str:
    """The same text; of its pictures only those whose rights are known to allow it. A caption goes
    with its picture."""
    root = _parse(html)
    kept = set(allowed)
    for picture in list(root.iter("img")):
        if picture.get("src") not in kept:
            figure = next(picture.iterancestors("figure"), None)
            _drop(picture)
            if figure is not None and not figure.xpath(".//img|.//p|.//table|.//blockquote|.//pre|.//ul|.//ol"):
                _drop(figure)
    _drop_empty(root)
    return _inner(root).strip()


def is_web_address(url: str) -> bool:
    """An absolute http or https address, fit to be linked to: no blanks, no name and password in it."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    plain = not re.search(r"[\s<>\"\\]", url) and printable(url) == url
    return plain and parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None


def _cleaned(html: str, base_url: str, selectors: tuple[str, ...], headings: set[str]) -> str:
    if not html.strip():
        return ""
    root = _parse(html)
    for selector in selectors:
        for element in _selector(selector)(root):
            _drop(element)
    _fill_from_noscript(root)
    _drop_unseen(root)
    _link_embeds(root, base_url)
    _absolute(root, base_url)
    _resolve_pictures(root, base_url)
    _raise_headings(root, headings)
    _set_in_paragraphs(root)
    _drop_empty(root)
    safe = nh3.clean(
        _inner(root),
        tags=_TAGS,
        clean_content_tags=_CONTENT_GOES_TOO,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
    )
    return _without_blank_lines(printable(safe)).strip()


def _parse(html: str) -> HtmlElement:
    """Its <body>. Raises TooDeep."""
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    spelled = _CHARACTER_NUMBER.sub(_allowed, printable(html))
    framed = f"<!doctype html><html><body>{spelled}</body></html>"
    document = lxml.html.document_fromstring(framed.encode(), parser=parser)
    levels = 0
    for event, _ in iterwalk(document, events=("start", "end")):
        levels += 1 if event == "start" else -1
        if levels > MOST_LEVELS:
            raise TooDeep(f"Its text is nested more than {MOST_LEVELS} levels deep. Is it pasted from a program?")
    bodies = document.findall("body")
    return bodies[0] if len(bodies) == 1 else document


def _allowed(number: re.Match[str]) -> str:
    """ "&#1;" is a control character in disguise."""
    meant = entities.unescape(number[0])
    return number[0] if meant and printable(meant) == meant else ""


@lru_cache(maxsize=256)
def _selector(selector: str) -> CSSSelector:
    return CSSSelector(selector, translator="html")


def _inner(root: HtmlElement) -> str:
    return str(escape(root.text or "")) + "".join(_outer(child, tail=True) for child in root)


def _outer(element: HtmlElement, tail: bool = False) -> str:
    return str(lxml.html.tostring(element, encoding="unicode", with_tail=tail))


def _drop(element: HtmlElement) -> None:
    if element.getparent() is not None:
        element.drop_tree()


def _replace(element: HtmlElement, by: HtmlElement) -> None:
    parent = element.getparent()
    if parent is not None:
        by.tail = element.tail
        parent.replace(element, by)


def _fill_from_noscript(root: HtmlElement) -> None:
    """Some lazy loaders keep the real picture for readers without JavaScript only."""
    for spare in list(root.iter("noscript")):
        real, shown = spare.find(".//img"), spare.getprevious()
        if real is not None and shown is not None and shown.tag == "img" and not _real_source(shown):
            shown.set("src", real.get("src", ""))


def _drop_unseen(root: HtmlElement) -> None:
    """What a browser would not show either, and what no copy may bring along."""
    for element in list(root.iter()):
        hidden = element.get("hidden") is not None or "display:none" in _style(element)
        if hidden or element.tag in _CONTENT_GOES_TOO:
            _drop(element)


def _style(element: HtmlElement) -> str:
    return "".join(element.get("style", "").lower().split())


def _real_source(picture: HtmlElement) -> str:
    """The address that is meant once everything has loaded; "" for a placeholder."""
    lazy = (picture.get(name) for name in _LAZY_SOURCES)
    listed = (_largest(picture.get(name, "")) for name in _LAZY_SETS)
    plain = picture.get("src", "").strip()
    found = chain(lazy, [plain], listed)
    return next((source for source in found if source and not source.lower().startswith("data:")), "")


def _largest(srcset: str) -> str:
    """The last of a srcset: sites list them small to large."""
    entries = [entry.split() for entry in srcset.split(", ")]
    return entries[-1][0] if entries[-1] else ""


def _resolve_pictures(root: HtmlElement, base_url: str) -> None:
    """Real addresses for lazy-loaded pictures; no placeholders, no counting pixels."""
    for picture in list(root.iter("img")):
        source = _joined(base_url, _real_source(picture))
        tiny = [name for name in ("width", "height") if _PIXEL.fullmatch(picture.get(name, ""))]
        if tiny or _PIXEL_STYLE.search(_style(picture)) or not is_web_address(source):
            _drop(picture)
            continue
        picture.set("src", source)
        picture.set("alt", " ".join(picture.get("alt", "").split()))
        for name in ("width", "height"):
            if not re.fullmatch(r"\d{1,5}", picture.get(name, "1")):
                del picture.attrib[name]


def _link_embeds(root: HtmlElement, base_url: str) -> None:
    """What plays or runs elsewhere becomes a figure with a link to it."""
    for embed in list(root.iter(*_EMBEDS)):
        source = embed.get("data-src") or embed.get("src") or next(iter(embed.xpath("source/@src")), "")
        address = _joined(base_url, str(source))
        if not is_web_address(address) or _PIXEL.fullmatch(embed.get("width", "")):
            _drop(embed)
            continue
        label = " ".join(embed.get("title", "").split()) or urlsplit(address).hostname
        link = f'<a href="{escape(address)}">{escape(label)}</a>'
        in_figure = next(embed.iterancestors("figure"), None) is not None
        wrapped = f"<p>{link}</p>" if in_figure else f"<figure><p>{link}</p></figure>"
        _replace(embed, lxml.html.fragment_fromstring(wrapped))


def _raise_headings(root: HtmlElement, headings: set[str]) -> None:
    for heading in list(root.iter("h1")):
        heading.tag = "h2"
    for block in list(root.iter("p", "div")):
        if _folded(block.text_content()) in headings:
            fresh = lxml.html.fragment_fromstring(f"<h2>{escape(' '.join(block.text_content().split()))}</h2>")
            _replace(block, fresh)


def _folded(line: str) -> str:
    return " ".join(line.split()).casefold().rstrip(":")


def _absolute(root: HtmlElement, base_url: str) -> None:
    for link in root.iter("a"):
        if link.get("href") is not None:
            link.set("href", _joined(base_url, link.get("href")))


def _joined(base_url: str, address: str) -> str:
    """Absolute, with its blanks written as %20; "" where nothing can be made of it."""
    try:
        return urljoin(base_url, address.strip()).replace(" ", "%20") if address.strip() else ""
    except ValueError:
        return ""


def _set_in_paragraphs(root: HtmlElement) -> None:
    """Text that stands loose in a box: without the box, it would run into what comes next."""
    for box in [root, *root.iter(*_BOXES)]:
        _wrap_loose(box)


def _wrap_loose(box: HtmlElement) -> None:
    current: HtmlElement | None = None
    if (box.text or "").strip():
        current = _new_paragraph(box, 0, box.text)
        box.text = None
    for child in list(box):
        if child is current:
            continue
        if _is_block(child):
            current = None
            if (child.tail or "").strip():
                current = _new_paragraph(box, box.index(child) + 1, child.tail)
                child.tail = None
            continue
        if current is None:
            current = _new_paragraph(box, box.index(child), None)
        current.append(child)


def _new_paragraph(box: HtmlElement, place: int, text: str | None) -> HtmlElement:
    paragraph = lxml.html.Element("p")
    paragraph.text = text
    box.insert(place, paragraph)
    return paragraph


def _is_block(element: HtmlElement) -> bool:
    return next(element.iter(*_BLOCKS), None) is not None


def _drop_empty(root: HtmlElement) -> None:
    for tag in ("a", "figcaption", "figure", "li", "ul", "ol", "p", "h2", "h3", "h4"):
        for element in list(root.iter(tag)):
            shows_something = next(element.iter("img", "hr", "table"), None) is not None
            if not shows_something and not element.text_content().replace("\xa0", " ").strip():
                _drop(element)


def _without_blank_lines(html: str) -> str:
    parts = re.split(r"(<pre.*?</pre>)", html.replace("\r", ""), flags=re.DOTALL)
    return "".join(part if part.startswith("<pre") else re.sub(r"\n\s*\n", "\n", part) for part in parts)


def _real_paragraphs(html: str) -> Iterator[HtmlElement]:
    for p in _parse(html).iter("p"):
        if p.text_content().strip() and next(p.iterancestors("figure", "table"), None) is None:
            yield p


def _pieces(root: HtmlElement) -> Iterator[tuple[str, bool]]:
    """Pieces of visible text with: does a new block start here?"""
    for element in list(root.iter(*_CONTENT_GOES_TOO)):
        _drop(element)
    for event, element in iterwalk(root, events=("start", "end")):
        block = element.tag in _BLOCKS or element.tag == "br"
        yield ((element.text if event == "start" else element.tail) or "", block)

"""HTML from strangers: cleaned once at the door, then safe to put into any copy.

Order matters: the site's furniture is taken out and lazy-loaded pictures are resolved on the
parsed tree, then nh3's allow list has the last word. The result is stable: cleaning it again
changes nothing.
"""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urljoin, urlsplit

import lxml.html
import nh3
from cssselect import HTMLTranslator, SelectorError
from lxml.html import HtmlElement
from markupsafe import escape

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
_CONTENT_GOES_TOO = {"script", "style", "noscript", "template", "form", "svg", "math", "object", "select"}
_BLOCKS = {
    *("blockquote", "dd", "dt", "figcaption", "h1", "h2", "h3", "h4", "h5", "h6", "li", "p", "pre", "td"),
    *("th", "div", "br", "hr", "tr"),
}
_LAZY_SOURCES = ("data-src", "data-lazy-src", "data-original", "data-orig-file")
_EMBEDS = ("iframe", "video", "audio", "embed")

# What XML 1.0 (§2.2) can't carry, and lone surrogates: one of them makes a whole feed unreadable.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# Invisible marks that turn text round (bidi controls): harmless in a body, a trick in a line.
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff]")


def printable(text: str) -> str:
    """The text without what XML can't carry."""
    return _FORBIDDEN.sub("", text)


def one_line(text: str) -> str:
    """Fit for a title or a header: no line ends, no controls, single blanks."""
    return " ".join(_INVISIBLE.sub(" ", printable(text.replace("\x00", ""))).split())


def many_lines(text: str) -> str:
    """Fit for paragraphs: line ends as Unix has them, no controls, no blanks round it."""
    ends = re.sub("\r\n|[\r\u2028\u2029]", "\n", text)
    return _INVISIBLE.sub("", printable(ends)).strip()


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
    """Safe HTML with absolute links. `headings` are lines that stay headings however they were set."""
    if not html.strip():
        return ""
    root = _parse(printable(html))
    for selector in strip_selectors:
        for element in root.cssselect(selector):
            _drop(element)
    _resolve_pictures(root)
    _link_embeds(root)
    _raise_headings(root, {_folded(heading) for heading in headings})
    _absolute(root, base_url)
    _drop_empty(root)
    safe = nh3.clean(
        _inner(root),
        tags=_TAGS,
        clean_content_tags=_CONTENT_GOES_TOO,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
    )
    return re.sub(r"\n\s*\n+", "\n", safe).strip()


def paragraphs(html: str) -> list[str]:
    """The visible text, a string per block, in reading order."""
    if not html.strip():
        return []
    out = [""]
    for piece, starts_block in _walk(_parse(html)):
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
    """The first real paragraph: a heading or a caption is none."""
    root = _parse(html or "<p></p>")
    texts = (" ".join(p.text_content().split()) for p in root.iter("p"))
    return next((line for line in texts if line), "")


def opening(html: str, blocks: int) -> str:
    """The first `blocks` paragraphs, as HTML."""
    found = [_outer(p) for p in _parse(html or "<p></p>").iter("p") if p.text_content().strip()]
    return "\n".join(found[:blocks])


def without_pictures(html: str, allowed: Iterable[str] = ()) -> str:
    """The same text; of its pictures only those whose rights are known to allow it."""
    root = _parse(html or "<p></p>")
    kept = set(allowed)
    for picture in list(root.iter("img")):
        if picture.get("src") not in kept:
            _drop(picture)
    _drop_empty(root)
    return _inner(root).strip()


def without_links_elsewhere(html: str, hosts: Iterable[str]) -> str:
    """The same words; of its links only those to one of the hosts, and to mail or call somebody."""
    root = _parse(html or "<p></p>")
    known = set(hosts)
    for link in list(root.iter("a")):
        if leads_elsewhere(link.get("href") or "", known):
            link.drop_tag()
    return _inner(root).strip()


def leads_elsewhere(url: str, hosts: Iterable[str]) -> bool:
    try:
        parts = urlsplit(url.strip())
        return parts.scheme not in ("mailto", "tel") and (parts.hostname or "") not in hosts
    except ValueError:
        return True


def is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None


def _parse(html: str) -> HtmlElement:
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True)
    return lxml.html.fragment_fromstring(html.encode(), create_parent="div", parser=parser)


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


def _resolve_pictures(root: HtmlElement) -> None:
    """Real addresses for lazy-loaded pictures; no placeholders, no counting pixels."""
    for picture in list(root.iter("img")):
        real = next((picture.get(name) for name in _LAZY_SOURCES if picture.get(name)), None)
        if real:
            picture.set("src", real)
        placeholder = not picture.get("src") or picture.get("src", "").startswith("data:")
        pixel = picture.get("width") in ("0", "1") or picture.get("height") in ("0", "1")
        if placeholder or pixel:
            _drop(picture)
        elif picture.get("alt") is None:
            picture.set("alt", "")


def _link_embeds(root: HtmlElement) -> None:
    """What plays or runs elsewhere becomes a figure with a link to it."""
    for embed in list(root.iter(*_EMBEDS)):
        source = embed.get("data-src") or embed.get("src") or next(iter(embed.xpath("source/@src")), "")
        address = urljoin("https://", source.strip())
        if not is_web_address(address):
            _drop(embed)
            continue
        label = embed.get("title") or urlsplit(address).hostname
        link = f'<a href="{escape(address)}">{escape(label)}</a>'
        in_figure = any(parent.tag == "figure" for parent in embed.iterancestors())
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
    for element, name in [(a, "href") for a in root.iter("a")] + [(i, "src") for i in root.iter("img")]:
        value = element.get(name)
        if value is None:
            continue
        try:
            element.set(name, urljoin(base_url, value.strip()))
        except ValueError:
            del element.attrib[name]


def _drop_empty(root: HtmlElement) -> None:
    for tag in ("figcaption", "figure", "li", "ul", "ol", "p", "h2", "h3", "h4"):
        for element in list(root.iter(tag)):
            shows_something = element.xpath(".//img|.//hr|.//br|.//table|.//a[@href]")
            if not shows_something and not element.text_content().replace("\xa0", " ").strip():
                _drop(element)


def _walk(element: HtmlElement) -> Iterator[tuple[str, bool]]:
    """Pieces of visible text with: does a new block start here?"""
    if not isinstance(element.tag, str) or element.tag in _CONTENT_GOES_TOO:
        return
    block = element.tag in _BLOCKS
    yield (element.text or "", block)
    for child in element:
        yield from _walk(child)
        yield (child.tail or "", isinstance(child.tag, str) and child.tag in _BLOCKS)

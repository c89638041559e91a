"""The last look at a letter before it may leave: nothing in it tells anybody who reads it, or when.

Whatever a mail program would load, run or send is refused, and each link must lead to a house that the
newsroom named; `houses.py` knows which those are.
"""

import base64
import binascii
import email
import email.policy
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import TypedDict
from urllib.parse import parse_qsl, unquote, urlsplit

import lxml.html
from django.utils.translation import gettext
from lxml.etree import ParserError
from lxml.html import HtmlElement

from service.delivery.rules.compiled import slot, slots_in
from service.toolbox.pictures import tells_where

# The slots that a letter may hold, each as a link of its own; the second has a story and an answer after it.
LINKS = (slot("unsubscribe"), rf"{slot('feedback')}/\d+/(?:yes|no)")
SHARE_HOSTS = ("wa.me", "t.me")  # of kinds/story.py: plain links, the same for every reader

_SCHEMES = ("http", "https", "mailto", "tel")
_ACTIVE = {
    *("script", "form", "input", "button", "select", "textarea", "iframe", "frame", "frameset", "object", "embed"),
    *("applet", "video", "audio", "source", "track", "svg", "math", "base", "link", "portal", "template"),
}
_LOADS = ("src", "srcset", "background", "poster", "data", "lowsrc", "dynsrc", "longdesc", "ping", "xlink:href")
_TRACKING = re.compile(
    r"utm_\w+|mc_[ce]id|_hs\w+|hsctatracking|mkt_tok|\w*clid|igshid|yclid|msclkid|vero_\w+|oly_\w+_id|ck_subscriber_id"
    r"|_bta_[ct]id|trk_\w+|ml_subscriber\w*|sib_id|(e|em|mail|u|user|subscriber|recipient|reader|contact|member)_?id"
    r"|e-?mail|subscriber|recipient|reader|token|uuid|guid",
    re.IGNORECASE,
)
_LOOKS_LIKE_SOMEBODY = re.compile(r"[0-9a-f]{16,}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[\w-]{32,}", re.IGNORECASE)
_READERS_TOKEN = re.compile(r"/[0-9a-f]{32}\.[\w-]+\.[\w-]{20,}")
_ADDRESS = re.compile(r"https?://[^\s<>\"')\]]+", re.IGNORECASE)
_HIDDEN = re.compile(
    r"display:none|visibility:hidden|opacity:0(?![.\d]*[1-9])|(?<![-\w])(max-)?(width|height):[01](px)?(?![\d.%])"
)
_STYLE_LOADS = re.compile(r"@import|@font-face|url\(|expression\(|-moz-binding|behavior:")
_COMMENT = re.compile(r"^\[if[^\]]*\]>|<!\[endif\]$", re.IGNORECASE)


class Houses(TypedDict):
    """What `problems` and `check_message` ask for."""

    own_hosts: Iterable[str]
    article_hosts: Iterable[str]
    allow_images: bool


@dataclass(frozen=True, slots=True)
class Allowed:
    """`own` are hosts of ours and of those we name: the licence, donations. `articles` are where stories
    stand. `images`: the newsroom lets readers' mail programs load lead pictures from those."""

    own: frozenset[str]
    articles: frozenset[str]
    images: bool
    embedded: dict[str, bytes] = field(default_factory=dict)

    @property
    def hosts(self) -> frozenset[str]:
        return self.own | self.articles | set(SHARE_HOSTS)


def problems(
    subject: str,
    html: str,
    text: str,
    *,
    own_hosts: Iterable[str],
    article_hosts: Iterable[str],
    allow_images: bool,
) -> list[str]:
    """A sentence for each thing for which the letter must not leave; `html` is "" where there is none."""
    allowed = Allowed(frozenset(own_hosts), frozenset(article_hosts), allow_images)
    told = [*_in_subject(subject), *_in_text(text, allowed), *_in_html(html, allowed)]
    return list(dict.fromkeys(told))


def check_message(
    raw: bytes, *, own_hosts: Iterable[str], article_hosts: Iterable[str], allow_images: bool
) -> list[str]:
    """The same of a finished message, as its reader gets it."""
    letter = email.message_from_bytes(raw, policy=email.policy.default)
    leaves = [part for part in letter.walk() if not part.is_multipart()]
    pictures = {str(part["Content-ID"] or "").strip("<>"): _bytes(part) for part in leaves if _is_picture(part)}
    allowed = Allowed(frozenset(own_hosts), frozenset(article_hosts), allow_images, pictures)
    told = _in_subject(str(letter["Subject"]))
    for part in leaves:
        told += _in_part(part, allowed)
    if letter["List-Unsubscribe"]:
        told += _in_links(re.findall("<(.*?)>", str(letter["List-Unsubscribe"])), allowed)
    return list(dict.fromkeys(told))


def _in_part(part: EmailMessage, allowed: Allowed) -> list[str]:
    kind = part.get_content_type()
    if kind == "text/html":
        return _in_html(str(part.get_content()), allowed)
    if kind == "text/plain":
        return _in_text(str(part.get_content()), allowed)
    if _is_picture(part):
        return [gettext("A picture in the letter tells where it was taken (GPS).")] if tells_where(_bytes(part)) else []
    return [gettext("The letter holds a part of type %(kind)s.") % {"kind": kind}]


def _is_picture(part: EmailMessage) -> bool:
    return part.get_content_maintype() == "image"


def _bytes(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _in_subject(subject: str) -> list[str]:
    return [gettext("The subject differs from reader to reader.")] if slots_in(subject) else []


def _in_text(text: str, allowed: Allowed) -> list[str]:
    rest = text
    for link in LINKS:
        rest = re.sub(rf"(?<!\S){link}(?!\S)", "", rest)
    told = _misplaced(rest)
    for url in _ADDRESS.findall(text):
        told += _in_link(url.rstrip(".,;:"), allowed)
    return told


def _in_html(html: str, allowed: Allowed) -> list[str]:
    told = []
    for root in _documents(html):
        for element in root.iter():
            if isinstance(element.tag, str):
                told += [told for look in _LOOKS for told in look(element, allowed)]
    placed = html
    for link in LINKS:
        placed = re.sub(f'href="{link}"', "", placed)
    return told + _misplaced(placed)


def _misplaced(rest: str) -> list[str]:
    told = gettext("The slot “%(name)s” stands where it is no link of its own.")
    return [told % {"name": name} for name in slots_in(rest)]


def _documents(html: str) -> Iterator[HtmlElement]:
    """The letter, and what its comments hide: Outlook reads those."""
    try:
        root = lxml.html.document_fromstring(html.encode(), parser=lxml.html.HTMLParser(encoding="utf-8"))
    except ParserError:  # nothing is there
        return
    yield root
    for comment in root.iter(lxml.html.etree.Comment):
        yield from _documents(_COMMENT.sub("", comment.text or ""))


def _elements(element: HtmlElement, allowed: Allowed) -> Iterator[str]:
    refresh = element.tag == "meta" and (element.get("http-equiv") or "").lower() == "refresh"
    if refresh or str(element.tag).rpartition(":")[2] in _ACTIVE:
        yield gettext("The letter holds <%(tag)s>, which loads, runs or sends something.") % {"tag": element.tag}


def _attributes(element: HtmlElement, allowed: Allowed) -> Iterator[str]:
    for name in element.attrib:
        if name.lower().startswith("on"):
            yield gettext("The letter holds %(name)s=, which runs something.") % {"name": name}
        if name.lower() in _LOADS and not (element.tag == "img" and name.lower() == "src"):
            yield gettext("The letter holds %(name)s=, which loads something.") % {"name": name}


def _styles(element: HtmlElement, allowed: Allowed) -> Iterator[str]:
    style = element.text_content() if element.tag == "style" else element.get("style") or ""
    found = _STYLE_LOADS.search(re.sub(r"/\*.*?\*/|\\|\s", "", style, flags=re.DOTALL).lower())
    if found:
        yield gettext("A style in the letter holds %(rule)s, which loads something.") % {"rule": found[0]}


def _links(element: HtmlElement, allowed: Allowed) -> Iterator[str]:
    if element.tag in ("a", "area") and element.get("href"):
        yield from _in_link(element.get("href", ""), allowed)


def _images(element: HtmlElement, allowed: Allowed) -> Iterator[str]:
    if element.tag.rpartition(":")[2] not in ("img", "image", "fill", "imagedata"):
        return
    source = element.get("src") or ""
    scheme = urlsplit(source).scheme
    if scheme == "data":
        yield from _in_picture(_data(source))
    elif scheme == "cid":
        yield from _in_picture(allowed.embedded.get(unquote(source[4:])))
    elif not allowed.images:
        told = gettext("A picture would be loaded from %(house)s; newsroom.toml has images = false.")
        yield told % {"house": _host(source)}
    elif scheme != "https" or _host(source) not in allowed.own | allowed.articles:
        told = gettext("A picture would be loaded from %(house)s, which is no house of ours.")
        yield told % {"house": _host(source)}
    else:
        yield from _in_link(source, allowed)
    if _is_hidden(element):
        yield gettext("A picture is too small or hidden: it could only count readers.")


def _host(url: str) -> str:
    return urlsplit(url).hostname or repr(url[:80])


def _in_picture(content: bytes | None) -> list[str]:
    if not content:
        return [gettext("A picture in the letter is missing or can't be read.")]
    return [gettext("A picture in the letter tells where it was taken (GPS).")] if tells_where(content) else []


def _data(source: str) -> bytes | None:
    head, _, content = source.partition(",")
    try:
        return base64.b64decode(unquote(content)) if head.endswith(";base64") else unquote(content).encode()
    except binascii.Error:
        return None


def _is_hidden(element: HtmlElement) -> bool:
    small = any((element.get(name) or "").rstrip("px %") in ("0", "1") for name in ("width", "height"))
    round_it = [element, *element.iterancestors()]
    styles = ["".join((one.get("style") or "").lower().split()) for one in round_it]
    return small or any(one.get("hidden") is not None for one in round_it) or any(map(_HIDDEN.search, styles))


def _in_links(urls: Iterable[str], allowed: Allowed) -> list[str]:
    return [told for url in urls for told in _in_link(url, allowed)]


def _in_link(url: str, allowed: Allowed) -> list[str]:
    if any(re.fullmatch(link, url) for link in LINKS) or url.startswith("#"):
        return []
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname or ""
    except ValueError:
        return [gettext("A link leads to “%(address)s”, which is no address.") % {"address": url[:80]}]
    if parts.scheme not in _SCHEMES:
        told = gettext("A link leads to “%(address)s”; only http, https, mailto and tel may stand in a letter.")
        return [told % {"address": url[:80]}]
    if parts.scheme in ("http", "https"):
        if host not in allowed.hosts or parts.username is not None:
            told = gettext("A link leads to %(house)s, which newsroom.toml does not name.")
            return [told % {"house": host or repr(url[:80])}]
        if _READERS_TOKEN.search(parts.path) and not parts.path.startswith("/unsubscribe/"):
            return [gettext("A link opens more of its reader's than the way out.")]
    return _in_query(parts.query, host, allowed)


def _in_query(query: str, host: str, allowed: Allowed) -> list[str]:
    """What stands after the question mark is the same for everybody, and nobody's. A link inside, as
    those to share have, is a link."""
    told = []
    for name, value in parse_qsl(query, keep_blank_values=True):
        inner = _ADDRESS.findall(value)
        told += [sentence for url in inner for sentence in _in_link(url, allowed)]
        if host and host not in SHARE_HOSTS and not inner and _is_somebodys(name, value):
            carries = gettext("A link to %(house)s carries %(name)s=, by which its reader could be told.")
            told.append(carries % {"house": host, "name": name})
    return told


def _is_somebodys(name: str, value: str) -> bool:
    telling = "@" in value or bool(_LOOKS_LIKE_SOMEBODY.fullmatch(value)) or bool(slots_in(value))
    return telling or bool(_TRACKING.fullmatch(name))


_LOOKS: tuple[Callable[[HtmlElement, Allowed], Iterable[str]], ...] = (
    _elements,
    _attributes,
    _styles,
    _links,
    _images,
)

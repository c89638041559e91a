"""What of a page is not the article: menus, sidebars, related stories, comments, share bars, banners.
Judged by tag, role and the words of class and id, as themes name things; an element that holds the
article's text is never furniture, whatever it is called (`locate` sees to that)."""

import re
from functools import lru_cache

from lxml.html import HtmlElement

_UNSEEN_TAGS = {
    *("head", "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "select", "textarea"),
    *("title", "canvas", "audio", "video", "map", "datalist"),
}
_UNSEEN_CLASSES = {"visually-hidden", "screen-reader-text", "sr-only", "hidden", "d-none", "visuallyhidden"}
# Tailwind and Bootstrap: hidden on a telephone, shown on wider screens.
_DISPLAY = "((inline-)?(block|flex|grid|table)|inline|table-(cell|row)|contents|flow-root|list-item)"
_WIDER = rf"((xs|sm|md|lg|xl|\dxl|tablet|laptop|desktop|min-\[\w+\]):{_DISPLAY}|d-(sm|md|lg|xl|xxl)-{_DISPLAY})"
_SHOWN_WIDER = re.compile(_WIDER)
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_TAGS = {"nav", "aside", "form", "dialog", "amp-sidebar"}
_ROLES = {"navigation", "complementary", "search", "dialog", "banner", "contentinfo", "menu", "alertdialog"}
_WORDS = {
    *("related", "relatedposts", "relacionados", "relacionadas", "sidebar", "widget", "widgets", "comments"),
    *(
        "comment",
        "comentarios",
        "respond",
        "disqus",
        "share",
        "sharing",
        "sharetools",
        "sharedaddy",
        "addtoany",
        "social",
    ),
    *("recommended", "recommendations", "recomendados", "popular", "trending", "newsletter", "boletin"),
    *("cookie", "cookies", "consent", "gdpr", "breadcrumb", "breadcrumbs", "crumbs", "menu", "navbar"),
    *("navigation", "nav", "pagination", "pager", "tags", "tag", "etiquetas", "promo", "ad", "ads", "advert"),
    *("banner", "taboola", "outbrain", "masthead", "colophon", "modal", "popup", "mas-leidas", "ticker"),
}
# Of those, what themes also call a box for the source.
_LOOSE_WORDS = {"widget", "widgets", "tag", "tags", "promo", "banner"}
_PAGE_FOOTERS = {"footer", "site-footer", "page-footer", "main-footer", "global-footer", "pie"}
_AUTHOR_WORDS = {"byline", "author", "authors", "vcard", "autor", "autores", "firma", "firmas", "writer", "contributor"}


def is_unseen(element: HtmlElement) -> bool:
    """Readers don't see it, so it proves nothing."""
    if element.tag in _UNSEEN_TAGS or element.get("hidden") is not None:
        return True
    tokens = (element.get("class") or "").split()
    if _HIDING.search(element.get("style") or ""):
        return True
    return not _UNSEEN_CLASSES.isdisjoint(tokens) and not any(_SHOWN_WIDER.fullmatch(token) for token in tokens)


def is_furniture(element: HtmlElement, in_article: bool) -> bool:
    """A <footer> inside an article is where themes put the byline."""
    if element.tag in _TAGS or element.get("role") in _ROLES:
        return True
    tokens = f"{element.get('class') or ''} {element.get('id') or ''}".lower().split()
    if not in_article and (element.tag == "footer" or not _PAGE_FOOTERS.isdisjoint(tokens)):
        return True
    names = _named(element)
    return not _WORDS.isdisjoint(names) and _AUTHOR_WORDS.isdisjoint(names)


def may_credit(element: HtmlElement) -> bool:
    """Furniture by so little that it may be where a theme puts the source: an <aside>, a tag line, a widget."""
    if element.tag in _TAGS - {"aside"} or element.get("role") in _ROLES - {"complementary"}:
        return False
    return _WORDS & _named(element) <= _LOOSE_WORDS


def names_author(element: HtmlElement) -> bool:
    marks = {element.get("rel"), element.get("itemprop")}
    return "author" in marks or not _AUTHOR_WORDS.isdisjoint(_named(element))


def is_gate(element: HtmlElement) -> bool:
    """Stands before a text to be paid for."""
    return not {"paywall", "regwall", "upgrade", "piano", "metered", "pmpro"}.isdisjoint(_named(element))


def _named(element: HtmlElement) -> frozenset[str]:
    return _split(element.get("class") or "", element.get("id") or "")


@lru_cache(maxsize=4096)
def _split(classes: str, id: str) -> frozenset[str]:
    """Page builders call every box of theirs a widget; that says nothing."""
    tokens = [token for token in f"{classes} {id}".lower().split() if not token.startswith("elementor")]
    return frozenset(word for token in tokens for word in [token, *re.split(r"[^a-z0-9]+", token)])

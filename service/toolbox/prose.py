"""A few paragraphs that a person writes in Markdown: paragraphs, emphasis, links and lists. Whatever else
they write stands there as they wrote it."""

import re
import textwrap
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

COLUMNS = 72
_TAGS = {"p", "br", "em", "strong", "a", "ul", "ol", "li"}
_ATTRIBUTES: dict[str, set[str]] = {"*": set(), "a": {"href"}, "ol": {"start"}}  # unsaid, nh3 lets titles pass
_SCHEMES = {"http", "https", "mailto"}
_BARE = re.compile(r"https?://[^\s<>\"')\]]*[^\s<>\"')\].,;:!?]")
_RULES = ["list", "emphasis", "link", "autolink", "escape", "entity", "newline"]


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:
        return leads_somewhere(url)


_PARSER = _Parser("zero").enable(_RULES)


def leads_somewhere(url: str) -> bool:
    """A whole address on the web, or of somebody's mail; nothing that a browser would take for another."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if "\\" in url or not url.isprintable() or parts.scheme not in _SCHEMES:
        return False
    if parts.scheme == "mailto":
        return "@" in parts.path and "%" not in parts.path and not parts.query
    return bool(parts.hostname) and parts.username is None


def to_html(markdown: str) -> Markup:
    """Safe: markdown-it takes no HTML, and nh3 looks again."""
    drawn = _PARSER.render(markdown)
    clean = nh3.clean(drawn, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel=None)
    return Markup(clean.strip())  # noqa: S704 - cleaned


def to_text(markdown: str, address: Callable[[str], str] = str) -> str:
    """At 72 columns. `address` says how an address on the web or of a mailbox is written, "" for not at all;
    that of a link stands on a line of its own beneath its paragraph."""
    return "\n".join(_Wire(address).lines(_PARSER.parse(markdown))).strip("\n")


@dataclass(slots=True)
class _Wire:
    """`lists` are those that are open, from the outside in: each one's next number, 0 for one without."""

    address: Callable[[str], str]
    lists: list[int] = field(default_factory=list)
    links: int = 0
    begins: str = ""

    def lines(self, tokens: Iterable[Token]) -> Iterator[str]:
        for token in tokens:
            if token.type in ("bullet_list_open", "ordered_list_open"):
                self.lists.append(int(token.attrGet("start") or 1) if token.tag == "ol" else 0)
            elif token.type in ("bullet_list_close", "ordered_list_close"):
                self.lists.pop()
                yield from [""] if not self.lists else []
            elif token.type == "list_item_open":
                self.begins = f"{self.lists[-1]}. " if self.lists[-1] else "- "
                self.lists[-1] += bool(self.lists[-1])
            elif token.type == "inline":
                yield from self._paragraph(token.children or [])
                yield from [""] if not self.lists else []

    def _paragraph(self, tokens: Iterable[Token]) -> Iterator[str]:
        said, addresses = self._said(tokens)
        indent = "   " * max(0, len(self.lists) - 1)
        inner = indent + " " * (3 if self.lists else 0)
        first, self.begins = indent + self.begins.ljust(3) if self.begins else inner, ""
        for line in said.split("\n"):
            yield from _filled(line, first, inner)
            first = inner
        yield from (inner + one for one in addresses)

    def _said(self, tokens: Iterable[Token]) -> tuple[str, list[str]]:
        said, addresses, begun, url = "", [], 0, ""
        for token in tokens:
            if token.type == "link_open":
                begun, url = len(said), str(token.attrGet("href") or "")
            elif token.type == "link_close":
                leads = self.address(url).removeprefix("mailto:")
                if leads and said[begun:] != leads:
                    self.links += 1
                    said += f" [{self.links}]"
                    addresses.append(f"[{self.links}] {leads}")
            else:
                words = _BARE.sub(lambda found: self.address(found[0]), token.content)
                said += {"softbreak": " ", "hardbreak": "\n"}.get(token.type, words)
        return said, addresses


def _filled(line: str, first: str, inner: str) -> list[str]:
    options = {"break_long_words": False, "break_on_hyphens": False}
    return textwrap.wrap(line, COLUMNS, initial_indent=first, subsequent_indent=inner, **options) or [first.rstrip()]  # type: ignore[arg-type]

"""Is one of our pictures there whose rights don't allow it? Known by its address, or by a file name that
a content system kept when it copied the picture: -1024x683 and the like aside."""

import re
from collections.abc import Iterator
from urllib.parse import unquote, urljoin

from lxml.html import HtmlElement

from ..links import normal
from ..locate import Place
from ..page import Page
from ..quotes import short
from ..values import Judgement, Original, Picture

_SOURCES = ("src", "data-src", "data-lazy-src", "data-original", "poster")
_SIZES = ("srcset", "data-srcset", "data-lazy-srcset")
_RESIZED = r"-\d{2,5}x\d{2,5}|-scaled|-rotated|-e\d{10,}|@2x|_\d{3,4}w?"
_SIZE, _COPY = re.compile(rf"({_RESIZED})+$"), re.compile(rf"({_RESIZED}|-\d{{1,2}})+$")
_IN_STYLE = re.compile(r"url\(\s*[\"']?([^\"')]+)", re.IGNORECASE)
# 'image', 'photo-1', 'IMG_2041': anybody's picture may be called so.
_LEAST_LETTERS = 10


def judge(place: Place, original: Original) -> Judgement:
    allowed = {_shot(picture.url) for picture in original.pictures if picture.may_republish}
    forbidden = [one for one in original.pictures if not one.may_republish and _shot(one.url) not in allowed]
    for url in shown(place.page):
        if _shot(url) not in allowed and any(_same(url, picture) for picture in forbidden):
            return Judgement("images", "fail", "images_unlicensed", short(url))
    return Judgement("images", "pass", "images_none")


def shown(page: Page) -> Iterator[str]:
    for element in page.root.iter("img", "amp-img", "source", "video", "div", "figure", "span", "section", "a"):
        for url in _addresses(element):
            try:
                yield urljoin(page.url, url.strip())
            except ValueError:
                continue


def _addresses(element: HtmlElement) -> Iterator[str]:
    if element.tag in ("img", "amp-img", "source", "video"):
        yield from (element.get(name, "") for name in _SOURCES if element.get(name))
        sizes = (element.get(name, "") for name in _SIZES if element.get(name))
        yield from (part.split()[0] for size in sizes for part in size.split(",") if part.strip())
    elif "url(" in (element.get("style") or ""):
        yield from _IN_STYLE.findall(element.get("style", ""))


def _same(url: str, picture: Picture) -> bool:
    here, ours = normal(url, kept=False), normal(picture.url, kept=False)
    if ours and (here == ours or here.endswith(f"/{ours}")):  # resized by a proxy that keeps the whole address
        return True
    name = _stem(here)
    return name == _stem(ours) and _is_distinct(name)


def _stem(address: str) -> str:
    """The file's name without its ending and what resizing and copying added."""
    return _COPY.sub("", _name(address))


def _shot(url: str) -> str:
    """The same for one picture in whatever size; beside a name that anybody might give, where it lies."""
    address = normal(url, kept=False)
    name = _SIZE.sub("", _name(address))
    return name if _is_distinct(name) else f"{address.rpartition('/')[0]}/{name}"


def _name(address: str) -> str:
    return re.sub(r"(\.(jpe?g|png|webp|avif|gif))+$", "", unquote(address.rpartition("/")[2]).lower())


def _is_distinct(name: str) -> bool:
    return sum(letter.isalpha() for letter in name) >= _LEAST_LETTERS

"""Does the copy say under which licence it stands, and is it ours?"""

import re

from ..links import host, normal
from ..locate import Place
from ..page import Link
from ..quotes import short
from ..values import Judgement, Original

_ANY_LICENCE = re.compile(r"creativecommons\.org/(licen[cs]es|publicdomain)/", re.IGNORECASE)


def judge(place: Place, original: Original) -> Judgement:
    links = [link for link in place.links(*place.reach) if _is_licence(place, link)]
    for link in links:
        if is_ours(link.url, original):
            return Judgement("licence", "pass", "licence_there", short(f"{link.text} → {link.url}"))
    if links:
        return Judgement("licence", "fail", "licence_wrong", short(f"{links[0].text} → {links[0].url}"))
    name = re.compile(rf"(?<!\w){re.escape(original.attribution.licence_name)}(?!\w)", re.IGNORECASE)
    for line in [*place.before, *place.inside, *place.after]:
        if name.search(line.text):
            return Judgement("licence", "unsure", "licence_named", short(line.text))
    for link in place.page.links:
        if is_ours(link.url, original):
            return Judgement("licence", "unsure", "licence_site_wide", short(f"{link.text} → {link.url}"))
    return Judgement("licence", "fail", "licence_missing")


def is_ours(url: str, original: Original) -> bool:
    """The licence itself, its deed in any language, its legal code."""
    here, ours = normal(url), normal(original.attribution.licence_url)
    return here == ours or here.startswith(f"{ours}/") or here == normal(original.attribution.licence_deed)


def _is_licence(place: Place, link: Link) -> bool:
    if place.page.nodes[link.node].element.get("rel") == "license":
        return host(link.url) != host(place.page.url)
    return bool(_ANY_LICENCE.search(link.url))

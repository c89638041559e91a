"""Attribution as Markdown (CommonMark 0.31)."""

import re

from ..rules import Attribution

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#+!|~])")


def top(attribution: Attribution) -> str:
    words = attribution.words
    published = words.top.format(
        organisation=_link(attribution.original, attribution.organisation), date=attribution.published_on
    )
    licence = words.licence.format(licence=_link(attribution.licence_url, attribution.licence_name))
    return f"*{escape(attribution.byline)}. {published} {licence}*"


def bottom(attribution: Attribution) -> str:
    words, ask = attribution.words, attribution.ask
    original = words.bottom.format(
        organisation=escape(attribution.organisation), title=_link(attribution.original, attribution.title)
    )
    report = words.report.format(link=_link(attribution.report_link, words.report_link))
    told = f"*{original} {report}*"
    return f"{told}\n\n*{escape(ask.text)} {_link(ask.url, ask.button)}.*" if ask.url else told


def around(attribution: Attribution, body: str) -> str:
    return f"{top(attribution)}\n\n{body}\n\n{bottom(attribution)}\n"


def escape(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def _link(url: str, label: str) -> str:
    return f"[{escape(label)}](<{url}>)"

"""Attribution as HTML. Only p, em and a: every CMS keeps those."""

from collections.abc import Container, Sequence

from markupsafe import Markup, escape

from ..rules import Attribution

TOP = ("byline", "original", "licence")
BOTTOM = ("original", "report", "donation")


def top(attribution: Attribution, parts: Container[str] = TOP) -> str:
    """The block above; of its sentences only the `parts`, for a copy that has the others."""
    words = attribution.words
    published = _fill(
        words.top,
        organisation=_link(attribution.original, attribution.organisation),
        date=attribution.published_on,
    )
    licence = Markup('<a rel="license" href="{}">{}</a>').format(attribution.licence_url, attribution.licence_name)
    sentences = (escape(f"{attribution.byline}."), published, _fill(words.licence, licence=licence))
    return _blocks(attribution, _chosen(TOP, sentences, parts))


def bottom(attribution: Attribution, parts: Container[str] = BOTTOM) -> str:
    """The block below; the same."""
    words, ask = attribution.words, attribution.ask
    original = _fill(
        words.bottom,
        organisation=attribution.organisation,
        title=_link(attribution.original, attribution.title),
    )
    report = _fill(words.report, link=_link(attribution.report_link, words.report_link))
    first = _chosen(BOTTOM, (original, report), parts)
    second = [escape(ask.text), _link(ask.url, ask.button) + "."] if "donation" in parts and ask.url else []
    return _blocks(attribution, first, second)


def around(attribution: Attribution, body: str) -> str:
    """The whole copy: top, the article's own safe HTML, bottom."""
    return f"{top(attribution)}\n{body}\n{bottom(attribution)}"


def _chosen(names: tuple[str, ...], sentences: tuple[str, ...], parts: Container[str]) -> list[str]:
    return [sentence for name, sentence in zip(names, sentences, strict=False) if name in parts]


def _blocks(attribution: Attribution, *blocks: Sequence[str]) -> str:
    """A paragraph for each that says something."""
    paragraph = Markup('<p lang="{}"><em>{}</em></p>')
    inner = (Markup(" ").join(sentences) for sentences in blocks if sentences)
    return Markup("").join(paragraph.format(attribution.language, sentences) for sentences in inner)


def _link(url: str, label: str) -> Markup:
    return Markup('<a href="{}">{}</a>').format(url, label)


def _fill(pattern: str, **values: str) -> Markup:
    return Markup(escape(pattern)).format(**values)  # noqa: S704 - escaped right here

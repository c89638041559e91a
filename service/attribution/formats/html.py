"""Attribution as HTML. Only p, em and a: every CMS keeps those."""

from markupsafe import Markup, escape

from ..rules import Attribution


def top(attribution: Attribution) -> str:
    words = attribution.words
    published = _fill(
        words.top,
        organisation=_link(attribution.original, attribution.organisation),
        date=attribution.published_on,
    )
    licence = Markup('<a rel="license" href="{}">{}</a>').format(attribution.licence_url, attribution.licence_name)
    return _paragraph(attribution, escape(f"{attribution.byline}."), published, _fill(words.licence, licence=licence))


def bottom(attribution: Attribution) -> str:
    words, ask = attribution.words, attribution.ask
    original = _fill(
        words.bottom,
        organisation=attribution.organisation,
        title=_link(attribution.original, attribution.title),
    )
    report = _fill(words.report, link=_link(attribution.report_link, words.report_link))
    told = _paragraph(attribution, original, report)
    if not ask.url:
        return told
    return told + _paragraph(attribution, escape(ask.text), _link(ask.url, ask.button) + ".")


def around(attribution: Attribution, body: str) -> str:
    """The whole copy: top, the article's own safe HTML, bottom."""
    return f"{top(attribution)}\n{body}\n{bottom(attribution)}"


def _paragraph(attribution: Attribution, *sentences: str) -> str:
    inner = Markup(" ").join(sentences)
    return Markup('<p lang="{}"><em>{}</em></p>').format(attribution.language, inner)


def _link(url: str, label: str) -> Markup:
    return Markup('<a href="{}">{}</a>').format(url, label)


def _fill(pattern: str, **values: str) -> Markup:
    return Markup(escape(pattern)).format(**values)  # noqa: S704 - escaped right here

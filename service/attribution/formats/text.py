"""Attribution as plain text, addresses on lines of their own."""

from ..rules import Attribution


def top(attribution: Attribution) -> str:
    words = attribution.words
    published = words.top.format(organisation=attribution.organisation, date=attribution.published_on)
    licence = words.licence.format(licence=attribution.licence_name)
    return "\n".join([f"{attribution.byline}.", published, attribution.original, licence, attribution.licence_url])


def bottom(attribution: Attribution) -> str:
    words = attribution.words
    original = words.bottom.format(organisation=attribution.organisation, title=attribution.title)
    report = words.report.format(link=f"{words.report_link}: {attribution.report_mailbox}")
    ask = [attribution.ask.text, attribution.ask.url] if attribution.ask.url else []
    return "\n".join([original, attribution.original, report, *ask])


def around(attribution: Attribution, body: str) -> str:
    return f"{top(attribution)}\n\n{body}\n\n{bottom(attribution)}\n"

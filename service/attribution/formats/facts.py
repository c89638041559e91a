"""Attribution as facts for a program: the keys that JSON outputs carry."""

from ..rules import Attribution
from . import html


def facts(attribution: Attribution) -> dict[str, object]:
    """Conditions bind, requests ask: two lists, never mixed (CC BY-NC 4.0 demands only the first)."""
    return {
        "byline": attribution.byline,
        "creators": list(attribution.creators),
        "canonical_url": attribution.original,
        "license": {"name": attribution.licence_name, "url": attribution.licence_url},
        "conditions": [attribution.conditions],
        "requests": [attribution.requests],
        "report": {"email": attribution.report_mailbox, "url": attribution.report_link},
        "donate_url": attribution.ask.url,
        "top_link_html": html.top(attribution),
        "bottom_html": html.bottom(attribution),
    }

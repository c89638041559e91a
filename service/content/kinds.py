"""What a person calls each kind of article and each of its states, in the active language."""

from django.utils.translation import pgettext


def kind_name(kind: str) -> str:
    return {
        "brief": pgettext("kind", "Brief"),
        "news": pgettext("kind", "News"),
        "analysis": pgettext("kind", "Analysis"),
        "investigation": pgettext("kind", "Investigation"),
        "feature": pgettext("kind", "Feature"),
        "interview": pgettext("kind", "Interview"),
        "organization": pgettext("kind", "The organization"),
    }[kind]


def state_name(status: str) -> str:
    return {
        "scheduled": pgettext("article", "scheduled"),
        "published": pgettext("article", "published"),
        "held": pgettext("article", "held"),
        "withdrawn": pgettext("article", "withdrawn"),
    }[status]

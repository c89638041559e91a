"""What readers type, checked field by field; errors are sentences beside the field."""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext

from service.audience.rules import BOTH, WANTS, WEEKLY, Choices
from service.content.models import Topic
from service.newsroom.current import newsroom
from service.toolbox.addresses import BadAddress, normalise


@dataclass
class ReaderForm:
    """As typed; `errors` maps a field to its sentence."""

    address: str = ""
    language: str = ""
    wants: str = WEEKLY
    topics: list[str] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def typed(cls, request: HttpRequest, *, with_address: bool) -> "ReaderForm":
        form = cls(
            address=request.POST.get("address", "").strip()[:254],
            language=request.POST.get("language", ""),
            wants=request.POST.get("wants", ""),
            topics=request.POST.getlist("topics")[:200],
        )
        if with_address:
            check_address(form.address, form.errors)
        if form.language not in newsroom().languages:
            form.errors["language"] = gettext("Choose one of the languages.")
        if form.wants not in WANTS:
            form.errors["wants"] = gettext("Choose the weekly digest, alerts, or both.")
        return form

    @property
    def choices(self) -> Choices:
        return Choices(self.language, self.wants, tuple(sorted(set(self.topics))))

    def values(self, language: str) -> dict[str, Any]:
        return {
            "form": {
                "address": self.address,
                "language": self.language or language,
                "wants": self.wants or BOTH,
                "topics": self.topics,
            },
            "errors": self.errors,
            "topics": topic_names(language),
        }


def check_address(address: str, errors: dict[str, str]) -> None:
    try:
        normalise(address)
    except BadAddress:
        errors["address"] = gettext("That is not a complete mail address. It looks like name@example.org.")


def topic_names(language: str) -> list[tuple[str, str]]:
    """Topics that articles of the language stand under, by name."""
    topics = Topic.objects.filter(articles__language=language, articles__status="published").distinct()
    return sorted(((topic.slug, topic.name(language)) for topic in topics), key=lambda one: one[1].casefold())

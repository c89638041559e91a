"""What readers type, checked field by field; errors are sentences beside the field."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext

from service.audience.rules import BOTH, LONGEST_PAUSE, WANTS, WEEKLY, Choices
from service.content.models import Country, Topic
from service.newsroom.current import newsroom
from service.toolbox import clock
from service.toolbox.addresses import BadAddress, normalise


@dataclass
class ReaderForm:
    """As typed; `errors` maps a field to its sentence."""

    address: str = ""
    language: str = ""
    wants: str = WEEKLY
    topics: list[str] = field(default_factory=list)
    countries: list[str] = field(default_factory=list)
    both_languages: bool = False
    paused_until: str = ""
    quiet: bool = False
    text_only: bool = False
    appeals: bool = True
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def typed(cls, request: HttpRequest, *, with_address: bool) -> "ReaderForm":
        form = cls(
            address=request.POST.get("address", "").strip()[:254],
            language=request.POST.get("language", ""),
            wants=request.POST.get("wants", ""),
            topics=request.POST.getlist("topics")[:200],
            countries=request.POST.getlist("countries")[:300],
        )
        if not with_address:
            form.both_languages = "both_languages" in request.POST
            form.paused_until = request.POST.get("paused_until", "").strip()[:10]
            form.quiet = "quiet" in request.POST and newsroom().quiet is not None
            form.text_only = "text_only" in request.POST
            form.appeals = "no_appeals" not in request.POST
            form.check_pause()
        if with_address:
            check_address(form.address, form.errors)
        if form.language not in newsroom().languages:
            form.errors["language"] = gettext("Choose one of the languages.")
        if form.wants not in WANTS:
            form.errors["wants"] = gettext("Choose the weekly digest, alerts, or both.")
        return form

    @classmethod
    def of(cls, chosen: Choices) -> "ReaderForm":
        return cls(
            language=chosen.language,
            wants=chosen.wants,
            topics=list(chosen.topics),
            countries=list(chosen.countries),
            both_languages=chosen.both_languages,
            paused_until=chosen.paused_until.isoformat() if chosen.paused_until else "",
            quiet=chosen.quiet,
            text_only=chosen.text_only,
            appeals=chosen.appeals,
        )

    @property
    def choices(self) -> Choices:
        return Choices(
            language=self.language,
            wants=self.wants,
            topics=tuple(sorted(set(self.topics))),
            countries=tuple(sorted(set(self.countries))),
            both_languages=self.both_languages,
            paused_until=self._pause(),
            quiet=self.quiet,
            text_only=self.text_only,
            appeals=self.appeals,
        )

    def check_pause(self) -> None:
        """A pause that is over is no pause any more."""
        today = clock.now().date()
        try:
            until = self._pause()
        except ValueError:
            until = today + 2 * LONGEST_PAUSE
        if until and until > today + LONGEST_PAUSE:
            self.errors["paused_until"] = gettext("Choose a day within the next year, like 2026-12-31.")
        elif until and until <= today:
            self.paused_until = ""

    def _pause(self) -> date | None:
        return date.fromisoformat(self.paused_until) if self.paused_until else None

    def values(self, language: str) -> dict[str, Any]:
        return {
            "form": {
                "address": self.address,
                "language": self.language or language,
                "wants": self.wants or BOTH,
                "topics": self.topics,
                "countries": self.countries,
                "both_languages": self.both_languages,
                "paused_until": self.paused_until,
                "quiet": self.quiet,
                "text_only": self.text_only,
                "appeals": self.appeals,
            },
            "errors": self.errors,
            "topics": topic_names(language, self.topics),
            "countries": country_names(language, self.countries),
        }


def check_address(address: str, errors: dict[str, str], field: str = "address") -> None:
    try:
        normalise(address)
    except BadAddress:
        errors[field] = gettext("That is not a complete mail address. It looks like name@example.org.")


def topic_names(language: str, chosen: Sequence[str] = ()) -> list[tuple[str, str]]:
    """Topics that articles of the language stand under, and those chosen before, by name."""
    return _by_name(Topic.objects, language, chosen)


def country_names(language: str, chosen: Sequence[str] = ()) -> list[tuple[str, str]]:
    """Countries that articles of the language are about, and those chosen before, by name."""
    return _by_name(Country.objects, language, chosen)


def _by_name(rows: Any, language: str, chosen: Sequence[str]) -> list[tuple[str, str]]:
    """What was chosen in another language must stay in sight: what is not sent back is not chosen any more."""
    stands = Q(articles__language=language, articles__status="published")
    found = rows.filter(stands | Q(slug__in=chosen)).distinct()
    return sorted(((row.slug, row.name(language)) for row in found), key=lambda one: one[1].casefold())

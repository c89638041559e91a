"""Who publishes here: one frozen value, read from newsroom.toml and checked as a whole.

Plain Python. A mistake in the file is told with the key it stands at, and nothing starts.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from service.toolbox.errors import ServiceError
from service.toolbox.html import check_selectors, is_web_address

KINDS = ("brief", "news", "analysis", "investigation", "feature", "interview", "organization")
SECTIONS = ("latest-investigation", "featured", "analysis", "briefs", "organization", "see-also")
_APPROVALS = ("none", "one", "two")
_MOST_UNDO_MINUTES = 720
_HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_DAY_MINUTES = 24 * 60
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


class BadNewsroomFile(ServiceError):
    """newsroom.toml can't be used; the sentence names the key."""


@dataclass(frozen=True, slots=True)
class Licence:
    """`conditions` bind whoever republishes; `requests` only ask. Both per language."""

    name: str
    url: str
    deeds: Mapping[str, str]
    conditions: Mapping[str, str]
    requests: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Ask:
    """A donation call: one sentence, one button, one address."""

    text: str
    button: str
    url: str


NO_ASK = Ask("", "", "")


@dataclass(frozen=True, slots=True)
class AskBudget:
    """How often one reader is asked to give: once in so many calendar weeks at most, and not within so many
    months of a gift."""

    every_weeks: int = 4
    after_gift_months: int = 12


@dataclass(frozen=True, slots=True)
class Quiet:
    """How a letter presents itself that gives nobody away. `site` is a domain that names nobody, and
    leads to Byline as SITE_URL does; "" where there is none."""

    from_name: Mapping[str, str]
    subject: Mapping[str, str]
    from_address: str
    bounces: str
    site: str


@dataclass(frozen=True, slots=True)
class Policy:
    """What stands between a draft and its readers: `people` must say yes, after its rehearsal where it must be
    `rehearsed`; then `undo` passes before the first byte."""

    people: int
    undo: timedelta
    rehearsed: bool


@dataclass(frozen=True, slots=True)
class Palette:
    paper: str
    ink: str
    quiet: str
    rule: str
    accent: str
    positive: str
    warning: str


@dataclass(frozen=True, slots=True)
class Newsroom:
    """`sites`, `about`, `asks` and the like have one entry per language in `languages`. `alert_quiet` is from when to
    when no alert goes out, in `zone`; `alert_every` the least time between two in one language."""

    name: str
    domain: str
    founded: int
    languages: tuple[str, ...]
    timezone: str
    sites: Mapping[str, str]
    tagline: Mapping[str, str]
    about: Mapping[str, str]
    licence: Licence
    editors: str
    republication: str
    from_address: str
    postal_address: str
    asks: Mapping[str, Ask]
    light: Palette
    dark: Palette
    sections: tuple[str, ...]
    analysis_headings: tuple[str, ...]
    strip_selectors: tuple[str, ...]
    kind_terms: Mapping[str, tuple[str, ...]]
    topic_terms: Mapping[str, tuple[str, ...]]
    topic_names: Mapping[str, Mapping[str, str]]
    alert_kinds: tuple[str, ...]
    full_text_feeds: bool = True
    digest_policy: Policy = Policy(1, timedelta(minutes=5), rehearsed=False)
    alert_policy: Policy = Policy(0, timedelta(0), rehearsed=False)
    alert_quiet: tuple[time, time] | None = None
    alert_every: timedelta = timedelta(0)
    show_images: bool = False
    show_useful: bool = False
    bounces: str = ""
    quiet: Quiet | None = None
    hub: str = ""
    icon: str = ""
    ask_budget: AskBudget = AskBudget()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def sending_domains(self) -> tuple[str, ...]:
        """Those that letters are from: each needs DNS records, and a DKIM key, of its own."""
        senders = [self.from_address, *([self.quiet.from_address] if self.quiet else [])]
        return tuple(dict.fromkeys(sender.rpartition("@")[2] for sender in senders))

    @property
    def language(self) -> str:
        """The one that is meant where nobody chose."""
        return self.languages[0]


def read(text: str) -> Newsroom:
    """The newsroom that the file describes. Raises BadNewsroomFile."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadNewsroomFile(f"newsroom.toml is not TOML: {error}.") from error
    return _Reader(found).newsroom()


class _Reader:
    """Takes values out of the parsed file and complains by key."""

    def __init__(self, found: dict[str, Any]) -> None:
        self._found = found

    def newsroom(self) -> Newsroom:
        languages = tuple(self._strings("languages"))
        if not languages:
            raise BadNewsroomFile('newsroom.toml: languages is empty. Name one, e.g. ["en"].')
        return Newsroom(
            name=self._string("name"),
            domain=self._string("domain"),
            founded=self._whole("founded"),
            languages=languages,
            timezone=self._timezone(),
            sites=self._addresses("sites", languages),
            tagline=self._per_language("tagline", languages),
            about=self._per_language("about", languages),
            licence=self._licence(languages),
            editors=self._mailbox("desk.editors"),
            republication=self._mailbox("desk.republication"),
            from_address=self._sender(),
            postal_address=self._string("mail.postal_address"),
            asks={language: self._ask(language) for language in languages},
            light=self._palette("look.light"),
            dark=self._palette("look.dark"),
            sections=self._choices("digest.sections", SECTIONS),
            analysis_headings=tuple(self._strings("intake.analysis_headings")),
            strip_selectors=self._selectors("intake.strip_selectors"),
            kind_terms=self._terms("kinds"),
            topic_terms=self._topic_terms(),
            topic_names=self._topic_names(),
            alert_kinds=self._choices("alerts.kinds", KINDS),
            full_text_feeds=self._one_of("feeds.body", ("full", "summary")) == "full",
            digest_policy=self._policy("digest", undo_minutes=5),
            alert_policy=self._policy("alerts", undo_minutes=0),
            alert_quiet=self._quiet_hours(),
            alert_every=timedelta(minutes=self._minutes()),
            show_images=self._get("mail.images", bool),
            show_useful="useful" in self._get("digest", dict) and self._get("digest.useful", bool),
            bounces=self._bounces("mail.bounces", self._mailbox("mail.from_address")),
            quiet=self._quiet(languages),
            hub=self._optional_address("feeds", "hub"),
            icon=self._optional_address("look", "icon"),
            ask_budget=self._ask_budget(),
        )

    def _policy(self, section: str, undo_minutes: int) -> Policy:
        given = self._get(section, dict)
        key = f"{section}.undo_minutes"
        undo = self._between(key, 0, _MOST_UNDO_MINUTES) if "undo_minutes" in given else undo_minutes
        rehearsed = "rehearsal" in given and self._one_of(f"{section}.rehearsal", ("shown", "required")) == "required"
        people = _APPROVALS.index(self._one_of(f"{section}.approval", _APPROVALS))
        return Policy(people, timedelta(minutes=undo), rehearsed)

    def _get(self, key: str, kind: type) -> Any:
        value: Any = self._found
        for part in key.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        if value is None:
            raise BadNewsroomFile(f"newsroom.toml: {key} is missing. Add it; the sample file shows how.")
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise BadNewsroomFile(f"newsroom.toml: {key} is not a {kind.__name__}.")
        return value

    def _string(self, key: str) -> str:
        value = str(self._get(key, str)).strip()
        if not value:
            raise BadNewsroomFile(f"newsroom.toml: {key} is empty.")
        return value

    def _whole(self, key: str) -> int:
        return int(self._get(key, int))

    def _strings(self, key: str) -> list[str]:
        values = self._get(key, list)
        if not all(isinstance(value, str) for value in values):
            raise BadNewsroomFile(f"newsroom.toml: {key} takes a list of words in quotes.")
        return list(values)

    def _one_of(self, key: str, allowed: tuple[str, ...]) -> str:
        value = self._string(key)
        if value not in allowed:
            raise BadNewsroomFile(f"newsroom.toml: {key} is {value!r}; it takes {' or '.join(allowed)}.")
        return value

    def _choices(self, key: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
        values = tuple(self._strings(key))
        for value in values:
            if value not in allowed:
                raise BadNewsroomFile(f"newsroom.toml: {key} has {value!r}; it knows {', '.join(allowed)}.")
        return values

    def _per_language(self, key: str, languages: tuple[str, ...]) -> dict[str, str]:
        return {language: self._string(f"{key}.{language}") for language in languages}

    def _addresses(self, key: str, languages: tuple[str, ...]) -> dict[str, str]:
        return {language: self._address(f"{key}.{language}") for language in languages}

    def _address(self, key: str) -> str:
        value = self._string(key)
        if not is_web_address(value):
            raise BadNewsroomFile(f"newsroom.toml: {key} is {value!r}, not an http or https address.")
        return value

    def _optional_address(self, section: str, name: str) -> str:
        return self._address(f"{section}.{name}") if name in self._get(section, dict) else ""

    def _mailbox(self, key: str) -> str:
        value = self._string(key)
        if not re.fullmatch(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+", value):
            raise BadNewsroomFile(f"newsroom.toml: {key} is {value!r}, not a mail address.")
        return value

    def _sender(self) -> str:
        """At the newsroom's own domain, above or below it: no other would let us sign in its name."""
        value, ours = self._mailbox("mail.from_address"), self._string("domain")
        domain = value.rpartition("@")[2]
        if not f".{domain}".endswith(f".{ours}") and not f".{ours}".endswith(f".{domain}"):
            raise BadNewsroomFile(f"newsroom.toml: mail.from_address is at {domain}; it must be at {ours}.")
        return value

    def _bounces(self, key: str, sender: str) -> str:
        """Optional. Its domain must be that of the sender, or below it: else DMARC (RFC 7489 §3.1.2) fails."""
        section, _, name = key.partition(".")
        if name not in self._get(section, dict):
            return ""
        value = self._mailbox(key)
        domain, ours = value.rpartition("@")[2], sender.rpartition("@")[2]
        if domain != ours and not domain.endswith(f".{ours}"):
            raise BadNewsroomFile(f"newsroom.toml: {key} is at {domain}; it must be at {ours}, or below it.")
        return value

    def _quiet(self, languages: tuple[str, ...]) -> Quiet | None:
        """Optional: without it no reader is offered quiet letters."""
        if "quiet" not in self._found:
            return None
        sender = self._mailbox("quiet.from_address")
        return Quiet(
            from_name=self._per_language("quiet.from_name", languages),
            subject=self._per_language("quiet.subject", languages),
            from_address=sender,
            bounces=self._bounces("quiet.bounces", sender),
            site=self._address("quiet.site").rstrip("/") if "site" in self._get("quiet", dict) else "",
        )

    def _quiet_hours(self) -> tuple[time, time] | None:
        """Optional: without them, or with none in the list, alerts go out at any hour."""
        given = self._strings("alerts.quiet_hours") if "quiet_hours" in self._get("alerts", dict) else []
        if not given:
            return None
        if len(given) != 2 or not all(_HOUR.fullmatch(one) for one in given) or given[0] == given[1]:
            raise BadNewsroomFile('newsroom.toml: alerts.quiet_hours takes two hours, such as ["22:00", "07:00"].')
        begin, end = (time.fromisoformat(one) for one in given)
        return begin, end

    def _minutes(self) -> int:
        """Optional: without it alerts may follow each other at once."""
        given = "every_minutes" in self._get("alerts", dict)
        return self._between("alerts.every_minutes", 0, _DAY_MINUTES - 1) if given else 0

    def _timezone(self) -> str:
        value = self._string("timezone")
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise BadNewsroomFile(
                f"newsroom.toml: timezone {value!r} is unknown. Write it like America/Bogota."
            ) from None
        return value

    def _licence(self, languages: tuple[str, ...]) -> Licence:
        return Licence(
            name=self._string("licence.name"),
            url=self._address("licence.url"),
            deeds=self._addresses("licence.deed", languages),
            conditions=self._per_language("licence.conditions", languages),
            requests=self._per_language("licence.requests", languages),
        )

    def _ask(self, language: str) -> Ask:
        key = f"appeal.{language}"
        return Ask(self._string(f"{key}.text"), self._string(f"{key}.button"), self._address(f"{key}.url"))

    def _ask_budget(self) -> AskBudget:
        """Optional, each of its keys too."""
        given = self._get("appeals", dict) if "appeals" in self._found else {}
        limits = {"every_weeks": (1, 52), "after_gift_months": (0, 60)}
        for name in given.keys() - limits.keys():
            raise BadNewsroomFile(f"newsroom.toml: appeals.{name} is unknown. It knows {', '.join(limits)}.")
        return AskBudget(**{name: self._between(f"appeals.{name}", *limits[name]) for name in given})

    def _between(self, key: str, least: int, most: int) -> int:
        value = self._get(key, object)
        if type(value) is int and least <= value <= most:
            return value
        raise BadNewsroomFile(f"newsroom.toml: {key} is {value!r}; it takes a whole number from {least} to {most}.")

    def _palette(self, key: str) -> Palette:
        return Palette(**{name: self._colour(f"{key}.{name}") for name in Palette.__slots__})

    def _colour(self, key: str) -> str:
        value = self._string(key)
        if not _COLOUR.fullmatch(value):
            raise BadNewsroomFile(f"newsroom.toml: {key} is {value!r}; write a colour like #a3161a.")
        return value

    def _selectors(self, key: str) -> tuple[str, ...]:
        values = tuple(self._strings(key))
        for bad in check_selectors(values):
            raise BadNewsroomFile(f"newsroom.toml: {key} has {bad!r}, which is not a CSS selector.")
        return values

    def _terms(self, key: str) -> dict[str, tuple[str, ...]]:
        for name in self._get(key, dict):
            if name not in KINDS:
                raise BadNewsroomFile(f"newsroom.toml: {key}.{name} is no kind. Kinds: {', '.join(KINDS)}.")
        return {name: tuple(self._strings(f"{key}.{name}")) for name in self._get(key, dict)}

    def _topic_terms(self) -> dict[str, tuple[str, ...]]:
        topics = self._get("topics", dict)
        return {
            slug: tuple(self._strings(f"topics.{slug}.terms")) if "terms" in entry else ()
            for slug, entry in topics.items()
        }

    def _topic_names(self) -> dict[str, dict[str, str]]:
        topics = self._get("topics", dict)
        return {
            slug: {name: str(value) for name, value in entry.items() if name != "terms"}
            for slug, entry in topics.items()
        }

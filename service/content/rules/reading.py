"""A draft becomes what readers get, or is refused with a sentence that says why."""

import hashlib
import html as entities
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from service.newsroom.rules import KINDS, Newsroom
from service.toolbox import html
from service.toolbox.errors import ServiceError

from .drafts import Draft, Link, Person, Picture, Term
from .places import country_code, is_country, slugify

MAX_BODY_CHARACTERS = 2_000_000
MAX_TITLE_CHARACTERS = 500
FARTHEST_DATE = timedelta(days=5 * 366)
_NO_TOPIC = {"uncategorized", "sin-categoria", "uncategorised"}


class Rejected(ServiceError):
    """The article is set aside. The rest goes in."""


@dataclass(frozen=True, slots=True)
class Topic:
    """`names` per language; a term of the CMS brings only its own."""

    slug: str
    names: dict[str, str]


@dataclass(frozen=True, slots=True)
class Reading:
    """An article as it will be stored. `published` None: no date was given."""

    external_id: str
    guid: str
    url: str
    language: str
    translation: str
    kind: str
    title: str
    standfirst: str
    body: str
    original: str
    authors: tuple[Person, ...]
    terms: tuple[Term, ...]
    topics: tuple[Topic, ...]
    countries: tuple[str, ...]
    picture: Picture | None
    see_also: tuple[Link, ...]
    related: tuple[str, ...]
    published: datetime | None
    embargo: datetime | None
    change: str
    note: str

    @property
    def fingerprint(self) -> str:
        """The same for two readings that a reader could not tell apart."""
        told = asdict(self)
        for silent in ("original", "published", "change", "note", "guid"):
            del told[silent]
        told["topics"] = [topic.slug for topic in self.topics]
        return hashlib.sha256(json.dumps(told, default=str, sort_keys=True).encode()).hexdigest()


def accept(draft: Draft, newsroom: Newsroom, now: datetime) -> Reading:
    """Raises Rejected."""
    title = html.one_line(html.text(draft.title) if "<" in draft.title else entities.unescape(draft.title))
    if len(title) > MAX_TITLE_CHARACTERS:
        raise Rejected(f"Its title has {len(title):,} characters; {MAX_TITLE_CHARACTERS} is the most.")
    if draft.language not in newsroom.languages:
        known = ", ".join(newsroom.languages)
        raise Rejected(f"Its language is {draft.language!r}; newsroom.toml publishes in {known}.")
    if not html.is_web_address(draft.url):
        raise Rejected(f"Its address {draft.url!r} is not a web address, so no copy could link to it.")
    if len(draft.body) > MAX_BODY_CHARACTERS:
        raise Rejected(
            f"Its body has {len(draft.body):,} characters; {MAX_BODY_CHARACTERS:,} is the most. "
            "Is a picture pasted into the text? Upload it instead."
        )
    body = html.clean(draft.body, draft.url, newsroom.strip_selectors, newsroom.analysis_headings)
    title = title or html.excerpt(body, 10)
    if not title:
        raise Rejected("It has neither a title nor a text. Give it both in the CMS.")
    body = body or f'<p><a href="{entities.escape(draft.url)}">{entities.escape(title)}</a></p>'
    topics, countries = _subjects(draft, newsroom)
    change = draft.change if draft.change in ("update", "correction") else ""
    return Reading(
        external_id=draft.external_id,
        guid=html.one_line(draft.guid),
        url=draft.url,
        language=draft.language,
        translation=draft.translation,
        kind=_kind(draft, newsroom),
        title=title,
        standfirst=_standfirst(draft, body, newsroom),
        body=body,
        original=html.printable(draft.body),
        authors=_people(draft.authors),
        terms=tuple(sorted(set(draft.terms), key=lambda term: (term.taxonomy, term.slug))),
        topics=topics,
        countries=countries,
        picture=_picture(draft),
        see_also=tuple(link for link in draft.see_also if html.is_web_address(link.url)),
        related=draft.related,
        published=_date(draft.published, now),
        embargo=draft.embargo,
        change=change,
        note=html.one_line(draft.note) if change else "",
    )


def _people(authors: tuple[Person, ...]) -> tuple[Person, ...]:
    people: dict[str, str] = {}
    for person in authors:
        name = html.one_line(entities.unescape(person.name))
        if name:
            people.setdefault(slugify(person.slug) or slugify(name), name)
    return tuple(Person(slug, name) for slug, name in people.items() if slug)


def _kind(draft: Draft, newsroom: Newsroom) -> str:
    if draft.kind:
        if draft.kind not in KINDS:
            raise Rejected(f"Its kind {draft.kind!r} is unknown. Kinds: {', '.join(KINDS)}.")
        return draft.kind
    slugs = {term.slug for term in draft.terms}
    for kind, names in newsroom.kind_terms.items():
        if slugs & set(names):
            return kind
    return "news"


def _subjects(draft: Draft, newsroom: Newsroom) -> tuple[tuple[Topic, ...], tuple[str, ...]]:
    """Topics and countries: those named outright, and those that the CMS's terms stand for."""
    kinds = {slug for names in newsroom.kind_terms.values() for slug in names} | set(newsroom.kind_terms)
    known = {alias: slug for slug, names in newsroom.topic_terms.items() for alias in names}
    topics: dict[str, dict[str, str]] = {}
    countries = {code: None for code in draft.countries if is_country(code)}
    for slug in draft.topics:
        topics[slugify(slug)] = {draft.language: slug.replace("-", " ").capitalize()}
    for term in draft.terms:
        slug = slugify(term.slug) or slugify(term.name)
        code = country_code(term.name, newsroom.languages) or country_code(term.slug, newsroom.languages)
        if code:
            countries[code] = None
        elif slug and slug not in kinds and slug not in _NO_TOPIC:
            name = html.one_line(entities.unescape(term.name)) or slug
            topics[known.get(slug, slug)] = {draft.language: name}
    return (
        tuple(Topic(slug, {**names, **newsroom.topic_names.get(slug, {})}) for slug, names in topics.items()),
        tuple(countries),
    )


def _standfirst(draft: Draft, body: str, newsroom: Newsroom) -> str:
    """The editor's, else the first paragraph; never running into an analysis heading."""
    given = html.one_line(html.text(draft.standfirst).replace("\n\n", " ")) or html.first_paragraph(body)
    for heading in newsroom.analysis_headings:
        at = given.find(heading)
        if at > 0:
            given = given[:at].rstrip()
    return given[:1000]


def _picture(draft: Draft) -> Picture | None:
    picture = draft.picture
    if picture is None or not html.is_web_address(picture.url):
        return None
    return Picture(
        url=picture.url,
        alt=html.one_line(picture.alt),
        credit=html.one_line(picture.credit),
        may_republish=picture.may_republish,
        width=picture.width,
        height=picture.height,
    )


def _date(given: datetime | None, now: datetime) -> datetime | None:
    if given is None:
        return None
    if given > now + FARTHEST_DATE:
        raise Rejected(f"Its date is {given:%Y-%m-%d}, years ahead. Correct it in the CMS.")
    return given.astimezone(UTC).replace(microsecond=0)

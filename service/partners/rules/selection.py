"""What a partner wants of all that is published: permit lists and block lists."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Selection:
    """An empty permit list permits all. A block list wins over a permit list. Countries are ISO 3166-1
    alpha-2 in lower case, topics and kinds are slugs."""

    languages: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    not_topics: tuple[str, ...] = ()
    not_countries: tuple[str, ...] = ()
    not_kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subjects:
    """Of one article."""

    language: str
    kind: str
    topics: Sequence[str]
    countries: Sequence[str]


def matches(selection: Selection, article: Subjects) -> bool:
    return (
        _permitted(selection.languages, [article.language])
        and _permitted(selection.topics, article.topics)
        and _permitted(selection.countries, article.countries)
        and _permitted(selection.kinds, [article.kind])
        and not set(selection.not_topics) & set(article.topics)
        and not set(selection.not_countries) & set(article.countries)
        and article.kind not in selection.not_kinds
    )


def _permitted(wanted: Sequence[str], held: Sequence[str]) -> bool:
    return not wanted or bool(set(wanted) & set(held))

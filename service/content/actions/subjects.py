"""Whom and what an article is about or by: rows that many articles share, made when first named."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from service.newsroom.current import newsroom

from ..models import Article, Author, Authorship, Country, Term, Topic
from ..rules.drafts import Person
from ..rules.places import country_name
from ..rules.reading import Reading


@dataclass(frozen=True, slots=True)
class Subjects:
    """`authors` stand in the order of the byline."""

    topics: list[Topic]
    countries: list[Country]
    terms: list[Term]
    authors: list[Author]

    def shelves(self, article: Article) -> dict[str, list[str]]:
        """What `article.shelved_under()` will say once they belong to it, without asking."""
        return {
            "language": [article.language],
            "topic": sorted(topic.slug for topic in self.topics),
            "country": sorted(country.slug for country in self.countries),
            "author": sorted(author.slug for author in self.authors if not author.withheld_at),
            "kind": [article.kind],
            "term": sorted(str(term) for term in self.terms),
        }

    def belong_to(self, article: Article, *, new: bool) -> None:
        """`new`: nothing belongs to it yet, so nothing needs to be looked up or taken away."""
        for name, rows in (("topic", self.topics), ("country", self.countries), ("term", self.terms)):
            _relate(article, name, rows, new)
        if not new:
            article.authorships.all().delete()
        Authorship.objects.bulk_create(
            Authorship(article=article, author=author, position=position)
            for position, author in enumerate(self.authors)
        )


def subjects_of(reading: Reading) -> Subjects:
    return Subjects(
        topics=[_named(Topic, topic.slug, topic.names) for topic in reading.topics],
        countries=[_named(Country, code.lower(), _country_names(code)) for code in reading.countries],
        terms=[
            Term.objects.get_or_create(taxonomy=term.taxonomy, slug=term.slug, defaults={"name": term.name})[0]
            for term in reading.terms
        ],
        authors=list(dict.fromkeys(_author(person, reading.language) for person in reading.authors)),
    )


_RELATIONS = {"topic": "topics", "country": "countries", "term": "terms"}


def _relate(article: Article, name: str, rows: Sequence[Any], new: bool) -> None:
    relation: Any = getattr(article, _RELATIONS[name])
    if not new:
        relation.set(rows)
        return
    link = relation.through
    link.objects.bulk_create(link(**{"article_id": article.pk, f"{name}_id": row.pk}) for row in rows)


def _country_names(code: str) -> dict[str, str]:
    return {language: country_name(code, language) for language in newsroom().languages}


def _author(person: Person, language: str) -> Author:
    """Whose name is withheld stays so, under whatever slug the CMS now brings it."""
    for author in Author.objects.withheld():
        if author.slug == person.slug or author.is_called(person.name):
            return author
    return _named(Author, person.slug, {language: person.name})  # type: ignore[no-any-return]


def _named(model: type[Any], slug: str, names: dict[str, str]) -> Any:
    """The row of that slug, with any name it lacked."""
    row, created = model.objects.get_or_create(slug=slug, defaults={"names": names})
    if not created and any(language not in row.names for language in names):
        row.names = {**names, **row.names}
        row.save(update_fields=["names"])
    return row

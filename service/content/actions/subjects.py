"""Whom and what an article is about or by: rows that many articles share, made when first named."""

from dataclasses import dataclass
from typing import Any

from service.newsroom.current import newsroom

from ..models import Article, Author, Authorship, Country, Term, Topic
from ..rules.places import country_name
from ..rules.reading import Reading


@dataclass(frozen=True, slots=True)
class Subjects:
    """`authors` stand in the order of the byline."""

    topics: list[Topic]
    countries: list[Country]
    terms: list[Term]
    authors: list[Author]

    def belong_to(self, article: Article) -> None:
        article.topics.set(self.topics)
        article.countries.set(self.countries)
        article.terms.set(self.terms)
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
        authors=[_named(Author, person.slug, {reading.language: person.name}) for person in reading.authors],
    )


def _country_names(code: str) -> dict[str, str]:
    return {language: country_name(code, language) for language in newsroom().languages}


def _named(model: type[Any], slug: str, names: dict[str, str]) -> Any:
    """The row of that slug, with any name it lacked."""
    row, created = model.objects.get_or_create(slug=slug, defaults={"names": names})
    if not created and any(language not in row.names for language in names):
        row.names = {**names, **row.names}
        row.save(update_fields=["names"])
    return row

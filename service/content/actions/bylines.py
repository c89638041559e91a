"""A name goes from everywhere, at once, for somebody's safety. The stories stay, and so does the choice:
whatever the CMS goes on to say, the name is withheld until it is restored."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from service.toolbox.bell import ring
from service.toolbox.errors import ServiceError

from ..models import Article, Author
from .store import add_version

_TEXTS = ("title", "standfirst", "body", "note", "image_alt")


@dataclass(frozen=True, slots=True)
class Removal:
    """`still_named` are stories whose own text names the person: only the CMS can change that."""

    articles: int
    still_named: tuple[Article, ...]


def authors_called(wanted: str) -> list[Author]:
    """By slug, or by the name in any language; several where the CMS knows one person by several slugs.
    Raises ServiceError where there is none."""
    found = [author for author in Author.objects.order_by("slug") if author.slug == wanted or author.is_called(wanted)]
    if not found:
        raise ServiceError(f"No author is called {wanted!r}. Give the whole name, or the slug of the author's feed.")
    return found


def remove_byline(author: Author, now: datetime) -> Removal:
    """Run again, it only looks again who is still named."""
    with transaction.atomic():
        won = Author.objects.filter(pk=author.pk, withheld_at=None).update(withheld_at=now)
        told = _tell(author, "byline", now) if won else 0
    return Removal(told, still_named(author))


def restore_byline(author: Author, now: datetime) -> int:
    """The name stands again wherever it stood. Returns on how many articles."""
    with transaction.atomic():
        won = Author.objects.withheld().filter(pk=author.pk).update(withheld_at=None)
        return _tell(author, "named", now) if won else 0


def withheld_from(article: Article) -> list[Author]:
    return list(Author.objects.withheld().filter(articles=article))


def names_of(authors: Iterable[Author]) -> set[str]:
    """In every language."""
    return {name for author in authors for name in author.names.values() if name}


def names_in(words: Iterable[str], names: Iterable[str]) -> bool:
    """However the words are broken into lines, in capitals or not."""
    every = [" ".join(one.split()).casefold() for one in words]
    return any(name.casefold() in one for one in every for name in names)


def still_named(author: Author) -> tuple[Article, ...]:
    """Stories that were published and say the name in their own words, newest first."""
    named = Q(pk=None)
    for name in names_of([author]):
        for text in _TEXTS:
            named |= Q(**{f"{text}__icontains": name})
        named |= Q(image_credit__icontains=name) & ~Q(authors=author)
    return tuple(Article.objects.published().filter(named).newest_first())


def _tell(author: Author, kind: str, now: datetime) -> int:
    """A version of each article, so that every outlet that holds a copy is owed a new one. Of what is to come
    no outlet does; partners may."""
    ids = list(Article.objects.perhaps_given().filter(authors=author).order_by("pk").values_list("pk", flat=True))
    for pk in ids:
        article = Article.objects.select_for_update().get(pk=pk)
        add_version(article, kind, "", now, _shelves(article, author))
    ring("publish_feeds", "dispatch_editions", "tell_partners")
    return len(ids)


def _shelves(article: Article, author: Author) -> dict[str, list[str]]:
    if article.first_seen is None:
        return {}
    touched = article.shelved_under()
    return {**touched, "author": sorted({*touched["author"], author.slug})}

"""Names that are withheld, in a letter's words: in its own, or in what a story says."""

from collections.abc import Iterable

from service.content.models import Author

from .models import Edition


def withheld_since(edition: Edition) -> set[str]:
    """What was withheld before it was drafted never got into it as a byline."""
    since = Author.objects.filter(withheld_at__gte=edition.drafted_at)
    return {name for author in since for name in author.names.values()}


def names_in(words: Iterable[str], names: Iterable[str]) -> bool:
    """However the words are broken into lines, in capitals or not."""
    every = [" ".join(one.split()).casefold() for one in words]
    return any(name.casefold() in one for one in every for name in names)

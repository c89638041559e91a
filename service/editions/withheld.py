"""Names that are withheld, in a letter's words: in its own, or in what a story says."""

from collections.abc import Iterable

from service.content.actions.bylines import names_in, names_of
from service.content.models import Author

from .models import Edition


def names_withheld(edition: Edition, words: Iterable[str]) -> bool:
    """Whether they name somebody whose name was withheld since it was drafted: what was withheld before never got
    into it as a byline."""
    return names_in(words, names_of(Author.objects.filter(withheld_at__gte=edition.drafted_at)))

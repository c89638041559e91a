"""What changed between the version that a partner has and another."""

from itertools import dropwhile

from service.content.actions.bylines import names_in, names_of, withheld_from
from service.content.actions.differences import Difference, between
from service.content.models import Article, Author, Version

from ..models import Partner

_BEFORE_IT_IS_OUT = ("scheduled", *Version.SAME_WORDS)


def difference(partner: Partner, article: Article, number: int, since: int | None) -> Difference | None:
    """Against `since`, else the last earlier version that the partner was given, else the one before.
    None where there are no two such versions, and where one's text may hold a name that was taken off."""
    open_to = {version.number: version for version in _open_to(partner, article)}
    new = open_to.get(number)
    old = open_to.get(since or _last_given(partner, article, number))
    if new is None or old is None or old.number > new.number:
        return None
    if any(one.kind == "byline" for one in open_to.values() if old.number < one.number <= new.number):
        return None
    found = between(old, new)
    return None if withheld_from(article) or _names_the_withheld(found) else found


def _names_the_withheld(found: Difference) -> bool:
    """Also one whom the CMS does not call an author of it, or not any more."""
    said = [words for one in (found.title, found.standfirst, *found.paragraphs) for words in (one.old, one.new)]
    return names_in(said, names_of(Author.objects.withheld()))


def _open_to(partner: Partner, article: Article) -> list[Version]:
    """What stood in it before it came out is for those alone who were given that."""
    given = set(article.pulls.filter(partner=partner).values_list("version", flat=True))
    every = list(article.versions.all())
    out = {one.pk for one in dropwhile(lambda one: one.kind in _BEFORE_IT_IS_OUT, every)}
    return [one for one in every if one.pk in out or one.number in given]


def _last_given(partner: Partner, article: Article, number: int) -> int:
    earlier = article.pulls.filter(partner=partner, version__lt=number).order_by("-version")
    return earlier.values_list("version", flat=True).first() or number - 1

"""In which letters an article stands, and how many readers have it."""

from dataclasses import dataclass

from django.db.models import Q

from service.content.models import Article
from service.delivery.actions.reached import Reached, dropped, reached

from ..models import Edition


@dataclass(frozen=True, slots=True)
class Appearance:
    """`left_out`: it was taken out of the letter. `reached` is how far the letter has got; `dropped` how many
    have the article from a letter that lost it on the way, None where it did not."""

    edition: Edition
    left_out: bool
    reached: Reached
    dropped: int | None


def appearances(article: Article) -> list[Appearance]:
    """The latest first."""
    out = set(article.in_editions.filter(left_out=True).values_list("edition", flat=True))
    found = Edition.objects.filter(Q(items__article=article) | Q(article=article)).distinct().order_by("-drafted_at")
    lost = dropped((one.mailing_key for one in found), article.key)
    return [Appearance(one, one.pk in out, reached([one.mailing_key]), lost.get(one.mailing_key)) for one in found]


def readers_of(article: Article) -> Reached:
    """All its letters together: readers who have it, each once but for letters that lost it on the way, and
    letters still to leave with it."""
    holding = Q(items__article=article, items__left_out=False) | Q(article=article)
    lost = dropped((one.mailing_key for one in Edition.objects.filter(items__article=article)), article.key)
    keys = {one.mailing_key for one in Edition.objects.filter(holding).distinct()} - lost.keys()
    found = reached(keys)
    return Reached(found.readers + sum(lost.values()), found.remaining)

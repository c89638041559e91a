"""What changed between the version that a partner has and another."""

from dataclasses import dataclass

from service.content.models import Article, Version
from service.content.rules.comparison import Paragraph, compare
from service.toolbox import html

from ..models import Partner


@dataclass(frozen=True, slots=True)
class Difference:
    """`more_changed`: links, pictures or formatting did, where the words did not."""

    article: Article
    old: int
    new: int
    note: str
    title: Paragraph
    standfirst: Paragraph
    paragraphs: tuple[Paragraph, ...]
    more_changed: bool


def difference(partner: Partner, article: Article, number: int, since: int | None) -> Difference | None:
    """Against `since`, else the last earlier version that the partner was given, else the one before.
    None where there are no two such versions, and across the removal of a byline: the older text may
    hold the name."""
    open_to = {version.number: version for version in _open_to(partner, article)}
    new = open_to.get(number)
    old = open_to.get(since or _last_given(partner, article, number))
    if new is None or old is None or old.number > new.number:
        return None
    if any(one.kind == "byline" for one in open_to.values() if old.number < one.number <= new.number):
        return None
    before, after = html.paragraphs(old.body), html.paragraphs(new.body)
    return Difference(
        article=article,
        old=old.number,
        new=new.number,
        note=new.note,
        title=_line(old.title, new.title),
        standfirst=_line(old.standfirst, new.standfirst),
        paragraphs=compare(before, after),
        more_changed=before == after and old.body != new.body,
    )


def _open_to(partner: Partner, article: Article) -> list[Version]:
    """What stood in it before it came out is for those alone who were given that."""
    given = set(article.pulls.filter(partner=partner).values_list("version", flat=True))
    return [one for one in article.versions.all() if one.kind != "scheduled" or one.number in given]


def _last_given(partner: Partner, article: Article, number: int) -> int:
    earlier = article.pulls.filter(partner=partner, version__lt=number).order_by("-version")
    return earlier.values_list("version", flat=True).first() or number - 1


def _line(old: str, new: str) -> Paragraph:
    if old == new:
        return Paragraph("kept", old, new)
    return Paragraph("changed", old, new)

"""What changed between two versions of an article."""

from dataclasses import dataclass

from service.toolbox import html

from ..models import Article, Version
from ..rules.comparison import CHANGED, KEPT, Paragraph, compare

MOST_SHOWN = 20


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

    @property
    def moved(self) -> list[Paragraph]:
        """Only what is not as it was, the title first."""
        return [line for line in (self.title, self.standfirst, *self.paragraphs) if line.state != KEPT]


@dataclass(frozen=True, slots=True)
class Edit:
    """A version with what it changed; of the first there is nothing to compare."""

    version: Version
    difference: Difference | None


def between(old: Version, new: Version) -> Difference:
    before, after = html.paragraphs(old.body), html.paragraphs(new.body)
    return Difference(
        article=new.article,
        old=old.number,
        new=new.number,
        note=new.note,
        title=_line(old.title, new.title),
        standfirst=_line(old.standfirst, new.standfirst),
        paragraphs=compare(before, after),
        more_changed=before == after and old.body != new.body,
    )


def edits(article: Article) -> list[Edit]:
    """What became of it, the latest first; at most the last twenty."""
    latest = list(article.versions.order_by("-number")[: MOST_SHOWN + 1])
    pairs = zip(latest, [*latest[1:], None], strict=True)
    return [Edit(new, between(old, new) if old else None) for new, old in pairs][:MOST_SHOWN]


def _line(old: str, new: str) -> Paragraph:
    return Paragraph(KEPT if old == new else CHANGED, old, new)

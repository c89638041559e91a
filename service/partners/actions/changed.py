"""What a correction changed, paragraph by paragraph, since the version that a partner has."""

from django.db.models import Max

from service.toolbox import html

from ..models import Told
from ..rules.paragraphs import Change, changes
from ..rules.telling import CORRECTION


def changed(told: Told) -> list[Change]:
    """Nothing but for a correction: a letter about a name taken off must not repeat it."""
    version = told.notice.version
    if told.notice.kind != CORRECTION:
        return []
    article = version.article
    mine = article.pulls.filter(partner=told.partner, version__lt=version.number) if told.partner else None
    number = mine.aggregate(last=Max("version"))["last"] if mine else None
    before = article.versions.filter(number__lt=version.number).order_by("-number")
    known = before.filter(number=number).first() if number else before.first()
    if known is None:
        return []
    return changes(_paragraphs(known.title, known.body), _paragraphs(version.title, version.body))


def _paragraphs(title: str, body: str) -> list[str]:
    return [title, *html.paragraphs(body)]

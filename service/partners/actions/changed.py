"""What a correction changed, paragraph by paragraph, since the version that a partner has."""

from service.content.rules.comparison import Paragraph

from ..models import Told
from ..rules.telling import CORRECTION
from .differences import difference


def changed(told: Told) -> list[Paragraph]:
    """What stayed is left out. Nothing but for a correction: a letter about a name taken off must not repeat
    it."""
    version = told.notice.version
    if told.notice.kind != CORRECTION or told.partner is None:
        return []
    found = difference(told.partner, version.article, version.number, None)
    return found.moved if found else []

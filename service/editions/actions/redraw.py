"""The letters of an edition that is on its way, from its rows as they are now."""

from dataclasses import dataclass
from datetime import datetime

from service.delivery.actions.plan import recompile, rewrite
from service.delivery.models import Mailing
from service.delivery.rules.compiled import legible
from service.toolbox.letters import Letter

from ..models import Edition
from ..segments import EVERYBODY, segment
from .compose import compose, envelope
from .release import content_hash, released


@dataclass(frozen=True, slots=True)
class Redrawn:
    """`compiled` by the rendition's id."""

    letter: Letter
    compiled: dict[int, bytes]

    @property
    def words(self) -> list[str]:
        return [self.letter.text, self.letter.html, *map(legible, self.compiled.values())]


def redraw(edition: Edition, mailing: Mailing | None, now: datetime) -> Redrawn:
    """Writes nothing. Raises ServiceError for a letter that must not leave."""
    drawn, compiled = released(compose(edition, now)), {}
    for rendition in mailing.renditions.all() if mailing else []:
        one = segment(rendition.segment)
        own = drawn if one == EVERYBODY else released(compose(edition, now, one))
        compiled[rendition.pk] = recompile(rendition, envelope(edition, own.subject, one), own.html, own.text)
    return Redrawn(drawn, compiled)


def put(edition: Edition, mailing: Mailing | None, drawn: Redrawn) -> None:
    """In a transaction that holds the edition."""
    told = drawn.letter
    edition.subject, edition.html, edition.text = told.subject, told.html, told.text
    edition.content_hash = content_hash(told)
    edition.save(update_fields=["subject", "html", "text", "content_hash"])
    if mailing:
        rewrite(mailing, drawn.compiled)

"""In which order the stories of a draft stand, and where each may: by section, the pinned before all.
Plain Python."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

FIRST = "first"
SEE_ALSO = "see-also"
# What these sections are called says what a story is; any may stand in the others.
_ONLY = {"latest-investigation": "investigation", "analysis": "analysis", "organization": "organization"}


@dataclass(frozen=True, slots=True)
class Standing:
    """A story where it stands; `section` is FIRST for one that is pinned."""

    id: int
    kind: str
    section: str


@dataclass(frozen=True, slots=True)
class Layout:
    """`rows` has the stories of each section in their order, `kinds` what each is."""

    rows: dict[str, list[int]]
    kinds: dict[int, str]

    def section_of(self, id: int) -> str:
        return next(section for section, ids in self.rows.items() if id in ids)

    def may_stand(self, id: int, section: str) -> bool:
        return section in self.rows and _ONLY.get(section, self.kinds[id]) == self.kinds[id]

    def up(self, id: int) -> "Layout | None":
        """One place, or from the first of a section to the end of the next above where it may stand. None:
        it is the first already."""
        return self._step(id, -1)

    def down(self, id: int) -> "Layout | None":
        return self._step(id, 1)

    def put(self, id: int, section: str, before: int | None = None) -> "Layout":
        """At the end of that section, or before the story of it that is named."""
        rows = {name: [one for one in ids if one != id] for name, ids in self.rows.items()}
        there = rows[section]
        there.insert(there.index(before) if before in there else len(there), id)
        return Layout(rows, self.kinds)

    def _step(self, id: int, by: int) -> "Layout | None":
        section = self.section_of(id)
        ids, names = self.rows[section], list(self.rows)
        at = ids.index(id) + by
        if 0 <= at < len(ids):
            moved = [one for one in ids if one != id]
            moved.insert(at, id)
            return Layout({**self.rows, section: moved}, self.kinds)
        at = names.index(section)
        beyond = names[at + 1 :] if by > 0 else reversed(names[:at])
        to = next((name for name in beyond if self.may_stand(id, name)), None)
        if to is None:
            return None
        return self.put(id, to, next(iter(self.rows[to]), None) if by > 0 else None)


def layout(stories: Iterable[Standing], sections: Sequence[str]) -> Layout:
    """`sections` as newsroom.toml has them; one that it left out since comes last."""
    told = list(stories)
    kinds = {one.id: one.kind for one in told}
    names = [FIRST, *(name for name in sections if name != SEE_ALSO), "briefs", *(one.section for one in told)]
    rows: dict[str, list[int]] = {name: [] for name in names}
    for one in told:
        rows[one.section].append(one.id)
    return Layout(rows, kinds)

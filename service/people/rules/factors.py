"""Who must prove twice that it is they."""

from enum import StrEnum

from .roles import Right


class SecondFactor(StrEnum):
    """Of whom it is asked: the setting DESK_SECOND_FACTOR."""

    PUBLISHERS = "publishers"
    EVERYONE = "everyone"
    NOBODY = "nobody"


STRONG = frozenset({Right.PUBLISH, Right.READERS, Right.ADMINISTER})
"""Rights by which something goes out, or one reader is seen, or somebody is let in."""


def asks_second_factor(of: str, right: Right) -> bool:
    """Whether a view that needs `right` opens only to whoever has one."""
    return of == SecondFactor.EVERYONE or (of == SecondFactor.PUBLISHERS and right in STRONG)

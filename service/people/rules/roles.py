"""Rights are asked for by views; roles are what people have. One table says which role holds which right."""

from collections.abc import Iterable
from enum import StrEnum


class Right(StrEnum):
    SEE = "see"
    """Numbers and states; nothing about one reader."""
    EDIT = "edit"
    """Drafts, appeals, the letter; and whatever stops: hold, pause, cancel."""
    PUBLISH = "publish"
    """Whatever goes out or is told to the world: approve, resume, correct, withdraw, take a name off."""
    PARTNERS = "partners"
    """Partners, their keys, what they published."""
    READERS = "readers"
    """One reader at a time, with a reason: look up, export, erase."""
    ADMINISTER = "administer"
    """People, raw records, the installation."""


class Role(StrEnum):
    READER = "reader"
    EDITOR = "editor"
    PUBLISHER = "publisher"
    PARTNER_MANAGER = "partner manager"
    ADMINISTRATOR = "administrator"


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.READER: frozenset({Right.SEE}),
    Role.EDITOR: frozenset({Right.SEE, Right.EDIT}),
    Role.PUBLISHER: frozenset({Right.SEE, Right.EDIT, Right.PUBLISH, Right.READERS}),
    Role.PARTNER_MANAGER: frozenset({Right.SEE, Right.PARTNERS}),
    Role.ADMINISTRATOR: frozenset(Right),
}


def rights_of(roles: Iterable[str]) -> frozenset[Right]:
    """Of somebody with these roles, by their names; unknown names give none."""
    known = {str(role) for role in Role}
    return frozenset[Right]().union(*(RIGHTS[Role(name)] for name in roles if name in known))

"""Roles, in the language that is active, with what each may do."""

from django.utils.translation import gettext

from service.people.rules.roles import Role


def role_name(role: str) -> str:
    names: dict[str, str] = {
        Role.READER: gettext("reader of numbers"),
        Role.EDITOR: gettext("editor"),
        Role.PUBLISHER: gettext("publisher"),
        Role.PARTNER_MANAGER: gettext("partner manager"),
        Role.ADMINISTRATOR: gettext("administrator"),
    }
    return names.get(role, role)


def role_told(role: str) -> str:
    """What somebody with it may do."""
    return {
        Role.READER: gettext("sees numbers and states, and nothing about one reader"),
        Role.EDITOR: gettext("writes drafts and appeals, and can stop whatever goes out"),
        Role.PUBLISHER: gettext("approves, corrects and withdraws, and sees one reader, with a reason"),
        Role.PARTNER_MANAGER: gettext("looks after partners, their keys and what they published"),
        Role.ADMINISTRATOR: gettext("may do all of that, lets people in, and sees the raw records"),
    }[Role(role)]


def role_options() -> list[tuple[str, str]]:
    return [(str(role), f"{role_name(role)}: {role_told(role)}") for role in Role]

"""Voting is opened, answered and closed. Whoever holds a token of the salt has one vote a story; what
comes with any other token is thanked for and dropped, so that nobody learns which tokens are real."""

import hmac
import secrets
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_noop

from service.toolbox import tokens
from service.toolbox.errors import ServiceError

from .models import Comment, Pace, Salt, Tally, Vote
from .rules import LONGEST_COMMENT, MOST_A_MINUTE, VOTING_LASTS, key_of, most_useful, tidy


class TooMany(ServiceError):
    """More than a minute may bring."""


class TooLong(ServiceError):
    """The comment is longer than may be."""


def open_voting(subject: str, now: datetime) -> bytes:
    """The salt that readers' tokens are made with (`tokens.nameless`); the same one when asked again."""
    given = {"secret": secrets.token_bytes(32), "closes_at": now + VOTING_LASTS}
    return bytes(Salt.objects.get_or_create(subject=subject, defaults=given)[0].secret)


def is_open(subject: str, now: datetime) -> bool:
    return Salt.objects.open(now).filter(subject=subject).exists()


def answer(
    subject: str, name: str, token: str, now: datetime, *, yes: bool, title: str = "", comment: str = ""
) -> bool:
    """One vote a token and story; another one changes it. False once voting is over. Raises TooLong or
    TooMany for a comment; then nothing was counted."""
    words = tidy(comment)
    if len(words) > LONGEST_COMMENT:
        raise TooLong(gettext_noop("That is longer than 2,000 characters. Shorten it, or write to the desk by mail."))
    salt = Salt.objects.open(now).filter(subject=subject).first()
    if salt is None:
        return False
    if tokens.is_nameless(bytes(salt.secret), token):
        key = key_of(subject, name)
        if words:
            _let_through("comments", now)
            # By itself: rows that one transaction wrote can be told to belong together.
            Comment.objects.create(key=key, title=title, day=now.date(), text=words)
        return _cast(subject, _nullifier(bytes(salt.secret), token, name), key, title, now, yes=yes)
    return True


def answer_openly(subject: str, name: str, now: datetime, *, yes: bool, title: str = "") -> None:
    """From somebody who needs no token. Raises TooMany."""
    _let_through(subject, now)
    with transaction.atomic():
        _count(key_of(subject, name), title, yes=int(yes), no=int(not yes))


def close_due(now: datetime) -> int:
    """From here on nothing can tell who voted what; the numbers stay. Returns how many votings closed."""
    with transaction.atomic():
        over = [salt.pk for salt in Salt.objects.over(now).select_for_update()]
        Vote.objects.filter(salt__in=over).delete()
        Salt.objects.filter(pk__in=over).delete()
        return len(over)


def forget_comments(before: date) -> int:
    """Those of earlier days. Returns how many went."""
    return Comment.objects.filter(day__lt=before).delete()[0]


def delete_comment(pk: UUID) -> None:
    """Such as one that names somebody. One that is gone already is as good."""
    Comment.objects.filter(pk=pk).delete()


def most_helpful(subject: str) -> list[str]:
    """The names of the stories that readers found useful there, if enough of them said so."""
    return most_useful(row.answers for row in Tally.objects.of(subject))


@transaction.atomic
def _cast(subject: str, nullifier: str, key: str, title: str, now: datetime, *, yes: bool) -> bool:
    """Closing waits for it, or it for closing."""
    salt = Salt.objects.select_for_update().open(now).filter(subject=subject).first()
    if salt is None:
        return False
    vote, new = Vote.objects.get_or_create(nullifier=nullifier, defaults={"salt": salt, "yes": yes})
    if new:
        _count(key, title, yes=int(yes), no=int(not yes))
    elif vote.yes != yes:
        Vote.objects.filter(pk=nullifier).update(yes=yes)
        _count(key, title, yes=1 if yes else -1, no=-1 if yes else 1)
    return True


def _nullifier(secret: bytes, token: str, name: str) -> str:
    return hmac.digest(secret, f"vote\n{token}\n{name}".encode(), "sha256").hex()


def _count(key: str, title: str, *, yes: int, no: int) -> None:
    Tally.objects.get_or_create(key=key, defaults={"title": title})
    Tally.objects.filter(key=key).update(yes=F("yes") + yes, no=F("no") + no)


@transaction.atomic
def _let_through(door: str, now: datetime) -> None:
    minute = now.replace(second=0, microsecond=0)
    Pace.objects.get_or_create(door=door, defaults={"minute": minute})
    pace = Pace.objects.select_for_update().get(door=door)
    taken = pace.taken if pace.minute == minute else 0
    if taken >= MOST_A_MINUTE:
        raise TooMany(gettext_noop("Very many answers are coming in. Try again in a minute."))
    Pace.objects.filter(door=door).update(minute=minute, taken=taken + 1)

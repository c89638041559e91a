"""Ending somebody's sessions: with whatever makes them somebody else than they were when they logged in."""

from datetime import datetime

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session


def end_sessions(user: User, *, but: str = "") -> int:
    """All of them, on every machine, but the one whose key is named. Only the desk has sessions, so there are few."""
    ended = 0
    for session in Session.objects.exclude(session_key=but):
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            session.delete()
            ended += 1
    return ended


def forget_sessions(now: datetime) -> int:
    """Those that are too old to be gone on with."""
    return Session.objects.filter(expire_date__lt=now).delete()[0]

"""One request of a partner's program: with which key it came, and what its answer stands for."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest

from service.partners.models import Key, Partner


@dataclass(slots=True)
class Visit:
    """`etag` is set by what answers, where an answer can be kept."""

    key: Key
    now: datetime
    etag: str = ""

    @property
    def partner(self) -> Partner:
        return self.key.partner


def visit_of(request: HttpRequest) -> Visit:
    """Only behind the credentials."""
    visit: Visit = request.auth  # type: ignore[attr-defined]
    return visit


def visit_or_none(request: HttpRequest) -> Visit | None:
    visit = getattr(request, "auth", None)
    return visit if isinstance(visit, Visit) else None


def is_given(request: HttpRequest) -> bool:
    """False for HEAD, which the door turns into GET: its answer holds no text."""
    return bool(request.META["REQUEST_METHOD"] == "GET")

"""Whether a key opens a door now, and how a closed one is answered (RFC 9110 §15.5, RFC 9457).

Unknown: 404, which gives nothing away in an address, or 401 where credentials were asked for. Suspended,
expired, outside its scope, terms not accepted: 403. Revoked for good: 410.
"""

from dataclasses import dataclass
from datetime import datetime

from service.toolbox.errors import ServiceError

FEEDS, API, REPORTS = "feeds", "api", "reports"
SCOPES = (FEEDS, API, REPORTS)


class Refused(ServiceError):
    """`status` is HTTP's; `code` a word for programs."""

    def __init__(self, status: int, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.code = status, code


@dataclass(frozen=True, slots=True)
class Standing:
    """A key and its partner, as they stand."""

    revoked: datetime | None
    expires: datetime | None
    scopes: tuple[str, ...]
    suspended: datetime | None
    terms_accepted: bool


def admit(standing: Standing, scope: str, contact: str, now: datetime) -> None:
    """Raises Refused; `contact` is whom the partner should write to."""
    if standing.revoked and standing.revoked <= now:
        raise Refused(410, "key_revoked", f"This key was revoked. Write to {contact} for another.")
    if standing.suspended:
        raise Refused(403, "partner_suspended", f"Republication is suspended. Write to {contact}.")
    if standing.expires and standing.expires <= now:
        raise Refused(403, "key_expired", f"This key expired on {standing.expires:%Y-%m-%d}. Write to {contact}.")
    if not standing.terms_accepted:
        raise Refused(403, "terms_not_accepted", f"The terms have not been accepted yet. Write to {contact}.")
    if scope not in standing.scopes:
        raise Refused(403, "out_of_scope", f"This key is not for {scope}. Write to {contact} for one that is.")

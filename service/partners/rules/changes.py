"""What a version means to a partner, and where a reader of changes stands."""

CREATED, UPDATED, CORRECTED, WITHDRAWN = "created", "updated", "corrected", "withdrawn"
RESTORED, BYLINE_REMOVED, DESELECTED = "restored", "byline removed", "deselected"

_KINDS = {
    "published": CREATED,
    "fix": UPDATED,
    "update": UPDATED,
    "correction": CORRECTED,
    "withdrawal": WITHDRAWN,
    "restored": RESTORED,
    "byline": BYLINE_REMOVED,
    "named": UPDATED,
    "released": RESTORED,
}


def kind_of_change(version: str, status: str, *, to_come: bool, given_early: bool) -> str | None:
    """None for what no partner can know of: an article that is to come, unless somebody was given it
    early; and for a hold, which asks nothing of them. `version` and `status` are the version's kind and the
    article's state; `to_come`: it was not out yet at that version."""
    if version == "held":
        return None
    if version == "scheduled":
        early = WITHDRAWN if status == "withdrawn" else UPDATED
        return early if given_early else None
    return None if to_come and not given_early else _KINDS[version]


def status_told(status: str, *, came_out: bool) -> str:
    """How an article stands, to a partner: of a hold nobody is told, so as it stood before."""
    before = "published" if came_out else "scheduled"
    return before if status == "held" else status


def is_significant(kind: str, version: str) -> bool:
    """False for a small fix, which needs no word to readers, and where a filter lets it through no more."""
    return kind != DESELECTED and version not in ("fix", "scheduled", "released")

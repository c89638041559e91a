"""Errors told to Sentry, or to whatever speaks as it does, where SENTRY_DSN is set: what went wrong and in which
line. What was asked, by whom and with what in its hands stays here."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from .logs import masked

# All that leaves of an event; whatever a later version of the library adds does not.
_TOLD = (
    *("event_id", "timestamp", "level", "platform", "logger", "release", "sdk", "transaction", "transaction_info"),
    *("exception", "logentry", "message"),
)
_OF_A_FRAME = ("abs_path", "filename", "function", "in_app", "lineno", "module")


def start(dsn: str, release: str) -> None:
    """Raises ImproperlyConfigured where the library is not there or the address is none."""
    try:
        import sentry_sdk
    except ImportError as error:
        raise ImproperlyConfigured("SENTRY_DSN is set, and sentry-sdk is not there: pip install sentry-sdk.") from error
    try:
        sentry_sdk.init(
            dsn=dsn,
            release=release,
            before_send=scrubbed,
            send_default_pii=False,
            include_local_variables=False,
            include_source_context=False,
            max_request_body_size="never",
            max_breadcrumbs=0,
            server_name="byline",
        )
    except sentry_sdk.utils.BadDsn as error:
        raise ImproperlyConfigured(f"SENTRY_DSN can't be used ({error}).") from error


def scrubbed(event: Any, hint: Mapping[str, Any]) -> Any:
    """What may leave of it, without an address, a token or a key in any of its words."""
    told = {name: _clean(event[name]) for name in _TOLD if name in event}
    for error in told.get("exception", {}).get("values", []):
        frames = (error.get("stacktrace") or {}).get("frames", [])
        error["stacktrace"] = {"frames": [{name: one[name] for name in _OF_A_FRAME if name in one} for one in frames]}
    return told


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, Mapping):
        return {_clean(name): _clean(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean(one) for one in value]
    return value

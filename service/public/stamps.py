"""When a form was shown, signed into the form itself: whoever sends it at once is no person."""

from datetime import timedelta

from service.toolbox import tokens
from service.toolbox.tokens import BadToken

AT_LEAST, AT_MOST = timedelta(seconds=2), timedelta(hours=12)
_PURPOSE = "form"


def shown_now() -> str:
    return tokens.sign(_PURPOSE, _PURPOSE)


def was_shown(stamp: str) -> bool:
    """By us, today, and for more than a moment."""
    return _opens(stamp, AT_MOST) and not _opens(stamp, AT_LEAST)


def _opens(stamp: str, within: timedelta) -> bool:
    try:
        tokens.open_token(_PURPOSE, stamp, within)
    except BadToken:
        return False
    return True

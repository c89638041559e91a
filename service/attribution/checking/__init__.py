"""Somebody's page, read by the rules that composed the attribution: what is there, what is missing,
and what to paste. Plain Python: bytes and facts in, findings out.

`reading` makes a `page` of lines as a reader sees them → `locate` finds our text on it → `judges/` ask one
question each → `check` → `repair`.
"""

from .check import check
from .values import Finding, Original, Picture, Report, Republished, Text

__all__ = ["Finding", "Original", "Picture", "Report", "Republished", "Text", "check"]

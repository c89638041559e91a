"""Somebody's page, read by the rules that composed the attribution: what is there, what is missing,
and what to paste. Plain Python: bytes and facts in, findings out.

`decoding` → `page` (what a reader sees, line by line) → `locate` (where our text stands on it) →
`judges/` (one question each) → `check`.
"""

from .check import check
from .values import Finding, Original, Picture, Republished, Report, Text

__all__ = ["Finding", "Original", "Picture", "Report", "Republished", "Text", "check"]

"""What a mail that came back says about its reader's address."""

import re
from dataclasses import dataclass
from datetime import date

SOFT_DAYS = 5

_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_CODE = re.compile(r"\b([245]\d\d)(?=[ -])")
_SAYS_NOTHING = re.compile(r"[45]\.0\.0$")
# RFC 3463 §3.2, §3.3, §3.5: addressing, mailbox, routing. The others are about the letter, its sender
# or a mail system, and must never be held against a reader: one blocklist would cost us thousands.
_ABOUT_THE_ADDRESS = re.compile(r"[45]\.[124]\.")
_NO_SUCH_MAILBOX = re.compile(r"5\.1\.(1|2|3|6|10)$|5\.2\.1$")
_UNKNOWN = re.compile(
    r"(no such|unknown|invalid|not found).{0,30}(user|mailbox|recipient|address|account)"
    r"|(user|mailbox|recipient|address|account).{0,40}(unknown|invalid|not found|(does ?n.t|does not) exist|disabled)",
    re.IGNORECASE,
)
_FULL_OR_AWAY = (450, 452, 552)  # RFC 5321 §4.2.3


@dataclass(frozen=True, slots=True)
class Reply:
    """A server's words: `code` of three digits (0: none came), `enhanced` by RFC 3463, or ""."""

    code: int = 0
    enhanced: str = ""
    text: str = ""


NO_REPLY = Reply()


def reply_in(status: str, words: str) -> Reply:
    """`status` and `words` are a report's Status and Diagnostic-Code; where the status says nothing in
    particular (Exim's 5.0.0), the one in the server's own words counts."""
    told = words.partition(";")[2].strip() if words.lower().startswith("smtp;") else words
    told = "".join(one if one.isprintable() else " " for one in told)  # no database takes NUL
    own, code, inner = _STATUS.match(status), _CODE.search(told), _STATUS.search(told)
    enhanced = own[1] if own and not _SAYS_NOTHING.match(own[1]) else inner[1] if inner else ""
    return Reply(int(code[1]) if code else 0, enhanced, told)


def is_hard(reply: Reply) -> bool:
    """Whether it is about the address itself, for good: no such mailbox, no such domain (RFC 3463 §3.2)."""
    if reply.enhanced:
        return bool(_NO_SUCH_MAILBOX.match(reply.enhanced))
    return reply.code in (550, 551, 553) and bool(_UNKNOWN.search(reply.text))


def is_about_the_address(code: int, enhanced: str) -> bool:
    """Whether a failure may count towards giving the address up."""
    return bool(_ABOUT_THE_ADDRESS.match(enhanced)) if enhanced else code in _FULL_OR_AWAY


def is_given_up(days: set[date]) -> bool:
    """`days` are those on which it failed since it last worked. One bad day is no reason."""
    return len(days) >= SOFT_DAYS

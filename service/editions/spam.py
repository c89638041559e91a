"""What SpamAssassin thinks of a letter, where it is installed. It asks nobody outside this machine."""

import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from service.toolbox import clock
from service.toolbox.letters import Letter

PROGRAM = "spamassassin"
SECONDS = 30
_POINTS = re.compile(r"\((-?[\d.]+) points, ([\d.]+) required\)")
_RULE = re.compile(r"^ ?(-?\d+\.\d+) ([A-Z][A-Z0-9_]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Score:
    """`limit` is where it calls a mail spam; `rules` are those that gave points."""

    points: float
    limit: float
    rules: Sequence[tuple[str, float]]


def score(drawn: Letter, sender: str) -> Score | None:
    """None where it is not installed, or gave no answer in time."""
    program = shutil.which(PROGRAM)
    if not program:
        return None
    asked = [program, "--local", "--prefspath=/dev/null", "--test-mode"]
    try:
        told = subprocess.run(asked, input=_mail(drawn, sender), capture_output=True, timeout=SECONDS, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    report = told.stdout.decode("utf-8", "replace")
    found = _POINTS.search(report)
    rules = (
        [(name, float(points)) for points, name in _RULE.findall(report[found.end() :]) if float(points)]
        if found
        else []
    )
    return Score(float(found[1]), float(found[2]), rules) if found else None


def _mail(drawn: Letter, sender: str) -> bytes:
    """As a reader's mail server sees it, but for the signature."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, "reader@example.org", drawn.subject
    mail["Date"], mail["Message-ID"] = format_datetime(clock.now()), make_msgid(domain=sender.rpartition("@")[2])
    mail.set_content(drawn.text)
    if drawn.html:
        mail.add_alternative(drawn.html, subtype="html")
    return mail.as_bytes()

"""What goes into a check and what comes out of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ..rules import Attribution

Verdict = Literal["pass", "fail", "unsure"]


@dataclass(frozen=True, slots=True)
class Republished:
    """An answer as it came: the address after redirects, headers with lower-case names, raw bytes."""

    url: str
    body: bytes
    status: int = 200
    headers: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """One version of an article. `kind` is the content store's: published, fix, update, correction…"""

    number: int
    kind: str
    paragraphs: tuple[str, ...]
    title: str
    standfirst: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    url: str
    may_republish: bool


@dataclass(frozen=True, slots=True)
class Original:
    """What was to be republished. `texts` are its versions, oldest first; `attribution` is composed in
    the language in which the partner is to be answered. `withheld` are names that must stand nowhere."""

    attribution: Attribution
    texts: tuple[Text, ...]
    authors: tuple[str, ...]
    pictures: tuple[Picture, ...] = ()
    withdrawn: bool = False
    withheld: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a judge says; `why` names its sentence in `phrases.py`, `evidence` is a quote from the page."""

    kind: str
    verdict: Verdict
    why: str
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A judgement with its sentence in the partner's language."""

    kind: str
    verdict: Verdict
    evidence: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Report:
    """`repair_top` and `repair_bottom` are HTML ready to paste above and below the text; "" where
    nothing is missing there."""

    url: str
    findings: tuple[Finding, ...]
    repair_top: str = ""
    repair_bottom: str = ""

    @property
    def is_well(self) -> bool:
        return not self.failed

    @property
    def failed(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.verdict == "fail")

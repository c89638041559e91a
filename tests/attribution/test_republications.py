"""The check, on pages as they are found: what each is expected to fail stands beside it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from service.attribution.checking import Report, check
from service.attribution.checking.decoding import decoded
from service.newsroom.rules import Newsroom

from .republications import ARTICLES, EXPECTED, original, page

CAN_BE_PASTED = {"byline", "authors", "top_link", "bottom_link", "licence"}
LACKING = [name for name, wanted in EXPECTED.items() if CAN_BE_PASTED & set(wanted.get("fail", []))]


def kinds(report: Report, verdict: str) -> set[str]:
    return {finding.kind for finding in report.findings if finding.verdict == verdict}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_page_is_judged_as_a_person_would(name: str, house: Newsroom) -> None:
    wanted = EXPECTED[name]
    report = check(page(name, wanted), original(wanted["article"], house), "en")
    assert kinds(report, "fail") == set(wanted.get("fail", []))
    assert kinds(report, "unsure") == set(wanted.get("unsure", []))
    evidence = {finding.kind: finding.evidence for finding in report.findings}
    for kind, words in wanted.get("evidence", {}).items():
        assert words in evidence[kind]


@pytest.mark.parametrize("name", LACKING)
def test_the_repair_block_mends_what_it_is_for(name: str, house: Newsroom) -> None:
    wanted = EXPECTED[name]
    republished, ours = page(name, wanted), original(wanted["article"], house)
    report = check(republished, ours, "en")
    html = decoded(republished.body)
    mended = pasted(html, wanted["article"], report).encode(encoding_of(html))
    assert not CAN_BE_PASTED & kinds(check(replace(republished, body=mended), ours, "en"), "fail")


def encoding_of(html: str) -> str:
    return "latin-1" if "iso-8859-1" in html else "utf-8"


def pasted(html: str, article: str, report: Report) -> str:
    """As an editor would: above the first paragraph that is ours, below the last."""
    body = ARTICLES[article]["versions"][-1]["body"]
    blocks = [line.partition(">")[2].rpartition("</")[0] for line in body.strip().splitlines()]
    found = [html.index(block) for block in blocks if block in html]
    ends = [html.index(block) + len(block) for block in blocks if block in html]
    first = html.rindex("<", 0, min(found))
    last = html.index(">", max(ends)) + 1
    return html[:first] + report.repair_top + html[first:last] + report.repair_bottom + html[last:]

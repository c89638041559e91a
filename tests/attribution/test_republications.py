"""The check, on pages as they are found: what each is expected to fail stands beside it."""

from __future__ import annotations

import pytest

from service.attribution.checking import check
from service.newsroom.rules import Newsroom

from .republications import EXPECTED, original, page


@pytest.mark.parametrize("name", EXPECTED)
def test_a_page_is_judged_as_a_person_would(name: str, house: Newsroom) -> None:
    wanted = EXPECTED[name]
    report = check(page(name, wanted), original(wanted["article"], house), "en")
    found = {verdict: {f.kind for f in report.findings if f.verdict == verdict} for verdict in ("fail", "unsure")}
    assert found == {"fail": set(wanted.get("fail", [])), "unsure": set(wanted.get("unsure", []))}
    evidence = {finding.kind: finding.evidence for finding in report.findings}
    for kind, words in wanted.get("evidence", {}).items():
        assert words in evidence[kind]

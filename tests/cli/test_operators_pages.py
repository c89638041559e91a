"""What the operators' pages tell to type exists, and their links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "docs/operators").glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_is_named_exists(page: Path) -> None:
    blocks = re.findall(r"`[^`\n]*byline [^`\n]*`|^[^|`\n]*byline [a-z_]+ .*$", page.read_text(), re.MULTILINE)
    asked = {name for block in blocks for name in re.findall(r"(?:^|[` ])byline ([a-z_]{4,})\b", block) if "`" in block}

    assert asked - set(get_commands()) - {"help"} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)", page.read_text()):
        assert target.startswith("http") or (page.parent / target).exists(), target


def test_the_index_names_every_page() -> None:
    index = (ROOT / "docs/operators/README.md").read_text()

    assert [page.name for page in PAGES if page.name != "README.md" and f"({page.name})" not in index] == []

"""The shortest whole way: a file in a folder reaches feed readers and mailboxes."""

from __future__ import annotations

from pathlib import Path

import pytest

from .installation import installed
from .processes import eventually

STORY = """---
id: {id}
language: en
kind: news
title: {title}
authors: [Lucía Ferrer]
topics: [customs]
countries: [PE]
url: https://cauce.example/{id}/
---
The first paragraph of {title}.
"""


def write(folder: Path, id: str, title: str) -> None:
    (folder / f"{id}.md").write_text(STORY.format(id=id, title=title), encoding="utf-8")


@pytest.mark.parametrize("kind", ["services", "embedded"])
def test_a_new_file_reaches_feeds_and_mailboxes_and_nobody_twice(kind: str, tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    write(folder, "old", "Old story")
    with installed(kind, tmp_path) as there:
        assert "1 added" in there.byline("ingest", "markdown", str(folder))
        eventually(lambda: there.titles("/feeds/en/latest.rss") == ["Old story"])
        there.subscribe("ana@readers.example")

        write(folder, "new", "New story")
        assert "1 added" in there.byline("pull_sources")
        for name in ("latest", "topics/customs", "countries/pe", "authors/lucia-ferrer", "kinds/news"):
            eventually(lambda name=name: "New story" in there.titles(f"/feeds/en/{name}.rss"))  # type: ignore[misc]
        (alert,) = eventually(lambda: there.letters("ana@readers.example", "NEW STORY"))
        assert "https://cauce.example/new/" in alert

        there.byline("pull_sources")
        there.byline("raise_alerts")
        assert len(there.letters("ana@readers.example", "Just published")) == 1

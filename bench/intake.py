"""An export of WordPress into the store: articles a second, and what the process weighs."""

from __future__ import annotations

import time
from pathlib import Path

from service.content.actions.pull import add_source, pull
from service.toolbox import clock

from .processes import resident_mb
from .table import Row

ARTICLES = 3_000
HEAD = """<rss xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
xmlns:wp="http://wordpress.org/export/1.2/"><channel>"""
BODY = "The port recorded forty containers that nobody had asked for. " * 60


def measure(folder: Path) -> list[Row]:
    path = folder / "export.xml"
    with path.open("w", encoding="utf-8") as export:
        export.write(HEAD)
        export.writelines(_item(number) for number in range(ARTICLES))
        export.write("</channel></rss>")
    source, before = add_source("wxr", str(path)), resident_mb(_own())
    first, again = _rate(source), _rate(source)
    grown = resident_mb(_own()) - before
    return [
        Row(f"take in an export of {ARTICLES:,} articles", first, None, "articles/s", "≥ 150"),
        Row("the same export again", again, first, "articles/s", "", "the first time"),
        Row("memory that it took", grown, None, "MB", "flat"),
    ]


def _rate(source: object) -> float:
    started = time.perf_counter()
    report = pull(source, clock.now())  # type: ignore[arg-type]
    assert not report.trouble, report.trouble
    return ARTICLES / (time.perf_counter() - started)


def _own() -> int:
    return int(Path("/proc/self").resolve().name)


def _item(number: int) -> str:
    return f"""<item><title>Note {number}</title><link>https://cauce.example/note-{number}/</link>
<guid>https://cauce.example/?n={number}</guid><dc:creator>author-{number % 20}</dc:creator>
<content:encoded><![CDATA[<p>{BODY}</p>]]></content:encoded><wp:post_id>{number}</wp:post_id>
<category domain="category" nicename="peru">Peru</category>
<category domain="post_tag" nicename="topic-{number % 40}">Topic {number % 40}</category>
<wp:post_date_gmt>2026-01-{1 + number % 28:02d} 10:00:00</wp:post_date_gmt><wp:status>publish</wp:status>
<wp:post_type>post</wp:post_type></item>"""

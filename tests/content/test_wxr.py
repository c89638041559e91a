"""Exports of WordPress: of any size, in any state."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest

from service.content.actions.pull import Report, add_source, pull
from service.content.models import Article
from service.toolbox.errors import ServiceError

pytestmark = pytest.mark.django_db

HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
{doctype}<rss version="2.0" xmlns:excerpt="{scheme}://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:wp="{scheme}://wordpress.org/export/1.2/"><channel><title>Cauce</title><language>es-CO</language>
<wp:author><wp:author_login>lucia</wp:author_login>
<wp:author_display_name><![CDATA[Lucía Ferrer]]></wp:author_display_name></wp:author>
"""


def item(number: int, **fields: str) -> str:
    told = {
        "title": f"Nota {number}",
        "link": f"https://cauce.example/es/nota-{number}/",
        "guid": f"https://cauce.example/?p={number}",
        "body": f"Primer párrafo de la nota {number}.\n\nSegundo párrafo.",
        "type": "post",
        "status": "publish",
        "password": "",
        "date": "2026-05-01 10:00:00",
        "extra": "",
        **fields,
    }
    return f"""<item><title>{told["title"]}</title><link>{told["link"]}</link>
<guid isPermaLink="false">{told["guid"]}</guid><dc:creator>lucia</dc:creator>
<content:encoded><![CDATA[{told["body"]}]]></content:encoded><excerpt:encoded><![CDATA[]]></excerpt:encoded>
<wp:post_id>{number}</wp:post_id><wp:post_date_gmt>{told["date"]}</wp:post_date_gmt><wp:status>{told["status"]}</wp:status>
<wp:post_type>{told["type"]}</wp:post_type><wp:post_password>{told["password"]}</wp:post_password>{told["extra"]}</item>
"""


def export(
    folder: Path, items: Sequence[str], name: str = "export.xml", doctype: str = "", scheme: str = "http"
) -> Path:
    path = folder / name
    path.write_text(HEAD.format(doctype=doctype, scheme=scheme) + "".join(items) + "</channel></rss>", encoding="utf-8")
    return path


def take(path: Path, now: datetime) -> Report:
    return pull(add_source("wxr", str(path)), now)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_posts_come_in_with_author_terms_picture_and_paragraphs(tmp_path: Path, now: datetime, scheme: str) -> None:
    extra = """<category domain="category" nicename="peru"><![CDATA[Perú]]></category>
<category domain="post_tag" nicename="mineria-ilegal"><![CDATA[Minería ilegal]]></category>
<wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key><wp:meta_value>9</wp:meta_value></wp:postmeta>"""
    picture = item(9, type="attachment", extra="<wp:attachment_url>https://cauce.example/p.jpg</wp:attachment_url>")
    report = take(export(tmp_path, [item(1, extra=extra), picture], scheme=scheme), now)
    article = Article.objects.get()
    assert report.counts == {"added": 1}
    assert article.body == "<p>Primer párrafo de la nota 1.</p>\n<p>Segundo párrafo.</p>"
    assert (article.language, article.author_names) == ("es", ["Lucía Ferrer"])
    assert [topic.slug for topic in article.topics.all()] == ["illegal-mining"]
    assert [country.code for country in article.countries.all()] == ["PE"]
    assert article.image_url == "https://cauce.example/p.jpg"


@pytest.mark.parametrize(
    "fields",
    [{"type": "page"}, {"type": "nav_menu_item"}, {"status": "draft"}, {"status": "private"}, {"password": "x"}],
)
def test_what_is_no_public_post_stays_out(tmp_path: Path, now: datetime, fields: dict[str, str]) -> None:
    take(export(tmp_path, [item(1, **fields), item(2)]), now)
    assert list(Article.objects.values_list("external_id", flat=True)) == ["2"]


def test_the_same_export_twice_and_a_newer_one_under_another_name_double_nothing(tmp_path: Path, now: datetime) -> None:
    old = export(tmp_path, [item(1), item(2)])
    assert take(old, now).counts == {"added": 2}
    assert take(old, now).counts == {"unchanged": 2}
    newer = export(tmp_path, [item(1, title="Nueva"), item(2), item(3)], name="newer.xml")
    assert take(newer, now).counts == {"changed": 1, "unchanged": 1, "added": 1}
    assert Article.objects.count() == 3


def test_a_post_that_the_export_calls_private_is_withdrawn_if_we_had_it(tmp_path: Path, now: datetime) -> None:
    take(export(tmp_path, [item(1), item(2, status="trash")]), now)
    take(export(tmp_path, [item(1, status="private"), item(2, status="trash")]), now)
    assert Article.objects.get().status == "withdrawn"


def test_an_export_never_raises_first_seen_to_today(tmp_path: Path, now: datetime) -> None:
    take(export(tmp_path, [item(1)]), now)
    article = Article.objects.get()
    assert (article.first_seen, article.imported) == (article.published, True)


def test_control_characters_and_broken_entities_lose_no_text(tmp_path: Path, now: datetime) -> None:
    broken = item(1, title="A \x0b B &nbsp; C", body="before \x1f after &bogus; end")
    take(export(tmp_path, [broken, item(2)]), now)
    article = Article.objects.get(external_id="1")
    assert article.title.startswith("A B")
    assert "before" in article.body
    assert "end" in article.body
    assert Article.objects.count() == 2


def test_an_entity_bomb_is_not_lit(tmp_path: Path, now: datetime) -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    doctype = f'<!DOCTYPE rss [<!ENTITY e0 "boom">{levels}<!ENTITY file SYSTEM "file:///etc/passwd">]>\n'
    take(export(tmp_path, [item(1, title="&e11; &file;", body="text"), item(2)], doctype=doctype), now)
    assert "root:" not in "".join(Article.objects.values_list("title", flat=True))
    assert Article.objects.filter(external_id="2").exists()


def test_half_an_export_brings_what_it_holds(tmp_path: Path, now: datetime) -> None:
    path = export(tmp_path, [item(number) for number in range(1, 60)])
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert 20 < take(path, now).counts["added"] < 40


@pytest.mark.parametrize("content", [b"", b"not xml at all", b"<html><p>no</p></html>"])
def test_what_is_no_export_is_told_in_a_sentence(tmp_path: Path, now: datetime, content: bytes) -> None:
    path = tmp_path / "export.xml"
    path.write_bytes(content)
    assert "not a WordPress export" in take(path, now).trouble


def test_a_file_that_is_not_there_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ServiceError, match="is not there"):
        add_source("wxr", str(tmp_path / "none.xml"))


def test_memory_stays_flat_however_long_the_export(tmp_path: Path) -> None:
    body = "Una frase larga que se repite. " * 400
    few = _peak(export(tmp_path, [item(number, body=body) for number in range(200)], name="few.xml"))
    many = _peak(export(tmp_path, [item(number, body=body) for number in range(4000)], name="many.xml"))
    assert many < few * 1.2


def _peak(path: Path) -> int:
    """Peak resident kilobytes of a process that does nothing but read the file."""
    code = f"""
import os, re
os.environ["DJANGO_SETTINGS_MODULE"] = "service.settings"
import django; django.setup()
from service.content.rules.drafts import Place
from service.content.sources import wxr
count = sum(len(portion.items) for portion in wxr.read(Place("wxr", {str(path)!r}, "en"), None))
assert count >= 200
print(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
"""
    return int(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout)

"""What JSON Feed and ninjs hold."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from typing import Any

from service.feeds.formats import jsonfeed, ninjs
from service.feeds.rules import Document, Gone, Note

from .document import DAY, DOCUMENT, ITEM, TO_REPUBLISH

GONE = replace(ITEM, status="withdrawn", whole=False, content="<p>Withdrawn.</p>", notes=(Note(DAY, "It was wrong."),))


def feed(document: Document = DOCUMENT) -> dict[str, Any]:
    return dict(json.loads(jsonfeed.write(document)))


def lines(document: Document = DOCUMENT) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ninjs.write(document).splitlines()]


def test_a_json_feed_holds_what_the_others_hold() -> None:
    (item,) = feed()["items"]
    assert (item["id"], item["url"], item["title"]) == (ITEM.guid, ITEM.url, ITEM.title)
    assert (item["date_published"], item["date_modified"]) == ("2026-11-20T09:30:00+00:00", "2026-11-21T09:30:00+00:00")
    assert (item["content_html"], item["summary"]) == (ITEM.content, "In short.")
    assert item["tags"] == ["Customs", "Peru", "Brief"]
    assert item["image"] == "https://cauce.example/p.jpg"


def test_a_reader_of_the_first_version_finds_an_author_too() -> None:
    (item,) = feed(TO_REPUBLISH)["items"]
    assert item["author"] == item["authors"][0] == {"name": "Ana Ruiz, Cauce"}


def test_a_json_feed_names_its_hub_and_the_page_where_it_goes_on() -> None:
    found = feed(replace(DOCUMENT, hub="https://hub.example/", older="https://l.example/2026-10.json"))
    assert found["hubs"] == [{"type": "WebSub", "url": "https://hub.example/"}]
    assert found["next_url"] == "https://l.example/2026-10.json"
    assert not {"hubs", "next_url"} & set(feed())


def test_every_json_item_says_on_what_terms_it_may_be_used() -> None:
    told = feed()["items"][0]["_republication"]
    assert told["license"]["url"] == DOCUMENT.licence_url
    assert told["conditions"] != told["requests"]
    assert told["translations"] == [
        {"lang": "es", "id": "https://cauce.example/?p=8", "url": "https://cauce.example/es/oro/"}
    ]
    assert told["images"][0]["may_republish"] is True
    assert told["content_sha256"] == sha256(ITEM.content.encode()).hexdigest()


def test_a_json_item_without_html_carries_its_summary_as_text() -> None:
    (item,) = feed(replace(DOCUMENT, items=(replace(ITEM, content=""),)))["items"]
    assert item["content_text"] == "In short."
    assert "content_html" not in item


def test_what_is_no_article_speaks_of_no_terms() -> None:
    (item,) = feed(replace(DOCUMENT, items=(replace(ITEM, attribution=None),)))["items"]
    assert "_republication" not in item


def test_a_withdrawn_article_is_withdrawn_in_both() -> None:
    document = replace(TO_REPUBLISH, items=(GONE,))
    (item,), (line,) = feed(document)["items"], lines(document)
    assert item["_republication"]["status"] == "withdrawn"
    assert (line["pubStatus"], line["representationType"]) == ("canceled", "partial")
    assert line["edNote"].startswith("It was wrong.")


def test_what_a_feed_holds_no_more_is_named_in_both_and_counts_as_no_article() -> None:
    document = replace(TO_REPUBLISH, gone=(Gone("guid-9", DAY),))
    assert feed(document)["_republication"]["gone"] == [{"id": "guid-9", "at": "2026-11-20T09:30:00+00:00"}]
    article, gone = lines(document)
    assert (article["pubStatus"], gone["pubStatus"], gone["uri"]) == ("usable", "withheld", "guid-9")
    assert ninjs.count(ninjs.write(document)) == 1


def test_a_line_stands_alone_and_says_which_standard_it_keeps() -> None:
    first, second = lines(replace(DOCUMENT, items=(ITEM, GONE)))
    assert (first["standard"]["name"], first["standard"]["version"]) == ("ninjs", "3.1")
    assert (first["uri"], first["type"], first["version"]) == (ITEM.guid, "text", "3")
    assert first["rightsInfo"] == second["rightsInfo"] == {"linkedRights": DOCUMENT.licence_url}


def test_a_line_names_people_places_subjects_and_kind_each_for_itself() -> None:
    (line,) = lines()
    assert [one["name"] for one in line["people"]] == ["Ana Ruiz", "Luis Paz"]
    assert [(one["name"], one["literal"]) for one in line["places"]] == [("Peru", "PE")]
    assert [one["uri"] for one in line["subjects"]] == ["https://x.example/topics/customs/"]
    assert [one["literal"] for one in line["genres"]] == ["brief"]


def test_a_line_counts_the_words_of_its_body() -> None:
    (body,) = lines()[0]["bodies"]
    assert (body["wordCount"], body["value"]) == (8, ITEM.content)


def test_a_line_leads_to_the_translation_and_the_picture() -> None:
    twin, picture = lines()[0]["associations"]
    assert (twin["uri"], twin["language"]) == ("https://cauce.example/?p=8", "es")
    assert (picture["type"], picture["by"], picture["renditions"][0]["width"]) == ("picture", "Ana Ruiz", 1200)


def test_a_summary_is_only_part_of_the_article() -> None:
    (line,) = lines(replace(DOCUMENT, items=(replace(ITEM, whole=False),)))
    assert line["representationType"] == "partial"


def test_no_text_can_end_a_line_early() -> None:
    body = ninjs.write(replace(DOCUMENT, items=(replace(ITEM, summary="one\u2028two\x85three\nfour"),)))
    assert len(body.decode().splitlines()) == 1
    assert json.loads(body)["descriptions"][0]["value"] == "one\u2028two\x85three\nfour"

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from markdown_it import MarkdownIt

from service.attribution import formats
from service.attribution.phrases import phrases
from service.attribution.rules import Attribution, compose, missing
from service.newsroom.rules import Newsroom
from service.toolbox.errors import ServiceError

BODY = "The text itself."


@dataclass
class Story:
    key: str = "abc123"
    title: str = "Gold [and] <scales> & *more*"
    language: str = "en"
    canonical_url: str = "https://cauce.example/gold/?a=1&b=2"
    published: datetime = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    author_names: tuple[str, ...] = ("Ana Ruiz", "Luis Paz")


@pytest.fixture
def told(house: Newsroom) -> Attribution:
    return compose(Story(), house, house.asks["en"])


def test_the_byline_names_people_and_newsroom(told: Attribution) -> None:
    assert told.byline == "By Ana Ruiz and Luis Paz, Cauce"


def test_an_article_of_nobody_is_the_newsrooms(house: Newsroom) -> None:
    assert compose(Story(author_names=()), house, house.asks["en"]).byline == "By Cauce"


def test_the_day_is_the_newsrooms_own(told: Attribution) -> None:
    assert told.published_on == "November 19, 2026"


def test_spanish_joins_names_as_spanish_does() -> None:
    assert phrases("es").join(["Ana", "Luis"]) == "Ana y Luis"
    assert phrases("es").join(["Ana", "Iván"]) == "Ana e Iván"
    assert phrases("en").join(["A", "B", "C"]) == "A, B and C"


def test_every_format_holds_every_part(told: Attribution) -> None:
    plain = replace(told, title="Gold", original="https://cauce.example/gold/")
    for copy in (
        formats.html.around(plain, BODY),
        formats.text.around(plain, BODY),
        formats.markdown.around(plain, BODY),
    ):
        assert missing(copy, plain, BODY) == []


def test_what_a_copy_left_out_is_named(told: Attribution) -> None:
    assert missing(f"{BODY} {told.licence_url}", told, BODY) == [
        "the newsroom's name in the byline",
        "a link to the original at the top",
        "a link to the original at the bottom",
        "where to report use",
        "the donation call",
    ]


def test_html_uses_only_what_every_cms_keeps(told: Attribution) -> None:
    copy = formats.html.top(told) + formats.html.bottom(told)
    assert set(re.findall(r"</?(\w+)", copy)) == {"p", "em", "a"}
    assert "&lt;scales&gt; &amp; *more*" in copy


def test_markdown_of_an_awkward_title_is_still_one_link(told: Attribution) -> None:
    html = MarkdownIt("commonmark").render(formats.markdown.bottom(told))
    assert html.count("<a ") == 3
    assert ">Gold [and] &lt;scales&gt; &amp; *more*</a>" in html


def test_a_report_names_the_article_in_its_subject(told: Attribution) -> None:
    assert told.report_link.startswith("mailto:republish@cauce.example?subject=We%20used%20your%20article")
    assert "abc123" in told.report_link


def test_conditions_and_requests_are_two_lists(told: Attribution) -> None:
    facts = formats.facts.facts(told)
    assert facts["conditions"] != facts["requests"]


def test_a_language_without_terms_is_told(house: Newsroom) -> None:
    with pytest.raises(ServiceError, match="no attribution in 'pt'"):
        phrases("pt")

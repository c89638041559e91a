"""What every letter holds, and what none may hold."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from lxml import html as lxml_html

from service.editions.actions.compose import compose
from service.editions.actions.draft import draft_now, raise_alerts
from service.newsroom.current import newsroom
from service.toolbox.letters import Letter
from service.toolbox.letters import letter as render
from tests import builders

pytestmark = pytest.mark.django_db
KINDS = ["investigation", "feature", "analysis", "brief", "news", "organization"]
OURS = ("https://cauce.example/", "https://letters.cauce.example/", "https://creativecommons.org/licenses/by-nc/4.0/")
SHARES = ("https://wa.me/?text=", "https://t.me/share/url?url=")


@pytest.fixture(params=["weekly", "alert"])
def letter(request: pytest.FixtureRequest, now: datetime) -> Letter:
    picture = '<p><img src="https://cauce.example/p.jpg" width="600">With a picture.</p>'
    for number in range(12):
        title = f"Gold & “scales” <b>{number}</b>"
        published = now - timedelta(minutes=number + 1)
        builders.article(now, title=title, kind=KINDS[number % 6], published=published, body=picture)
    later = now + timedelta(minutes=1)
    told = draft_now(later, "en") if request.param == "weekly" else raise_alerts(later)[-1]
    assert told.edition
    return compose(told.edition, later)


def links(letter: Letter) -> list[str]:
    return [link for _, _, link, _ in lxml_html.fromstring(letter.html).iterlinks()]


def test_it_is_light_enough_never_to_be_cut_off(letter: Letter) -> None:
    assert not letter.is_heavy


def test_it_loads_nothing_and_runs_nothing(letter: Letter) -> None:
    root = lxml_html.fromstring(letter.html)
    assert root.xpath("//img|//script|//link|//iframe|//form|//*[@background]") == []
    assert "url(" not in letter.html
    assert "@import" not in letter.html


def test_every_link_is_direct_and_leads_to_the_newsroom_or_to_a_plain_share(letter: Letter) -> None:
    for link in links(letter):
        assert link.startswith((*OURS, *SHARES, "mailto:", "s7c1e9x")), link
        assert "utm_" not in link


def test_the_text_part_holds_every_link_but_the_shares(letter: Letter) -> None:
    for link in links(letter):
        if not link.startswith((*SHARES, "mailto:?")):
            assert link.removeprefix("mailto:").split("?")[0] in letter.text, link


def test_it_says_who_writes_where_from_and_how_to_stop(letter: Letter) -> None:
    for part in (letter.html, letter.text):
        for told in ("Calle 12", "desk@cauce.example", "/preferences/", "s7c1e9xunsubscribes7c1e9x", "/editions/"):
            assert told in part, told


def test_it_knows_its_language_and_dark_screens(letter: Letter) -> None:
    root = lxml_html.fromstring(letter.html)
    assert root.get("lang") == "en"
    assert root.xpath("//meta[@name='color-scheme']/@content") == ["light dark"]
    assert re.search(r"prefers-color-scheme:\s*dark", letter.html)
    assert root.xpath("//table[not(@role='presentation')]") == []


def test_no_line_of_the_text_part_is_wider_than_72_but_addresses(letter: Letter) -> None:
    for line in letter.text.splitlines():
        assert len(line) <= 72 or re.match(r"\s*(https?://|s7c1e9x|mailto:)\S+$", line), line


def test_titles_are_shown_and_never_read_as_markup(letter: Letter) -> None:
    assert "Gold &amp; “scales”" in letter.html
    assert "&amp;amp;" not in letter.html
    assert "\n" not in letter.subject


def test_the_newsroom_may_turn_pictures_on(now: datetime, change_newsroom: Any) -> None:
    change_newsroom("images = false", "images = true")
    article = builders.article(now)
    article.image_url, article.image_alt = "https://cauce.example/p.jpg", "A scale"
    article.save()
    told = draft_now(now + timedelta(minutes=1), "en")
    assert told.edition
    (image,) = lxml_html.fromstring(compose(told.edition, now).html).xpath("//img")
    assert (image.get("src"), image.get("alt")) == ("https://cauce.example/p.jpg", "A scale")


def test_each_story_has_its_byline_its_licence_and_a_way_to_republish(letter: Letter) -> None:
    stories = 12 if "The weekly digest" in letter.text else 1
    assert letter.text.count("By Lucía Ferrer, Cauce") >= stories
    for part in (letter.html, letter.text):
        assert len(set(re.findall(r"/articles/[0-9a-f-]{36}/republish", part))) == stories
        assert part.count("CC BY-NC 4.0") > stories


@pytest.mark.parametrize(
    ("placement", "before"), [("top", ["Rum"]), ("middle", ["Rum", "Gold"]), ("end", ["Rum", "Gold", "Amber"])]
)
def test_a_digest_asks_once_in_the_place_that_the_desk_chose(now: datetime, placement: str, before: list[str]) -> None:
    builders.campaign(placement=placement)
    titles = ("Amber", "Gold", "Rum")
    for number, title in enumerate(titles):
        builders.article(now, title=title, published=now - timedelta(minutes=9 - number))
    told = draft_now(now + timedelta(minutes=1), "en")
    assert told.edition
    letter = compose(told.edition, now)
    for part in (letter.html, letter.text):
        asked, told_before = part.index("For the boat."), part.lower()
        assert [one for one in reversed(titles) if told_before.index(one.lower()) < asked] == before
        assert part.count("For the boat.") == 1


def test_a_spanish_letter_is_spanish_throughout(now: datetime) -> None:
    english = builders.article(now, title="Gold", translation="t")
    builders.article(now, title="Oro", translation="t", language="es", body="<p>Primero.</p>", standfirst="Breve.")
    told = draft_now(now + timedelta(minutes=1), "es")
    assert told.edition
    letter = compose(told.edition, now)
    assert lxml_html.fromstring(letter.html).get("lang") == "es"
    assert "Read in English" in letter.html
    assert english.canonical_url in letter.text
    words = "Unsubscribe|Republish|Share|The weekly digest|Support|Licence|browser|Change what"
    assert not re.search(words, letter.text.replace("Read in English", ""))


@pytest.mark.parametrize("name", ["confirm", "already", "preferences", "goodbye", "erase"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_letter_about_the_subscription_says_who_writes_and_loads_nothing(name: str, language: str) -> None:
    links = dict.fromkeys(["confirm", "preferences", "undo", "erase"], "https://letters.cauce.example/x/token")
    drawn = render(f"reader_{name}", language, {"links": links, "newsroom": newsroom()})
    root = lxml_html.fromstring(drawn.html)
    assert root.get("lang") == language
    assert root.xpath("//img|//script|//link|//form") == []
    for part in (drawn.html, drawn.text):
        for told in ("https://letters.cauce.example/x/token", "Calle 12", "desk@cauce.example"):
            assert told in part

"""What a person sees who checks a partner's page on the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from service.attribution.formats import html
from service.content.actions.store import withdraw
from service.content.models import Article
from service.partners.actions.originals import original
from service.toolbox import clock
from tests import builders
from tests.attribution.partner import Partner
from tests.attribution.republications import ARTICLES

pytestmark = pytest.mark.django_db
FERRY = ARTICLES["ferry"]


@pytest.fixture
def partner() -> Iterator[Partner]:
    with Partner() as site:
        yield site


@pytest.fixture
def article() -> Article:
    for _ in range(3):
        builders.article(clock.now())
    return builders.article(clock.now(), url=FERRY["url"], title=FERRY["title"], body=FERRY["versions"][-1]["body"])


def shows(partner: Partner, body: str, lang: str = "en") -> str:
    page = f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"></head><body>{body}</body></html>'
    partner.answers["/story/"] = (200, {"Content-Type": "text/html"}, page.encode())
    return f"{partner.url}/story/"


def copy(article: Article) -> str:
    return html.around(original(article, "en", clock.now()).attribution, article.body)


def say(url: str, *words: str) -> tuple[str, str]:
    """What it prints, and the sentence it ends with if it fails."""
    out = StringIO()
    try:
        call_command("check_republication", url, "--trust", "127.0.0.1", *words, stdout=out)
    except CommandError as error:
        return out.getvalue(), str(error)
    return out.getvalue(), ""


def test_a_page_that_is_well_is_told_so(partner: Partner, article: Article) -> None:
    told, fault = say(shows(partner, copy(article)))
    assert fault == ""
    assert "well   The byline names Cauce.\n       > By Lucía Ferrer, Cauce." in told
    assert told.strip().endswith(f"republishes {article.title!r} ({article.key}) as agreed.")


def test_a_page_that_lacks_something_gets_it_to_paste_and_exit_code_1(partner: Partner, article: Article) -> None:
    bottom = html.bottom(original(article, "en", clock.now()).attribution)
    told, fault = say(shows(partner, article.body + bottom))
    assert fault.endswith("/story/ doesn't pass: byline, authors, top link, licence.")
    assert "FAULT  There is no link to the original near the top." in told
    assert 'To paste above the text:\n<p lang="en"><em>By Lucía Ferrer, Cauce. Originally published' in told
    assert "below" not in told.partition("To paste")[2]


def test_an_article_is_found_by_its_text_alone(partner: Partner, article: Article) -> None:
    told, _ = say(shows(partner, article.body), "--json")
    assert json.loads(told)["article"] == article.key


def test_an_article_is_found_by_the_link_to_it(partner: Partner, article: Article) -> None:
    link = f'<p>As <a href="{article.canonical_url}?utm_source=x">Cauce</a> found, nobody weighed it.</p>'
    found = json.loads(say(shows(partner, link), "--json")[0])
    assert (found["article"], found["is_well"]) == (article.key, True)
    assert [finding["verdict"] for finding in found["findings"]] == ["unsure"]


def test_a_link_to_another_article_does_not_mislead(partner: Partner, article: Article) -> None:
    other = builders.article(clock.now())
    link = f'<p>See also <a href="{other.canonical_url}">this</a>.</p>'
    assert json.loads(say(shows(partner, link + article.body), "--json")[0])["article"] == article.key


@pytest.mark.parametrize("by", ["key", "id", "canonical_url"])
def test_an_article_may_be_named(partner: Partner, article: Article, by: str) -> None:
    url = shows(partner, "<p>Nothing of ours.</p>")
    told, fault = say(url, "--article", str(getattr(article, by)))
    assert "doesn't stand on this page" in told
    assert fault.endswith("doesn't pass: text.")


@pytest.mark.parametrize("name", ["0123456789ab", "https://cauce.example/no-such/", "nonsense"])
def test_an_article_that_is_not_there_is_told(partner: Partner, article: Article, name: str) -> None:
    told, fault = say(shows(partner, article.body), "--article", name)
    assert (told, fault[:22]) == ("", "There is no article '" + name[:1])


def test_a_page_of_nothing_we_know_is_told(partner: Partner, article: Article) -> None:
    _, fault = say(shows(partner, "<p>Something else altogether.</p>"))
    assert "links to none of ours. Name the article with --article." in fault


def test_findings_and_repair_come_in_the_language_of_the_page(partner: Partner, article: Article) -> None:
    told, _ = say(shows(partner, article.body, lang="es-CO"))
    assert "No hay un enlace al original al comienzo." in told
    assert "Publicado originalmente por" in told


def test_another_language_may_be_asked_for(partner: Partner, article: Article) -> None:
    told, _ = say(shows(partner, article.body), "--language", "es")
    assert "No hay un enlace al original al comienzo." in told


def test_a_language_that_nobody_writes_here_is_told(partner: Partner, article: Article) -> None:
    assert say(shows(partner, article.body), "--language", "pt") == (
        "",
        "Nothing is published in 'pt'; newsroom.toml has en, es.",
    )


def test_a_withdrawn_article_that_still_stands_there_is_a_fault(partner: Partner, article: Article) -> None:
    withdraw(article, "", clock.now())
    told, fault = say(shows(partner, copy(article)))
    assert "FAULT  We have withdrawn this article." in told
    assert "To paste" not in told
    assert fault.endswith("doesn't pass: version.")


def test_a_picture_whose_rights_nobody_gave_is_a_fault(partner: Partner) -> None:
    picture = "https://cauce.example/uploads/the-pier-at-night.jpg"
    article = builders.article(clock.now(), body=f'{FERRY["versions"][-1]["body"]}<img src="{picture}" alt="">')
    told, fault = say(shows(partner, copy(article)))
    assert fault.endswith("doesn't pass: images.")
    assert f"> {picture}" in told


def test_a_page_that_robots_may_not_read_is_told(partner: Partner, article: Article) -> None:
    partner.robots("User-agent: *\nDisallow: /")
    _, fault = say(shows(partner, article.body))
    assert "says its site's robots.txt" in fault


def test_nobody_leads_it_to_a_private_address(partner: Partner, article: Article) -> None:
    with pytest.raises(CommandError, match="port"):
        call_command("check_republication", shows(partner, article.body))
    assert partner.asked == []

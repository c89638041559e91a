"""Fetching a partner's page, from a real server: as far as its site allows, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from service.attribution.checking.reading import MAX_BYTES
from service.attribution.visit import RobotsRefused, Visitor
from service.newsroom.rules import Newsroom
from service.toolbox.fetch import AddressRefused, FetchFailed

from .partner import Partner


@pytest.fixture
def partner() -> Iterator[Partner]:
    with Partner() as site:
        yield site


@pytest.fixture
def visitor(house: Newsroom) -> Visitor:
    return Visitor(house, trusted_hosts=["127.0.0.1"])


def test_a_page_comes_with_its_status_and_headers(partner: Partner, visitor: Visitor) -> None:
    found = visitor.visit(f"{partner.url}/story/")
    assert (found.status, found.body, found.url) == (200, b"<p>hello</p>", f"{partner.url}/story/")
    assert (found.headers or {})["x-robots-tag"] == "noindex"


def test_the_site_can_see_who_asks_and_whom_to_write_to(partner: Partner, visitor: Visitor) -> None:
    visitor.visit(f"{partner.url}/story/")
    (agent,) = partner.agents
    assert agent.startswith("Byline/")
    assert "+https://cauce.example/" in agent
    assert "republish@cauce.example" in agent


FORBIDDING = [
    "User-agent: *\nDisallow: /story",
    "User-agent: byline\nDisallow: /",
    "\ufeffUser-agent: *\nDisallow: /",
    "User-agent: *\nAllow: /\nDisallow: /story/",  # RFC 9309 §2.2.2: the longest decides, wherever it stands
    "User-agent: *\nDisallow: /*ory/$",  # §2.2.3
    "User-agent: *\nDisallow: /\n\nUser-agent: *\nAllow: /other/",  # §2.2.1: groups of one name are one
]
PERMITTING = [
    "",
    "User-agent: otherbot\nDisallow: /",
    "User-agent: *\nDisallow: /other/",
    "User-agent: *\nDisallow: /\nAllow: /story/",
    "User-agent: *\nDisallow: /*ory$",
    "User-agent: *\nDisallow: /story/\nAllow: /story/",  # as long: the milder one
    "User-agent: *\nDisallow: /\n\nUser-agent: byline\nDisallow:",
]


@pytest.mark.parametrize("rules", FORBIDDING)
def test_what_robots_may_not_fetch_is_not_fetched(partner: Partner, visitor: Visitor, rules: str) -> None:
    partner.robots(rules)
    with pytest.raises(RobotsRefused, match="Open it yourself"):
        visitor.visit(f"{partner.url}/story/")
    assert partner.asked == ["/robots.txt"]


@pytest.mark.parametrize("rules", PERMITTING)
def test_what_robots_may_fetch_is_fetched(partner: Partner, visitor: Visitor, rules: str) -> None:
    partner.robots(rules)
    assert visitor.visit(f"{partner.url}/story/").status == 200


def test_a_site_without_rules_allows_all(partner: Partner, visitor: Visitor) -> None:
    partner.robots("gone", 410)
    assert visitor.visit(f"{partner.url}/story/").status == 200


def test_a_site_whose_rules_cannot_be_read_allows_nothing(partner: Partner, visitor: Visitor) -> None:
    partner.robots("User-agent: *\nAllow: /", 503)
    with pytest.raises(RobotsRefused):
        visitor.visit(f"{partner.url}/story/")


def test_the_rules_are_asked_for_once_in_a_session(partner: Partner, visitor: Visitor) -> None:
    visitor.visit(f"{partner.url}/story/")
    visitor.visit(f"{partner.url}/story/")
    assert partner.asked == ["/robots.txt", "/story/", "/story/"]


def test_a_redirect_is_followed_no_further_than_the_rules_allow(partner: Partner, visitor: Visitor) -> None:
    partner.robots("User-agent: *\nDisallow: /private")
    partner.sends_on("/story/", "/private")
    with pytest.raises(RobotsRefused):
        visitor.visit(f"{partner.url}/story/")
    assert "/private" not in partner.asked


def test_a_redirect_to_a_private_address_is_refused(partner: Partner, visitor: Visitor) -> None:
    partner.sends_on("/story/", "http://localhost/admin")
    with pytest.raises(FetchFailed):
        visitor.visit(f"{partner.url}/story/")
    assert partner.asked == ["/robots.txt", "/story/"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f000001", "[::ffff:127.0.0.1]"])
def test_a_private_address_is_refused(partner: Partner, house: Newsroom, host: str) -> None:
    with pytest.raises(FetchFailed):
        Visitor(house).visit(f"http://{host}/story/")
    assert partner.asked == []


def test_only_the_usual_ports_are_asked(partner: Partner, house: Newsroom) -> None:
    with pytest.raises(AddressRefused, match="port"):
        Visitor(house).visit(f"http://partner.example:{partner.port}/story/")


def test_a_redirect_to_another_port_is_refused(partner: Partner, visitor: Visitor) -> None:
    partner.sends_on("/story/", "http://partner.example:6379/")
    with pytest.raises(AddressRefused, match="port"):
        visitor.visit(f"{partner.url}/story/")


def test_a_redirect_off_the_web_is_refused(partner: Partner, visitor: Visitor) -> None:
    partner.sends_on("/story/", "file:///etc/passwd")
    with pytest.raises(FetchFailed):
        visitor.visit(f"{partner.url}/story/")


def test_redirects_in_a_circle_end(partner: Partner, visitor: Visitor) -> None:
    partner.sends_on("/story/", "/story/")
    with pytest.raises(FetchFailed):
        visitor.visit(f"{partner.url}/story/")
    assert partner.asked.count("/story/") == 6


def test_a_page_that_is_too_large_is_cut_off(partner: Partner, visitor: Visitor) -> None:
    partner.answers["/story/"] = (200, {}, b"x" * (MAX_BYTES + 1))
    with pytest.raises(FetchFailed, match="more than 2,097,152 bytes"):
        visitor.visit(f"{partner.url}/story/")


@pytest.mark.parametrize("url", ["ftp://partner.example/", "http://[::bad/", "http://partner.example:99999/", "", "x"])
def test_an_address_that_is_none_is_a_sentence(visitor: Visitor, url: str) -> None:
    with pytest.raises(FetchFailed):
        visitor.visit(url)

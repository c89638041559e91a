from datetime import UTC, datetime, timedelta

import pytest

from service.feeds.rules import Shelf, feeds_of, file_of, max_age, shelves_of

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)


def test_an_article_stands_on_every_shelf_that_its_subjects_name() -> None:
    shelves = shelves_of({"language": ["en"], "topic": ["customs"], "country": ["pe"], "author": ["ana"]})
    assert shelves == {
        Shelf("en", "latest"),
        Shelf("en", "republish"),
        Shelf("en", "topic", "customs"),
        Shelf("en", "country", "pe"),
        Shelf("en", "author", "ana"),
    }


@pytest.mark.parametrize(
    ("shelf", "addresses"),
    [
        (Shelf("en", "latest"), {"/feed/", "/en/feed/"}),
        (Shelf("es", "latest"), {"/es/feed/"}),
        (Shelf("en", "term", "tag/peru"), {"/tag/peru/feed/"}),
        (Shelf("es", "term", "category/peru"), {"/es/category/peru/feed/"}),
        (Shelf("es", "country", "pe"), set()),
    ],
)
def test_the_cms_addresses_go_on_beside_our_own(shelf: Shelf, addresses: set[str]) -> None:
    assert {feed.address for feed in feeds_of(shelf, "en") if feed.address.endswith("/feed/")} == addresses


@pytest.mark.parametrize(
    ("shelf", "name", "endings"),
    [
        (Shelf("en", "latest"), "latest", {"rss", "atom", "json", "ndjson"}),
        (Shelf("en", "republish"), "republish", {"rss", "atom", "json", "ndjson"}),
        (Shelf("en", "country", "pe"), "countries/pe", {"rss", "atom", "json"}),
    ],
)
def test_every_shelf_is_there_in_each_format_under_one_name(shelf: Shelf, name: str, endings: set[str]) -> None:
    own = {feed.address for feed in feeds_of(shelf, "en") if feed.address.startswith("/feeds/")}
    assert own == {f"/feeds/en/{name}.{ending}" for ending in endings}


@pytest.mark.parametrize("address", ["/feeds/../../etc/passwd", "/feeds//x.rss", "/feeds/en/.hidden", "/feeds/a\x00b"])
def test_no_address_leads_out_of_the_folder(address: str) -> None:
    assert file_of(address) is None


def test_no_cache_outlives_the_next_publication() -> None:
    assert max_age(NOW, None) == 900
    assert max_age(NOW, NOW + timedelta(seconds=40)) == 40
    assert max_age(NOW, NOW - timedelta(seconds=1)) == 0

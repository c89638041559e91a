from __future__ import annotations

from collections.abc import Iterator

import pytest

from service.content.actions.pull import add_source
from service.content.models import Source

from .wordpress_site import WordPressSite


@pytest.fixture
def site() -> Iterator[WordPressSite]:
    with WordPressSite() as running:
        yield running


@pytest.fixture
def source(site: WordPressSite) -> Source:
    return add_source("wordpress", site.url)

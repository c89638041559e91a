from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .listener import SECRET, Listener
from .site import WordPress

HERE = Path(__file__).parent
PLUGIN = HERE.parent.parent / "docs" / "wordpress" / "byline-notify.php"


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """These tests need Debian's WordPress: they run only when this folder is asked for, not with all the others."""
    asked = [(config.invocation_params.dir / argument.partition("::")[0]).resolve() for argument in config.args]
    return None if any(place.is_relative_to(HERE) for place in asked) else True


@pytest.fixture(scope="session")
def wordpress(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WordPress]:
    """A site with no posts and no plugin; the whole session shares it."""
    site = WordPress()
    site.start(tmp_path_factory.mktemp("wordpress"))
    try:
        site.install()
        yield site
    finally:
        site.stop()


@pytest.fixture
def byline(wordpress: WordPress) -> Iterator[Listener]:
    """A listener in place of Byline, and the plugin pointed at it."""
    listener = Listener()
    wordpress.install_plugin(PLUGIN, listener.url, SECRET)
    wordpress.php("wp_unschedule_hook('byline_notify_retry');")
    try:
        yield listener
    finally:
        listener.close()
        wordpress.settle()

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from .smtp_server import Server


@pytest.fixture
def smtp(settings: Any) -> Iterator[Callable[..., Server]]:
    """Starts a server that does as it is told, and points EMAIL_URL at it."""
    with ExitStack() as stack:

        def start(**given: Any) -> Server:
            server: Server = stack.enter_context(Server(**given))
            settings.EMAIL_URL = server.url()
            return server

        yield start

from __future__ import annotations

from tests.delivery.conftest import smtp

__all__ = ["smtp"]

"""The desk's pages about whoever republishes."""

from . import notices, republications

__all__ = ["notices", "republications"]

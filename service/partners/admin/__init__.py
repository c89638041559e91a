"""The desk's pages about whoever republishes."""

from . import notices, partners, republications

__all__ = ["notices", "partners", "republications"]

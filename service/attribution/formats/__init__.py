"""One file per format; each writes the block above an article (`top`) and the one below (`bottom`)."""

from . import facts, html, markdown, text

__all__ = ["facts", "html", "markdown", "text"]

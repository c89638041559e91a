"""Nothing leaves that could tell anybody who reads: the release lint, with this installation's houses."""

import hashlib

from django.utils.translation import gettext

from service.newsroom.current import newsroom
from service.toolbox.errors import ServiceError
from service.toolbox.letters import Letter

from .. import lint
from ..houses import article_hosts, own_hosts


def released(drawn: Letter) -> Letter:
    """The same letter. Raises ServiceError that names what must be changed first."""
    wrong = lint.problems(drawn.subject, drawn.html, drawn.text, **_allowed())
    if wrong:
        raise ServiceError(gettext("The letter must not leave. %(why)s") % {"why": " ".join(wrong)})
    return drawn


def content_hash(drawn: Letter) -> str:
    """Of what was released, as its edition keeps it."""
    return hashlib.sha256("\n".join([drawn.subject, drawn.html, drawn.text]).encode()).hexdigest()


def check_message(raw: bytes) -> list[str]:
    """A sentence for each thing for which the finished message must not leave."""
    return lint.check_message(raw, **_allowed())


def _allowed() -> lint.Houses:
    return {"own_hosts": own_hosts(), "article_hosts": article_hosts(), "allow_images": newsroom().show_images}

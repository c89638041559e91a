"""What a site asks of programs that look at it (RFC 9309)."""

from urllib.parse import urlsplit, urlunsplit
from urllib.robotparser import RobotFileParser

from .fetch import Fetcher


def may_look(fetcher: Fetcher, url: str, agent: str) -> bool:
    """By its robots.txt, which is asked for each time. A site without one allows all; one that fails at it
    allows nothing. Raises FetchFailed where no answer came. `agent` is one word."""
    answer = fetcher.get(urlunsplit((*urlsplit(url)[:2], "/robots.txt", "", "")))
    if 400 <= answer.status < 500:
        return True
    if answer.status != 200:
        return False
    rules = RobotFileParser()
    rules.parse(answer.body.decode("utf-8", "replace").removeprefix("\ufeff").splitlines())
    return rules.can_fetch(agent, url)

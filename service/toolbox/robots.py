"""What a site asks of robots (RFC 9309), asked once per site and kept as long as the asker lives."""

from urllib.parse import urlsplit

from protego import Protego

from .fetch import Fetcher, FetchFailed

MAX_BYTES = 512 * 1024  # RFC 9309 §2.5 wants 500 KiB at least


class Robots:
    """`agent` is the product token that a robots.txt may name. The fetcher must not ask here itself."""

    def __init__(self, fetcher: Fetcher, agent: str) -> None:
        self._fetcher, self._agent = fetcher, agent
        self._known: dict[str, Protego | bool] = {}

    def allow(self, url: str) -> bool:
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._known:
            self._known[site] = self._read(site)
        rules = self._known[site]
        return rules if isinstance(rules, bool) else rules.can_fetch(url, self._agent)

    def _read(self, site: str) -> Protego | bool:
        """§2.3.1: what is not there (4xx) forbids nothing, what can't be reached (5xx, no answer) everything."""
        try:
            answer = self._fetcher.get(f"{site}/robots.txt")
        except FetchFailed:
            return False
        if answer.status >= 300:
            return answer.status < 500
        return Protego.parse(answer.body.decode("utf-8", "replace").removeprefix("\ufeff"))

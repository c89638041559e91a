"""Whether a letter's links to other places lead anywhere. Asked for by a person, never by itself."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from service.toolbox.fetch import Fetcher, FetchFailed

from ..houses import known_hosts

AT_ONCE = 8
SECONDS_EACH = 10
NO_HEAD = (405, 501)  # servers that answer GET alone (RFC 9110 §15.5.6, §15.6.2)


def broken(links: Sequence[str]) -> list[str]:
    """A sentence for each that can't be read now."""
    with Fetcher(known_hosts(), deadline_seconds=SECONDS_EACH) as fetcher, ThreadPoolExecutor(AT_ONCE) as threads:
        return [told for told in threads.map(partial(_asked, fetcher), links) if told]


def _asked(fetcher: Fetcher, link: str) -> str:
    if not link.startswith(("http://", "https://")):
        return ""
    try:
        answer = fetcher.head(link)
        if answer.status in NO_HEAD:
            answer = fetcher.get(link)
    except FetchFailed as error:
        return str(error)
    return f"{link} answers {answer.status}." if answer.status >= 400 else ""

"""What a feed reader says of itself in its User-Agent: which product it is, and for how many it asks."""

import re
from dataclasses import dataclass
from functools import lru_cache

MOST_LETTERS = 60
OTHER, BROWSER, FEW = "other", "browser", "few"
_READ = 300  # characters of the header; no product hides its name behind more
_PRODUCT = re.compile(r"[A-Za-z][A-Za-z0-9.!#$&'*+_-]*")
_COMPATIBLE = re.compile(r"\(compatible;\s*([A-Za-z][A-Za-z0-9.!#$&'*+_-]*)")
_SUBSCRIBERS = re.compile(r"\b(\d{1,7}) (?:subscriber|reader)s?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Client:
    """`subscribers` is what an aggregator declares, 0 for everybody else."""

    name: str
    subscribers: int


@lru_cache(maxsize=1024)
def _client(agent: str) -> Client:
    told = _SUBSCRIBERS.search(agent)
    return Client(_name(agent), int(told[1]) if told else 0)


def client(agent: str) -> Client:
    return _client(agent[:_READ])


def _name(agent: str) -> str:
    """The first product token, or what calls itself compatible with a browser. Versions, comments and
    whatever could name a person stay out."""
    compatible = _COMPATIBLE.search(agent)
    first = _PRODUCT.match(agent.strip())
    found = compatible[1] if compatible else first[0] if first else OTHER
    if found == "Mozilla":
        return BROWSER
    return found.rstrip(".")[:MOST_LETTERS]

"""A letter to whoever carries an article, or to the desk about them."""

from datetime import datetime
from typing import Any

from service.delivery.actions.plan import keep_address, post
from service.delivery.rules.compiled import Envelope
from service.newsroom.current import newsroom
from service.toolbox.letters import letter

PREFIX = "partner:"  # how the mailings of such letters begin


def write(address: str, name: str, language: str, key: str, values: dict[str, Any], now: datetime) -> None:
    """The same `key` writes once. It may pass 'unsubscribed': whoever left the newsletter still hears what
    to do about an article of ours on their pages. Raises BadAddress."""
    house = newsroom()
    words = letter(name, language, {"newsroom": house, **values})
    envelope = Envelope(
        house.name, house.from_address, words.subject, reply_to=house.republication, bounces=house.bounces
    )
    post(f"{PREFIX}{key}", keep_address(address), envelope, words.html, words.text, now, asked_for=True)

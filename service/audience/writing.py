"""A letter to one reader about the subscription itself."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from service.delivery.actions.plan import post
from service.delivery.models import Mailing
from service.delivery.rules.compiled import Envelope
from service.newsroom.current import newsroom
from service.toolbox import tokens
from service.toolbox.letters import letter

from .models import Subscriber


def write_to(reader: Subscriber, name: str, values: dict[str, Any], now: datetime) -> None:
    """`name` is the template's, without `reader_`; `values` are what it asks for."""
    house = newsroom()
    words = letter(f"reader_{name}", reader.language, {"newsroom": house, **values})
    envelope = Envelope(house.name, house.from_address, words.subject, reply_to=house.editors, bounces=house.bounces)
    begins = f"reader:{reader.key}:{name}:"
    count = Mailing.objects.filter(key__startswith=begins).count()
    key = f"{begins}{now:%Y%m%d%H%M%S}:{count}"
    post(key, reader.address, envelope, words.html, words.text, now, asked_for=True)


def link(purpose: str, key: str, language: str = "") -> str:
    """`language`: the page speaks it, so that it need not look up whose link it is."""
    address = str(settings.SITE_URL) + reverse(purpose, args=[tokens.sign(purpose, key)])
    return f"{address}?language={language}" if language else address

"""The baseline: a newsletter as tutorials send it. A Celery task per reader renders the templates, inlines
the styles, builds the message with Django, sends it over a connection of its own and saves the row.

The templates and their values are Byline's, so the letter is the same.
"""

from __future__ import annotations

import os
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import css_inline
import django
from celery import Celery
from django.core.mail import EmailMultiAlternatives, get_connection

django.setup()

from service.delivery.models import Message  # noqa: E402
from service.editions.actions.compose import compose  # noqa: E402
from service.editions.models import Edition  # noqa: E402
from service.newsroom.current import newsroom  # noqa: E402
from service.toolbox import clock, letters, tokens  # noqa: E402

app = Celery("tutorial", broker=os.environ["REDIS_URL"])
app.conf.update(task_default_queue="tutorial", task_ignore_result=True)

if os.environ.get("TUTORIAL_INLINES_WITH") == "css_inline":
    letters.inlined = css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False).inline


@app.task
def send(pk: int) -> None:
    message = Message.objects.select_related("address").get(pk=pk)
    token = tokens.sign("unsubscribe", message.recipient_key)
    link = f"https://letters.cauce.example/unsubscribe/{token}"
    given = _values()
    letter = letters.letter("weekly", "en", {**given, "links": {**given["links"], "unsubscribe": link}})
    mail = EmailMultiAlternatives(
        letter.subject,
        letter.text,
        newsroom().from_address,
        [message.address.open()],
        headers={"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
        connection=_connection(),
    )
    mail.attach_alternative(letter.html, "text/html")
    mail.send()
    message.state, message.changed = "accepted", clock.now()
    message.save()


def _values() -> dict[str, Any]:
    """What Byline itself makes this letter of."""
    with patch("service.editions.actions.compose.letter", lambda name, language, values, **_: values):
        return compose(Edition.objects.get(), clock.now())  # type: ignore[return-value]


def _connection() -> Any:
    server = urlsplit(os.environ["EMAIL_URL"])
    backend = "django.core.mail.backends.smtp.EmailBackend"
    return get_connection(backend, host=server.hostname, port=server.port)

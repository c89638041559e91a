"""The web: published feeds from disk, everything else from Django."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from service.feeds.counting import FLUSH_SECONDS, Counts
from service.feeds.manners import Manners
from service.feeds.serve import PublishedBytes
from service.feeds.turnstile import Turnstile

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "service.settings")

django = get_wsgi_application()

from service.feeds.actions.polls import write_down  # noqa: E402 - needs the rows' models

application = PublishedBytes(
    django, settings.FEEDS_DIR, Turnstile(Counts(write_down, every=FLUSH_SECONDS), Manners(), settings.TRUSTED_PROXIES)
)

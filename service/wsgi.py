"""The web: published feeds from disk, everything else from Django."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from service.feeds.serve import PublishedBytes

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "service.settings")

application = PublishedBytes(get_wsgi_application(), settings.FEEDS_DIR)

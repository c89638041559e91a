"""An article is withdrawn at the desk, and stays so whatever the CMS goes on to say, until the desk restores
it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from service.toolbox.bell import ring
from service.toolbox.errors import ServiceError

from ..models import Article
from .again import can_be_asked
from .pull import pull_one
from .store import add_version, withdraw


def kill(article: Article, note: str, now: datetime) -> None:
    """`note` is a sentence for readers, in the article's language, or ""."""
    with transaction.atomic():
        Article.objects.filter(pk=article.pk, killed_at=None).update(killed_at=now)
        withdraw(article, note, now)


def restore(article: Article, now: datetime) -> None:
    """The source is believed again: its text as it is now, where it can be asked for one article, else as we
    have it. Raises ServiceError where the source says that it is gone, or gives no answer."""
    Article.objects.filter(pk=article.pk).update(killed_at=None)
    if not can_be_asked(article.source):
        _bring_back(article, now)
        return
    pull_one(article.source, article.external_id, now, announced=False)
    if Article.objects.filter(pk=article.pk, status="withdrawn").exists():
        raise ServiceError(gettext("The source does not have it any more. Publish it there; it comes back by itself."))


def _bring_back(article: Article, now: datetime) -> None:
    with transaction.atomic():
        locked = Article.objects.select_for_update().get(pk=article.pk)
        if locked.status != "withdrawn":
            return
        was_out = locked.first_seen is not None
        locked.status = "published" if was_out else "scheduled"
        add_version(locked, "restored" if was_out else "scheduled", "", now, locked.shelved_under())
        ring("publish_feeds", "tell_partners")

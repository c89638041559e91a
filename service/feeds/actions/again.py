"""An article that no feed could be written with is tried once more."""

from django.db import transaction

from service.toolbox.bell import ring

from ..models import BrokenArticle
from ..rules import shelves_of
from .owed import owe_shelves


def write_again(broken: BrokenArticle) -> None:
    """Whoever publishes next tries; if it still can't be written, it is set aside again."""
    with transaction.atomic():
        broken.delete()
        owe_shelves(shelves_of(broken.article.shelved_under()))
    ring("publish_feeds")

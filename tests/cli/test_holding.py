from __future__ import annotations

from datetime import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from service.content.models import Article
from service.people.models import Deed
from tests import builders

pytestmark = pytest.mark.django_db


def said(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue().strip()


def test_held_and_released_by_key_and_written_down(now: datetime) -> None:
    article = builders.article(now, title="A port")
    assert said("hold", article.key, "--reason", "A source is at risk.") == "'A port' is held, in every outlet."
    assert Article.objects.get().held_by == "command line"
    assert said("release", article.canonical_url).startswith("'A port' is released.")
    told = Deed.objects.filter(outcome="done").order_by("pk")
    assert [(one.what, one.about) for one in told] == [
        ("hold", f"article={article.key} reason=A source is at risk."),
        ("release", f"article={article.canonical_url}"),
    ]


def test_what_is_not_held_can_not_be_released(now: datetime) -> None:
    with pytest.raises(CommandError, match="It is not held"):
        said("release", builders.article(now).key)

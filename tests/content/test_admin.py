"""What a person decides about an article on the desk."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from service.content.models import Article, Version
from tests import builders

pytestmark = pytest.mark.django_db
NOTE = "The boat had two engines."


@pytest.fixture
def changed(now: datetime) -> Article:
    """An article with a later version."""
    article = builders.article(now)
    article.version += 1
    article.save()
    Version.objects.create(
        article=article, number=article.version, kind="fix", at=now, title=article.title, body=article.body
    )
    return article


def called(client: Client, article: Article, kind: str, note: str) -> Any:
    """The answer to the article's page with the latest version called so."""
    rows = list(article.versions.order_by("-number"))
    form: dict[str, object] = {"versions-TOTAL_FORMS": len(rows), "versions-INITIAL_FORMS": len(rows)}
    for place, row in enumerate(rows):
        told = {"id": row.pk, "article": article.pk, "kind": row.kind, "note": row.note}
        told |= {"kind": kind, "note": note} if place == 0 else {}
        form |= {f"versions-{place}-{name}": value for name, value in told.items()}
    return client.post(reverse("admin:content_article_change", args=[article.pk]), form, follow=True)


def test_the_desk_calls_the_latest_change_a_correction(admin_client: Client, changed: Article) -> None:
    assert called(admin_client, changed, "correction", NOTE).status_code == 200
    latest, first = changed.versions.order_by("-number")
    assert (latest.kind, latest.note) == ("correction", NOTE)
    assert (first.kind, first.note) == ("published", "")
    changed.refresh_from_db()
    assert (changed.change, changed.note) == ("correction", NOTE)


def test_a_correction_without_a_sentence_is_refused_with_one(admin_client: Client, changed: Article) -> None:
    answer = called(admin_client, changed, "correction", "")
    assert "A correction needs a sentence" in answer.content.decode()
    assert set(changed.versions.values_list("kind", flat=True)) == {"published", "fix"}

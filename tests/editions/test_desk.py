"""The raw records."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from service.editions.actions.draft import draft_now
from service.editions.models import Edition
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(now: datetime) -> Edition:
    builders.article(now)
    told = draft_now(now + timedelta(minutes=1), "en")
    assert told.edition
    return told.edition


@pytest.fixture
def editor() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("editor"))
    return client


@pytest.mark.parametrize(
    "model",
    [
        *("content_article", "content_source", "content_setaside", "content_disappearance", "content_topic"),
        *("content_author", "content_country", "delivery_mailing", "delivery_message", "delivery_suppression"),
        *("appeals_campaign", "audience_subscriber", "editions_edition", "editions_schedule", "feeds_publishedfeed"),
        "feeds_brokenarticle",
    ],
)
def test_every_list_of_the_desk_opens(editor: Client, edition: Edition, now: datetime, model: str) -> None:
    builders.reader(now)
    assert editor.get(reverse(f"admin:{model}_changelist")).status_code == 200


def test_an_article_opens(editor: Client, edition: Edition) -> None:
    article = edition.items.get().article
    assert editor.get(reverse("admin:content_article_change", args=[article.pk])).status_code == 200


def test_an_edition_is_only_looked_at_and_leads_to_its_page(editor: Client, edition: Edition) -> None:
    address = reverse("admin:editions_edition_change", args=[edition.pk])
    page = editor.get(address).content.decode()
    assert f"/console/editions/{edition.slug}/" in page
    assert 'name="_save"' not in page
    assert editor.post(address, {"letter": "Dear readers"}).status_code == 403


def test_the_desk_never_sees_an_address(editor: Client, now: datetime) -> None:
    builders.reader(now)
    for model in ("audience_subscriber", "delivery_message", "delivery_mailing"):
        assert b"ana@readers" not in editor.get(reverse(f"admin:{model}_changelist")).content

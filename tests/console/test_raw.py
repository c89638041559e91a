"""The raw records: behind the desk's own door, explained, and without whatever must not be seen or changed."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.test import Client

from service.console.raw import ROOMS, told
from service.newsroom.current import newsroom
from service.people.models import Deed, Kept, Miss

from .conftest import Enter

pytestmark = pytest.mark.django_db


def test_the_desks_own_login_is_the_only_one(client: Client) -> None:
    assert client.get("/admin/")["Location"] == "/console/account/login/?next=/admin/"
    assert client.get("/admin/login/")["Location"] == "/console/account/login/"


def test_passwords_are_changed_at_the_desk(enter: Enter) -> None:
    assert enter("administrator").get("/admin/password_change/")["Location"] == "/console/account/password/"


@pytest.mark.parametrize("model", [Authenticator, EmailAddress, AccessAttempt, Session, Group, Miss, Kept])
def test_secrets_and_what_gives_rights_are_not_offered(model: type) -> None:
    assert not admin.site.is_registered(model)


@pytest.mark.parametrize("model", [User, Deed])
def test_who_may_log_in_and_what_was_done_can_be_looked_at_alone(enter: Enter, model: type[User] | type[Deed]) -> None:
    desk, name = enter("administrator"), f"{model._meta.app_label}/{model._meta.model_name}"
    desk.post("/console/language", {"language": "en"})
    row = model.objects.first()
    assert row

    assert desk.get(f"/admin/{name}/{row.pk}/change/").status_code == 200
    assert desk.post(f"/admin/{name}/{row.pk}/change/", {}).status_code == 403
    assert desk.post(f"/admin/{name}/{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert "field-password" not in desk.get(f"/admin/{name}/{row.pk}/change/").text


def test_every_list_says_what_its_rows_are() -> None:
    silent = [model.__name__ for model in admin.site._registry if not (told(model) or model is User)]

    assert silent == []


def test_the_first_page_is_ordered_by_room_and_says_what_lies_in_each(enter: Enter) -> None:
    text = enter("administrator").get("/admin/").text
    shown = [name for name, _ in ROOMS.values() if f'class="section">{name}</a>' in text]

    assert shown == [name for name, _ in ROOMS.values()]
    assert all(sentence.replace("'", "&#x27;") in text for _, sentence in ROOMS.values())


def test_a_list_shows_the_models_own_words(enter: Enter) -> None:
    assert (
        "then, as a later entry that points to it, what came of it."
        in enter("administrator").get("/admin/people/deed/").text
    )


def test_it_has_the_newsrooms_colours(client: Client) -> None:
    css = client.get("/console/raw.css").text

    assert f"--link-fg: {newsroom().light.accent};" in css
    assert f"--link-fg: {newsroom().dark.accent};" in css

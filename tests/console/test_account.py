"""Logging in, proving it again, second factors: through the pages, on real rows."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.auth.models import Group, User
from django.core import mail
from django.test import Client

from service.people.actions import deeds, factors, misses
from service.people.models import Deed, Kept, Miss
from service.toolbox import clock

from .conftest import Enter, proved

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
LOGIN = "/console/account/login/"
CODE = "/console/account/login/code"


@pytest.fixture(autouse=True)
def _quick_hashes(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def maria() -> User:
    user = User.objects.create_user("maria", "maria@cauce.example", PASSWORD)
    user.groups.set([Group.objects.get_or_create(name="publisher")[0]])
    return user


@pytest.fixture
def secret(maria: User) -> str:
    """Maria's app."""
    made = generate_totp_secret()
    TOTP.activate(maria, made)
    return made


def code(secret: str, ahead: int = 0) -> str:
    """The one that an app shows so many half minutes from now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + ahead))


def logged_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def give(client: Client, password: str = PASSWORD, name: str = "maria", **headers: str) -> Any:
    return client.post(LOGIN, {"login": name, "password": password}, **headers)


@pytest.mark.parametrize("name", ["maria", "maria@cauce.example", "MARIA@cauce.example"])
def test_name_or_mail_address_and_password_open_the_desk(client: Client, maria: User, name: str) -> None:
    answer = give(client, name=name)

    assert (answer.status_code, answer["Location"]) == (302, "/console/")
    assert logged_in(client)
    assert Deed.objects.get().what == "account_login"


@pytest.mark.parametrize(("asked", "led"), [("/console/feeds/", "/console/feeds/"), ("/admin/", "/admin/")])
def test_whoever_wanted_a_page_gets_it(client: Client, maria: User, asked: str, led: str) -> None:
    form = {"login": "maria", "password": PASSWORD, "next": asked}

    assert client.post(LOGIN, form)["Location"] == led


@pytest.mark.parametrize(
    "asked",
    ["https://elsewhere.example/", "//elsewhere.example/console/", "/console/../x", "/", "javascript:1", "\\\\x"],
)
def test_nobody_is_led_out_of_the_desk(client: Client, maria: User, asked: str) -> None:
    form = {"login": "maria", "password": PASSWORD, "next": asked}

    assert client.post(LOGIN, form)["Location"] == "/console/"


def test_a_wrong_password_and_an_unknown_name_are_told_alike(client: Client, maria: User) -> None:
    one, other = give(client, "wrong password"), give(client, "wrong password", name="nobody-here")

    assert one.status_code == other.status_code == 422
    assert _sentence(one) == _sentence(other)


def test_whoever_is_switched_off_does_not_get_in(client: Client, maria: User) -> None:
    User.objects.update(is_active=False)

    give(client)

    assert not logged_in(client)


def test_nobody_signs_up(client: Client) -> None:
    assert client.get("/console/account/signup/").status_code == 404


# Lock-out


def test_five_wrong_passwords_from_one_network_shut_out_there_and_nowhere_else(client: Client, maria: User) -> None:
    here, elsewhere = {"REMOTE_ADDR": "8.8.8.8"}, {"REMOTE_ADDR": "9.9.9.9"}
    told = [give(client, "wrong password", **here).status_code for _ in range(5)]

    assert told == [422, 422, 422, 422, 429]
    assert give(client, **here).status_code == 429
    assert not logged_in(client)
    assert give(client, **elsewhere).status_code == 302


def test_spelling_the_name_otherwise_counts_as_the_same(client: Client, maria: User) -> None:
    for name in ("maria", "MARIA", "maria@cauce.example", "Maria", "maria "):
        give(client, "wrong password", name=name)

    assert give(client).status_code == 429


def test_fifty_wrong_passwords_from_many_networks_shut_out_everywhere(client: Client, maria: User) -> None:
    for number in range(49):
        misses.miss("maria", f"8.8.{number}.0/24", clock.now())
    assert give(client, "wrong password", REMOTE_ADDR="8.8.50.1").status_code == 429

    assert give(client, REMOTE_ADDR="9.9.9.9").status_code == 429


def test_whoever_gets_in_begins_anew(client: Client, maria: User) -> None:
    for password in ("wrong", "wrong", "wrong", "wrong", PASSWORD):
        give(client, password)

    assert give(Client(), "wrong").status_code == 422


def test_neither_network_nor_name_nor_browser_is_kept(client: Client, maria: User) -> None:
    for name in ("maria", "somebody@elsewhere.example", "my password by mistake"):
        for _ in range(5):
            give(client, "wrong password", name=name, REMOTE_ADDR="8.8.8.8", HTTP_USER_AGENT="Mosaic")

    kept = repr([*Miss.objects.values(), *Kept.objects.values(), *Deed.objects.values()])
    for word in ("8.8.8", "elsewhere", "by mistake", "Mosaic"):
        assert word not in kept
    assert Deed.objects.get().outcome == "shut out: too many wrong passwords"


# Second factors


def test_with_a_second_factor_the_password_alone_opens_nothing(client: Client, secret: str) -> None:
    assert give(client)["Location"] == CODE
    assert not logged_in(client)

    assert client.post(CODE, {"code": code(secret)})["Location"] == "/console/"
    assert logged_in(client)


def test_a_code_works_once(client: Client, secret: str) -> None:
    seen = code(secret)
    for browser in (client, Client()):
        give(browser)
        browser.post(CODE, {"code": seen})

    assert logged_in(client)
    assert not logged_in(browser)


def test_wrong_codes_are_counted_for_the_account_whatever_begins_anew(secret: str) -> None:
    for _ in range(5):
        browser = Client()
        give(browser)
        assert browser.post(CODE, {"code": "000000"}).status_code == 422
    give(browser)
    answer = browser.post(CODE, {"code": code(secret)})

    assert "Too many wrong codes" in answer.text
    assert not logged_in(browser)


def test_a_recovery_code_opens_the_desk_once(client: Client, maria: User, secret: str) -> None:
    mine = _recovery_codes(maria)
    for browser in (client, Client()):
        give(browser)
        browser.post(CODE, {"code": mine[0]})

    assert logged_in(client)
    assert not logged_in(browser)


def test_a_new_password_by_mail_does_not_replace_the_second_factor(client: Client, secret: str) -> None:
    new = "another horse battery"
    path = _mailed_link(client)
    client.post(path, {"password1": new, "password2": new})

    assert not logged_in(client)
    assert give(client, new)["Location"] == CODE


def test_secrets_lie_sealed_in_the_database_and_open_after_the_key_changed(
    client: Client, maria: User, secret: str, settings: Any
) -> None:
    mine = _recovery_codes(maria)
    raw = repr(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in raw
    settings.SECRET_KEY_OLD, settings.SECRET_KEY = settings.SECRET_KEY, "another secret, which is long enough too"
    assert factors.reseal() == 2
    settings.SECRET_KEY_OLD = ""
    give(client)
    client.post(CODE, {"code": code(secret)})

    assert logged_in(client)
    assert _recovery_codes(maria) == mine


def test_a_secret_that_cannot_be_opened_is_told_in_a_sentence(client: Client, secret: str, settings: Any) -> None:
    settings.SECRET_KEY = "another secret, which is long enough too"
    give(client)

    answer = client.post(CODE, {"code": code(secret)})

    assert answer.status_code == 422
    assert "An administrator can reset it." in answer.text
    assert factors.reseal() == 0


@pytest.mark.parametrize(
    ("asked", "role", "page", "led"),
    [
        ("nobody", "administrator", "/admin/", False),
        ("publishers", "reader", "/console/", False),
        ("publishers", "publisher", "/console/", False),
        ("publishers", "administrator", "/admin/", True),
        ("publishers", "publisher", "/console/readers/import/", True),
        ("everyone", "reader", "/console/", True),
    ],
)
def test_a_second_factor_must_be_set_up_first_where_the_setting_says_so(
    enter: Enter, settings: Any, asked: str, role: str, page: str, led: bool
) -> None:
    settings.DESK_SECOND_FACTOR = asked
    answer = enter(role).get(page)

    assert (answer.status_code == 302 and answer["Location"] == "/console/account/") is led
    TOTP.activate(User.objects.get(), generate_totp_secret())
    assert enter(role).get(page).status_code == 200


def test_an_app_is_set_up_with_a_first_code_and_gives_recovery_codes(enter: Enter) -> None:
    desk = enter("publisher")
    page = desk.get("/console/account/app/").text
    (shown,) = re.findall(r'<code class="secret">(\w+)</code>', page)

    assert desk.post("/console/account/app/", {"code": "000000"}).status_code == 422
    assert desk.post("/console/account/app/", {"code": code(shown)})["Location"] == "/console/account/codes/"
    assert len(re.findall(r"<li>\d{8}</li>", desk.get("/console/account/codes/").text)) == 10


def test_setting_one_up_or_taking_it_away_ends_all_other_sessions_and_is_mailed(
    enter: Enter, django_capture_on_commit_callbacks: Any
) -> None:
    desk = enter("publisher")
    User.objects.update(email="ana@cauce.example")
    other = enter("publisher")
    (shown,) = re.findall(r'<code class="secret">(\w+)</code>', desk.get("/console/account/app/").text)
    with django_capture_on_commit_callbacks(execute=True):
        desk.post("/console/account/app/", {"code": code(shown)})
    assert (logged_in(desk), other.get("/console/").status_code) == (True, 302)

    again = enter("publisher")
    desk.post("/console/account/app/remove")
    assert again.get("/console/").status_code == 302
    assert [letter.subject for letter in mail.outbox] == ["Your account at the desk changed"] * 2
    assert "127.0.0.1" not in "".join(str(letter.message()) for letter in mail.outbox)


# Proving it again


@pytest.mark.parametrize(
    "page",
    [
        "readers/export",
        "readers/one/export",
        "readers/one/erase",
        "people/invite",
        "people/ana/role",
        "editions/weekly-2026-w47-en/approve",
        "articles/00000000-0000-4000-8000-000000000001/kill",
        "articles/names/lucia-ferrer/remove",
        "articles/names/lucia-ferrer/restore",
        "partners/1/keys/issue",
    ],
)
def test_what_cannot_be_taken_back_asks_again_and_does_nothing_until_then(enter: Enter, page: str) -> None:
    desk = enter("administrator")
    proved(desk, User.objects.get(), ago=700)

    answer = desk.post(f"/console/{page}", headers={"referer": "https://testserver/console/readers/"})

    assert answer["Location"] == "/console/account/again/password?next=%2Fconsole%2Freaders%2F"
    assert Deed.objects.get(asked__isnull=False).outcome == "refused: a proof is due"


def test_a_password_proves_it_for_ten_minutes(enter: Enter, maria: User) -> None:
    desk = enter("publisher", name="maria")
    proved(desk, maria, ago=700)
    again = "/console/account/again/password?next=/console/readers/"

    assert desk.post(again, {"password": "wrong"}).status_code == 422
    assert desk.post(again, {"password": PASSWORD})["Location"] == "/console/readers/"
    assert desk.post("/console/readers/export").status_code == 200


def test_a_code_proves_it_too(enter: Enter, maria: User, secret: str) -> None:
    desk = enter("publisher", name="maria")
    proved(desk, maria, ago=700)

    desk.post("/console/account/again/code?next=/console/readers/", {"code": code(secret)})

    assert desk.post("/console/readers/export").status_code == 200


def test_changing_a_second_factor_asks_again_and_keeps_nothing_of_the_form(enter: Enter) -> None:
    desk = enter("publisher")
    proved(desk, User.objects.get(), ago=700)

    answer = desk.post("/console/account/app/", {"code": "123456"})

    assert answer["Location"].startswith("/console/account/again/password")
    assert "123456" not in repr(dict(desk.session))
    assert "REMOTE_ADDR" not in repr(dict(desk.session))


# Passwords


def test_another_password_ends_every_other_session(client: Client, maria: User) -> None:
    other = Client()
    give(client)
    give(other)
    new = "another horse battery"
    client.post("/console/account/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})

    assert client.get("/console/").status_code == 200
    assert other.get("/console/").status_code == 302


def test_a_password_that_is_too_short_is_refused(client: Client, maria: User) -> None:
    give(client)
    form = {"oldpassword": PASSWORD, "password1": "short", "password2": "short"}

    assert client.post("/console/account/password/", form).status_code == 422


def test_a_forgotten_password_is_replaced_by_a_link_that_works_once(client: Client, maria: User) -> None:
    path, new = _mailed_link(client), "another horse battery"

    assert client.get(path).status_code == 200
    assert client.post(path, {"password1": new, "password2": new})["Location"] == LOGIN
    assert client.get(path).status_code == 404
    assert give(client, new).status_code == 302


def test_nobody_learns_who_works_here(client: Client, maria: User) -> None:
    told = []
    for address in ("maria@cauce.example", "nobody@cauce.example"):
        answer = client.post("/console/account/password/reset/", {"email": address}, follow=True)
        told.append((answer.status_code, answer.redirect_chain, _plain(answer.text)))

    assert told[0] == told[1]
    assert len(mail.outbox) == 1


def test_no_more_than_three_letters_a_day_go_to_one_mailbox(client: Client, maria: User) -> None:
    for _ in range(5):
        client.post("/console/account/password/reset/", {"email": "maria@cauce.example"})

    assert len(mail.outbox) == 3


def test_logging_in_gives_the_session_another_key(client: Client, maria: User) -> None:
    client.get(LOGIN)
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key

    give(client)

    assert client.session.session_key != before


def test_the_log_says_who_came_in(client: Client, maria: User) -> None:
    give(client)

    assert deeds.check()[0] == 1
    assert Deed.objects.get().by == "maria"


def _recovery_codes(user: User) -> list[str]:
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    return RecoveryCodes.activate(user).get_unused_codes()


def _mailed_link(client: Client) -> str:
    client.post("/console/account/password/reset/", {"email": "maria@cauce.example"})
    (path,) = re.findall(r"https://letters\.cauce\.example(/\S+)", str(mail.outbox[-1].body))
    return str(path)


def _sentence(answer: Any) -> list[str]:
    return re.findall(r'<p class="said error" role="alert">(.*?)</p>', answer.text)


def _plain(text: str) -> str:
    return re.sub(r'value="[^"]*"', "", text)

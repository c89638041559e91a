"""Nobody gets further than their role: asked of the whole URL map, so that a new view without a rule fails."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from ninja import NinjaAPI

from service.api.feeds import feeds, key_in_address
from service.api.version1 import api
from service.partners.rules.admission import SCOPES
from service.people.rules.roles import RIGHTS, Right, Role

from .conftest import Enter
from .views import View, every_view

# Whoever asks gets them: readers' pages, files of the desk's look, and what has its own lock (tokens, signatures,
# partners' keys). Each by its address; made-up keys as `views.py` makes them.
FOR_EVERYBODY = {
    "/",
    "/style.css",
    "/copy.js",
    "/present.js",
    "/embed",
    "/subscribe",
    "/confirm/nothing",
    "/preferences/",
    "/preferences/nothing",
    "/preferences/nothing/erase",
    "/preferences/nothing/export",
    "/unsubscribe/nothing",
    "/erase/",
    "/erase/nothing",
    "/privacy",
    r"/^feedback/(?P<token>[\w-]+)/(?P<item>\d{1,18})/(?P<chosen>yes|no)$",
    "/feedback/republish/00000000-0000-4000-8000-000000000001",
    "/feeds/",
    "/feeds.opml",
    "/feeds/nothing.opml",
    "/rel/republication-report",
    r"/^feeds/(?P<language>[a-z-]+)/(?P<name>[^.]+)/$",
    "/editions/",
    "/editions/nothing.atom",
    "/editions/nothing/",
    "/s/00000000-0000-4000-8000-000000000001",
    "/articles/00000000-0000-4000-8000-000000000001/republish",
    "/articles/00000000-0000-4000-8000-000000000001/republish.nothing",
    "/articles/00000000-0000-4000-8000-000000000001/ninjs.json",
    "/articles/00000000-0000-4000-8000-000000000001/used",
    "/partners/acknowledge/nothing",
    "/hooks/wordpress",
    "/hooks/gifts",
    "/hooks/mail/nothing",
    "/livez",
    "/readyz",
    "/metrics",
    "/console/style.css",
    "/console/console.js",
    "/api/v1/openapi.json",
    r"/^(.*/)?feed/$",
    "/console/passkey.js",
    "/console/raw.css",
    "/console/account/login/",
    "/console/account/login/code",
    "/console/account/login/passkey",
    "/console/account/logout",
    "/console/account/off",
    "/console/account/invitation/nothing",
    "/console/account/password/reset/",
    "/console/account/password/reset/done",
    r"/console/account/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)$",
}
# Their own account, whatever their role.
FOR_WHOEVER_LOGS_IN = {
    "/console/account/",
    "/console/account/again/password",
    "/console/account/again/code",
    "/console/account/again/passkey",
    "/console/account/password/",
    "/console/account/app/",
    "/console/account/app/remove",
    "/console/account/passkeys/add",
    "/console/account/passkeys/1/remove",
    "/console/account/codes/",
    "/console/account/codes/new",
}
DESK = [view for view in every_view() if view.right]
RAW = [view for view in every_view() if view.namespaces == ("admin",) and view.name not in ("login", "logout")]


def _has_a_rule(view: View) -> bool:
    """Keys and scopes of the API, and each record of the admin, are asked for below."""
    return bool(
        view.right
        or view.address in FOR_EVERYBODY | FOR_WHOEVER_LOGS_IN
        or view.namespaces in (("api",), ("partner_feeds",), ("admin",))
    )


def test_every_view_has_a_rule() -> None:
    assert [view.address for view in every_view() if not _has_a_rule(view)] == []


def test_no_rule_is_left_of_a_view_that_is_gone() -> None:
    assert (FOR_EVERYBODY | FOR_WHOEVER_LOGS_IN) - {view.address for view in every_view()} == set()


@pytest.mark.parametrize("role", Role)
def test_a_role_gets_what_its_rights_say_and_nothing_else(role: Role, enter: Enter) -> None:
    browser = enter(role)
    told = {view: _ask(browser, view) for view in DESK}

    let_in = {view for view, answer in told.items() if answer.status_code != 403 and not _leads_to_the_login(answer)}
    assert let_in == {view for view in DESK if view.right in RIGHTS[role]}
    assert {view.address for view, answer in told.items() if answer.status_code >= 500} == set()


@pytest.mark.django_db
def test_nobody_sees_the_desk_who_is_not_logged_in() -> None:
    answers = {view.address: _ask(Client(), view) for view in DESK}

    assert {address for address, answer in answers.items() if not _leads_to_the_login(answer)} == set()


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_sees_an_account_who_is_not_logged_in(method: str) -> None:
    answers = {address: getattr(Client(), method)(address, follow=True) for address in FOR_WHOEVER_LOGS_IN}
    led = {address: answer.redirect_chain[-1][0] for address, answer in answers.items()}

    assert {address for address, to in led.items() if not to.startswith(settings.LOGIN_URL)} == set()


@pytest.mark.parametrize("role", [role for role in Role if Right.ADMINISTER not in RIGHTS[role]])
def test_raw_records_are_for_administrators_alone(role: Role, enter: Enter) -> None:
    browser = enter(role)

    assert {view.address for view in RAW if _asked(browser, view) not in (302, 403)} == set()


def test_an_administrator_sees_every_list_of_raw_records(enter: Enter) -> None:
    browser = enter(Role.ADMINISTRATOR)
    lists = [view for view in RAW if view.name.endswith("_changelist")]

    assert lists
    assert {view.address for view in lists if _asked(browser, view) != 200} == set()


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_without_a_key_the_api_gives_nothing(method: str) -> None:
    views = [one for one in every_view() if one.namespaces in (("api",), ("partner_feeds",))]
    asked = {one.address: Client().generic(method, one.address).status_code for one in views}

    assert {address for address, status in asked.items() if status not in (401, 404, 405)} <= FOR_EVERYBODY


@pytest.mark.parametrize("part", [api, feeds], ids=["api", "partner feeds"])
def test_every_operation_of_the_api_asks_for_a_scope(part: NinjaAPI) -> None:
    paths = [path for router in part._get_bound_routers() for path in router.path_operations.values()]
    locks = [list(operation.auth_callbacks) for path in paths for operation in path.operations]

    assert locks
    assert all(locks)
    assert all(lock is key_in_address or lock._scope in SCOPES for some in locks for lock in some)


def _leads_to_the_login(answer: HttpResponse) -> bool:
    return answer.status_code == 302 and answer["Location"].startswith(settings.LOGIN_URL)


def _asked(browser: Client, view: View) -> int:
    return int(_ask(browser, view).status_code)


def _ask(browser: Client, view: View) -> HttpResponse:
    """By the method that it takes."""
    answer = browser.get(view.address)
    return browser.post(view.address) if answer.status_code == 405 else answer  # type: ignore[return-value]

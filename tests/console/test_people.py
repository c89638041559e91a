"""Who works here: invited, given a role, switched off; and one at least who can let others in."""

from __future__ import annotations

import re
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core import mail
from django.db import connection
from django.test import Client

from service.people.actions import inviting, staff
from service.people.actions.retention import sweep
from service.people.actions.roles import role_of
from service.people.models import Deed, Invitation
from service.toolbox import clock
from service.toolbox.errors import ServiceError

from .conftest import Enter

pytestmark = pytest.mark.django_db
NEW = "new@cauce.example"
FORM = {"name": "nadia", "password": "correct horse battery"}


@pytest.fixture(autouse=True)
def _quick_hashes(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def link(role: str = "editor", ago: timedelta = timedelta()) -> str:
    """The path of a link that was mailed so long ago."""
    whole = inviting.invite(NEW, role, "ana", clock.now() - ago, site="https://letters.cauce.example")
    return whole.removeprefix("https://letters.cauce.example")


def user(name: str, role: str) -> User:
    made = User.objects.create_user(name)
    made.groups.set([Group.objects.get_or_create(name=role)[0]])
    return made


# Invitations


def test_whoever_is_invited_gets_a_letter_and_comes_in_by_its_link(enter: Enter, client: Client) -> None:
    enter("administrator").post("/console/people/invite", {"email": NEW, "role": "publisher"})
    (letter,) = mail.outbox
    (path,) = re.findall(r"https://letters\.cauce\.example(/console/\S+)", str(letter.body))

    assert letter.to == [NEW]
    assert "publisher" in client.get(path).text
    assert client.post(path, FORM)["Location"] == "/console/"
    came = User.objects.get(username="nadia")
    assert (came.email, role_of(came), came.check_password(FORM["password"])) == (NEW, "publisher", True)
    assert client.get("/console/").status_code == 200
    assert {"account_invitation", "account_login"} <= set(Deed.objects.values_list("what", flat=True))


def test_looking_at_the_link_does_nothing(client: Client) -> None:
    path = link()
    for _ in range(2):
        assert client.get(path).status_code == client.head(path).status_code == 200

    assert Invitation.objects.exists()


def test_a_link_works_once(client: Client) -> None:
    path = link()
    client.post(path, FORM)

    assert Client().get(path).status_code == 404
    assert Client().post(path, {**FORM, "name": "other"}).status_code == 404


def test_a_link_works_for_seven_days(client: Client) -> None:
    assert client.get(link(ago=timedelta(days=6, hours=23))).status_code == 200
    assert client.get(link(ago=timedelta(days=7))).status_code == 404


def test_a_later_link_voids_the_one_before(client: Client) -> None:
    first, second = link(), link()

    assert (client.get(first).status_code, client.get(second).status_code) == (404, 200)


def test_a_withdrawn_invitation_opens_nothing(enter: Enter, client: Client) -> None:
    path = link()
    enter("administrator").post(f"/console/people/invitations/{Invitation.objects.get().pk}/withdraw")

    assert client.get(path).status_code == 404


def test_an_altered_link_opens_nothing(client: Client) -> None:
    assert client.get(link()[:-3] + "abc").status_code == 404


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "ana@cauce.example"},
        {"name": ""},
        {"name": "Command Line"},
        {"name": "Newsroom.toml"},
        {"name": "ANA"},
        {"password": "short"},
        {"password": "password1234"},
    ],
)
def test_a_name_or_password_that_will_not_do_gets_a_sentence(client: Client, typed: dict[str, str]) -> None:
    User.objects.create_user("ana")
    answer = client.post(link(), {**FORM, **typed})

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert Invitation.objects.exists()


def test_whoever_works_here_is_not_invited_again(enter: Enter) -> None:
    User.objects.create_user("nadia", NEW)
    enter("administrator").post("/console/people/invite", {"email": NEW.upper(), "role": "editor"})

    assert not Invitation.objects.exists()
    assert Deed.objects.get(asked__isnull=False).outcome.startswith("refused: Somebody with this address")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_use_one_link_at_once_one_comes_in() -> None:
    path, start = link(), Barrier(2)

    def use(name: str) -> None:
        start.wait()
        Client().post(path, {**FORM, "name": name})
        connection.close()

    _at_once(lambda: use("one"), lambda: use("two"))

    assert User.objects.filter(email=NEW).count() == 1


# Roles


def test_another_role_holds_at_once_and_ends_their_sessions(enter: Enter) -> None:
    maria, boss = enter("publisher", name="maria"), enter("administrator")
    boss.post("/console/people/maria/role", {"role": "reader"})

    assert role_of(User.objects.get(username="maria")) == "reader"
    assert maria.get("/console/").status_code == 302
    assert boss.get("/console/").status_code == 200


def test_whoever_is_switched_off_is_out_and_stays_out(enter: Enter) -> None:
    maria, boss = enter("publisher", name="maria"), enter("administrator")
    boss.post("/console/people/maria/off")

    assert maria.get("/console/").status_code == 302
    boss.post("/console/people/maria/on")
    assert User.objects.get(username="maria").is_active


def test_somebody_who_lost_their_second_factor_sets_up_another(enter: Enter) -> None:
    from allauth.mfa.models import Authenticator

    maria = enter("publisher", name="maria")
    Authenticator.objects.create(user=User.objects.get(), type="totp", data={})
    enter("administrator").post("/console/people/maria/factor")

    assert not Authenticator.objects.exists()
    assert maria.get("/console/").status_code == 302


@pytest.mark.parametrize("what", [("role", {"role": "editor"}), ("off", {})])
def test_the_last_administrator_stays_one(enter: Enter, what: tuple[str, dict[str, str]]) -> None:
    boss = enter("administrator")
    User.objects.create_superuser("gone", is_active=False)
    answer = boss.post(f"/console/people/ana/{what[0]}", what[1], follow=True)

    assert "This is the last administrator." in answer.text
    assert staff.administrators().get().username == "ana"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("verb", [staff.switch_off, lambda one: staff.change_role(one, "editor")])
def test_of_two_administrators_who_remove_each_other_at_once_one_stays(verb: Any) -> None:
    both, start = [user(name, "administrator") for name in ("ana", "maria")], Barrier(2)

    def remove(one: User) -> None:
        start.wait()
        try:
            verb(one)
        except ServiceError:
            pass
        finally:
            connection.close()

    _at_once(*(lambda one=one: remove(one) for one in both))  # type: ignore[misc]

    assert staff.administrators().count() == 1


def test_a_role_that_does_not_exist_is_refused(enter: Enter) -> None:
    boss = enter("administrator")
    user("maria", "reader")
    boss.post("/console/people/maria/role", {"role": "emperor"})

    assert role_of(User.objects.get(username="maria")) == "reader"


def test_the_page_tells_the_day_somebody_was_here_and_nothing_finer(enter: Enter) -> None:
    enter("reader", name="maria").get("/console/")

    today = clock.now()
    text = enter("administrator").get("/console/people/").text
    assert f'data-value="{today:%Y-%m-%d}"' in text
    assert f"{today:%H:%M}" not in text


# The log


def test_the_log_is_filtered_by_who_what_and_when(enter: Enter) -> None:
    enter("reader", name="maria").post("/console/language", {"language": "es"})
    boss, today = enter("administrator"), clock.now().date()

    def rows(**asked: str) -> int:
        return boss.get("/console/log/", asked).text.count("<tr><td>")

    assert rows() == rows(by="maria") == rows(what="console:speak") == 1
    assert rows(since=str(today - timedelta(days=1)), until=str(today + timedelta(days=1))) == 1
    assert rows(by="nobody-here") == rows(until=str(today - timedelta(days=3))) == 0
    assert rows(since="no day") == 1


def test_the_log_says_that_it_is_whole_or_which_entry_is_not(enter: Enter) -> None:
    enter("reader", name="maria").post("/console/language", {"language": "es"})
    boss = enter("administrator")
    assert "All 2 entries are as they were written." in boss.get("/console/log/?prove=yes").text
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        Deed.objects.filter(pk=Deed.objects.earliest("id").pk).update(by="nobody")
        cursor.execute("SET session_replication_role = DEFAULT")

    assert "is not as it was written" in boss.get("/console/log/?prove=yes").text


def test_what_the_desk_forgets_of_its_people_goes(enter: Enter) -> None:
    link(ago=timedelta(days=8))
    enter("reader")

    assert sweep(clock.now()) == {"invitations": 1, "sessions": 0, "wrong passwords": 0}
    assert sweep(clock.now() + timedelta(days=30))["sessions"] == 1


def _at_once(*works: Any) -> None:
    threads = [Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

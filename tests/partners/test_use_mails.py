"""A mail about a use that no program understood: the desk says what was used where."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from service.cli.letterbox import take_in
from service.content.models import Article
from service.delivery.models import Quarantined
from service.partners.actions.use_mails import note_use, waiting
from service.partners.models import Republication
from service.toolbox.errors import ServiceError
from tests import builders

from .republishing import PAGE, partner
from .test_usemail import REPUBLISH, mail

pytestmark = pytest.mark.django_db
LIST = "admin:partners_use_mails"


@pytest.fixture
def article(now: datetime) -> Article:
    return builders.article(now, title="Gold", url="https://cauce.example/gold/")


@pytest.fixture
def waits(now: datetime) -> Quarantined:
    take_in(mail("We used your piece", "We printed it <b>today</b>, ask me where."), now, (REPUBLISH,))
    return waiting().get()


def press(client: Client, mail: Quarantined, **fields: str) -> str:
    address = reverse("admin:partners_use_mail", args=[mail.pk])
    return client.post(address, {"verb": "note", **fields}, follow=True).content.decode()


@pytest.mark.parametrize("words", ["key", "https://www.cauce.example/gold"])
def test_the_desk_makes_it_a_use_of_the_article_and_page_that_it_names(
    now: datetime, article: Article, waits: Quarantined, admin_client: Client, words: str
) -> None:
    owner = partner(now, domains=["diario.example"])
    press(admin_client, waits, article=article.key if words == "key" else words, pages=f"{PAGE}\r\n{PAGE}-2")
    rows = Republication.objects.order_by("url")
    assert [(row.article, row.url, row.heard_by) for row in rows] == [
        (article, PAGE, "mail"),
        (article, f"{PAGE}-2", "mail"),
    ]
    assert {(row.partner, row.contact) for row in rows} == {(owner, "ana@diario.example")}
    assert all(row.check_after for row in rows)
    assert not waiting().exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"article": "no such", "pages": PAGE}, "There is no article"),
        ({"pages": f"{PAGE} https://cauce.example/gold/"}, "That is our own page."),
        ({"pages": ""}, "Name the page that carries the article"),
    ],
)
def test_what_is_amiss_is_said_and_the_mail_waits_on(
    article: Article, waits: Quarantined, admin_client: Client, fields: dict[str, str], sentence: str
) -> None:
    assert sentence in press(admin_client, waits, **{"article": article.key, **fields})
    assert (Republication.objects.exists(), waiting().get()) == (False, waits)


def test_a_mail_that_tells_of_no_use_waits_no_more(waits: Quarantined, admin_client: Client) -> None:
    assert "Set aside" in press(admin_client, waits, verb="none")
    assert (waiting().exists(), Republication.objects.exists()) == (False, False)


def test_it_is_shown_as_a_person_reads_it_and_as_nothing_but_text(waits: Quarantined, admin_client: Client) -> None:
    shown = admin_client.get(reverse(LIST)).content.decode()
    assert "We used your piece" in shown
    assert "We printed it &lt;b&gt;today&lt;/b&gt;, ask me where." in shown
    assert "its subject names no article" in shown


def test_other_mail_in_quarantine_is_not_among_them(now: datetime) -> None:
    take_in(mail("Hello", "There"), now, ("bounces@cauce.example",))
    assert (Quarantined.objects.count(), waiting().count()) == (1, 0)


def test_whoever_may_not_see_such_mail_sees_none_and_notes_nothing(
    article: Article, waits: Quarantined, client: Client
) -> None:
    user = User.objects.create_user("rosa", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="change_republication"))
    client.force_login(user)
    assert client.get(reverse(LIST)).status_code == 403
    press(client, waits, article=article.key, pages=PAGE)
    assert not Republication.objects.exists()


def test_the_same_mail_can_be_read_twice_and_is_one_use(now: datetime, article: Article, waits: Quarantined) -> None:
    for _ in range(2):
        note_use(waits, article.key, [PAGE], now)
    assert Republication.objects.count() == 1
    with pytest.raises(ServiceError, match="no web address"):
        note_use(waits, article.key, ["diario.example/nota"], now)

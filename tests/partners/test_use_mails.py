"""A mail about a use that no program understood: the desk says what was used where."""

from __future__ import annotations

from datetime import datetime

import pytest

from service.cli.letterbox import take_in
from service.content.models import Article
from service.delivery.models import Quarantined
from service.partners.actions.use_mails import note_use, waiting
from service.partners.models import Republication
from service.toolbox.errors import ServiceError
from tests import builders

from .republishing import PAGE
from .test_usemail import REPUBLISH, mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def article(now: datetime) -> Article:
    return builders.article(now, title="Gold", url="https://cauce.example/gold/")


@pytest.fixture
def waits(now: datetime) -> Quarantined:
    take_in(mail("We used your piece", "We printed it <b>today</b>, ask me where."), now, (REPUBLISH,))
    return waiting().get()


def test_other_mail_in_quarantine_is_not_among_them(now: datetime) -> None:
    take_in(mail("Hello", "There"), now, ("bounces@cauce.example",))
    assert (Quarantined.objects.count(), waiting().count()) == (1, 0)


def test_the_same_mail_can_be_read_twice_and_is_one_use(now: datetime, article: Article, waits: Quarantined) -> None:
    for _ in range(2):
        note_use(waits, article.key, [PAGE], now)
    assert Republication.objects.count() == 1
    with pytest.raises(ServiceError, match="no web address"):
        note_use(waits, article.key, ["diario.example/nota"], now)

"""Two workers tell partners at the same time."""

from __future__ import annotations

from datetime import datetime

import pytest

from service.content.actions.store import withdraw
from service.delivery.models import Mailing
from service.partners.actions.hooks import call_hooks
from service.partners.actions.looking import look_again
from service.partners.actions.tell import tell_partners
from service.partners.models import Notice, Republication, Told
from tests import builders
from tests.delivery.threads import at_once

from .republishing import given, running

pytestmark = pytest.mark.django_db(transaction=True)


def test_each_partner_gets_one_letter_however_many_workers_write(now: datetime) -> None:
    article = builders.article(now)
    for number in range(6):
        given(now, article, f"Partner {number}")
    withdraw(article, "", now)
    reports = at_once(*[lambda: tell_partners(now)] * 3)
    assert sum(report.notices for report in reports) == Notice.objects.count() == 1
    tell_partners(now)
    assert Mailing.objects.count() == 6
    assert set(Told.objects.values_list("letters", flat=True)) == {1}


def test_each_program_is_called_once_however_many_workers_call(now: datetime) -> None:
    article = builders.article(now)
    with running() as site:
        for number in range(12):
            site.answers[f"/{number}"] = (200, "")
            given(now, article, f"Partner {number}", hook_url=f"{site.url}/{number}")
        withdraw(article, "", now)
        tell_partners(now)
        taken = at_once(*[lambda: call_hooks(now, ["127.0.0.1"])] * 3)
        assert sum(taken) + call_hooks(now, ["127.0.0.1"]) == 12
        assert len(site.posted) == 12


def test_each_page_is_looked_at_once_however_many_workers_look(now: datetime) -> None:
    article = builders.article(now)
    with running() as site:
        for number in range(8):
            row = {"url": f"{site.url}/{number}", "heard_by": "desk", "reported": now, "check_after": now}
            Republication.objects.create(article=article, **row)
        at_once(*[lambda: look_again(now, ["127.0.0.1"])] * 3)
        assert sorted(path for path in site.asked if path != "/robots.txt") == [f"/{n}" for n in range(8)]


def test_a_worker_killed_while_it_writes_owes_the_letter_still(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise Killed

    article = builders.article(now)
    given(now, article)
    withdraw(article, "", now)
    with monkeypatch.context() as broken, pytest.raises(Killed):
        broken.setattr("service.partners.actions.writing.keep_address", die)
        tell_partners(now)
    assert not Mailing.objects.exists()
    assert tell_partners(now).letters == 1

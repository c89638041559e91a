"""A copied or restored database mails nobody until a person says so."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from service.delivery.actions import instance
from service.delivery.actions.send import send_due
from service.delivery.models import Instance

from .mailings import opened, states

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_place(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path / "here"


def test_the_first_installation_that_sends_keeps_the_database(now: datetime, smtp: Any) -> None:
    smtp()
    mailing = opened(now)
    send_due(now)
    send_due(now)
    assert states(mailing) == {"accepted": 3}


def test_on_another_machine_the_same_database_is_silent(
    now: datetime, smtp: Any, settings: Any, tmp_path: Path
) -> None:
    server = smtp()
    instance.check(now)
    mailing = opened(now)
    settings.VAR_DIR = tmp_path / "elsewhere"
    assert "copied or restored from another installation, so no mail leaves" in send_due(now).sentence()
    assert states(mailing) == {"queued": 3}
    assert not server.kept


def test_restored_into_another_database_it_is_silent(now: datetime, smtp: Any) -> None:
    smtp()
    instance.check(now)
    known = Instance.objects.get()
    place, _, number = known.mark.partition(" ")
    Instance.objects.update(mark=f"{place} {int(number) + 1}")
    mailing = opened(now)
    assert "byline confirm_instance" in send_due(now).sentence()
    assert states(mailing) == {"queued": 3}


def test_once_a_person_confirms_it_goes_on(now: datetime, smtp: Any, settings: Any, tmp_path: Path) -> None:
    smtp()
    instance.check(now)
    mailing = opened(now)
    settings.VAR_DIR = tmp_path / "elsewhere"
    call_command("confirm_instance")
    send_due(now)
    assert states(mailing) == {"accepted": 3}


def test_what_is_restored_is_silent_even_where_all_numbers_are_the_same(now: datetime) -> None:
    instance.check(now)
    instance.renounce(now)
    with pytest.raises(instance.Silent):
        instance.check(now)


def test_a_place_that_was_given_up_is_another_one(now: datetime) -> None:
    instance.check(now)
    instance.move_out()
    with pytest.raises(instance.Silent):
        instance.check(now)

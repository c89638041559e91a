"""Keys: shown once, kept as a digest, several at a time, revoked at once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from service.partners.actions.create import create
from service.partners.actions.keys import MOST_LIVE, enter, find, issue, revoke
from service.partners.models import Key, Partner
from service.partners.rules.admission import API, FEEDS, Refused
from service.toolbox.errors import ServiceError

pytestmark = pytest.mark.django_db


def begun(now: datetime, **changes: str) -> tuple[Partner, str]:
    made = create("Diario del Sur", "desk@diario.example", now, **{"terms": "2026-11", **changes})  # type: ignore[arg-type]
    return made.partner, made.key


def refused(whole: str, scope: str, now: datetime) -> tuple[int, str]:
    key = find(whole)
    assert key
    with pytest.raises(Refused) as told:
        enter(key, scope, now)
    return told.value.status, told.value.code


def test_a_key_opens_the_partner_that_it_was_issued_to(now: datetime) -> None:
    partner, whole = begun(now)
    key = find(whole)
    assert key
    assert enter(key, FEEDS, now) == partner


def test_no_key_can_be_read_out_of_the_database(now: datetime) -> None:
    _, whole = begun(now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM partners_key")
        (row,) = cursor.fetchall()
    assert whole.rpartition("_")[2] not in str(row)


@pytest.mark.parametrize("altered", ["", "x", "byline_aaaaaaaa_" + "a" * 32, "é" * 48])
def test_what_is_no_key_of_ours_opens_nothing(now: datetime, altered: str) -> None:
    begun(now)
    assert find(altered) is None


def test_a_key_with_one_letter_changed_opens_nothing(now: datetime) -> None:
    _, whole = begun(now)
    assert find(whole[:-1] + ("a" if whole[-1] != "a" else "b")) is None


def test_two_keys_work_side_by_side_and_revoking_one_leaves_the_other(now: datetime) -> None:
    partner, old = begun(now)
    new = issue(partner, now)
    key = find(old)
    assert key
    revoke(key, now)
    assert refused(old, FEEDS, now) == (410, "key_revoked")
    still = find(new)
    assert still
    assert enter(still, FEEDS, now) == partner


def test_an_expired_key_is_answered_403(now: datetime) -> None:
    partner, _ = begun(now)
    whole = issue(partner, now, expires=now + timedelta(days=1))
    assert refused(whole, FEEDS, now + timedelta(days=1)) == (403, "key_expired")


def test_a_key_opens_only_what_it_is_for(now: datetime) -> None:
    partner, _ = begun(now)
    assert refused(issue(partner, now), API, now) == (403, "out_of_scope")


def test_a_suspended_partner_gets_nothing(now: datetime) -> None:
    partner, whole = begun(now)
    Partner.objects.filter(pk=partner.pk).update(suspended_at=now)
    assert refused(whole, FEEDS, now) == (403, "partner_suspended")


def test_a_partner_that_has_not_accepted_the_terms_gets_nothing(now: datetime) -> None:
    _, whole = begun(now, terms="")
    assert refused(whole, FEEDS, now) == (403, "terms_not_accepted")


def test_a_partner_may_not_collect_keys(now: datetime) -> None:
    partner, _ = begun(now)
    for _ in range(MOST_LIVE - 1):
        issue(partner, now)
    with pytest.raises(ServiceError, match="Revoke one first"):
        issue(partner, now)


def test_the_commands_begin_a_partner_and_end_a_key(now: datetime, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("create_partner", "Río Abierto", "--corrections-to", "desk@rio.example", "--terms", "2026-11")
    told = capsys.readouterr().out
    key = Key.objects.get()
    assert f"byline_{key.prefix}_" in told
    call_command("revoke_key", key.prefix)
    key.refresh_from_db()
    assert key.revoked


@pytest.mark.parametrize(
    ("name", "mailbox", "sentence"),
    [("!!!", "a@b.example", "letters in it"), ("Diario", "nobody", "no mail address")],
)
def test_a_partner_that_cannot_be_is_refused_with_a_sentence(name: str, mailbox: str, sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("create_partner", name, "--corrections-to", mailbox)

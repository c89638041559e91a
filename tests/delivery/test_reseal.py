"""The key that opens addresses is changed while everything goes on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from service.delivery.actions import quarantine, reseal
from service.delivery.actions.gate import latest_entry, suppress
from service.delivery.actions.plan import keep_address
from service.delivery.actions.send import send_due
from service.delivery.models import Address, Quarantined, Suppression
from service.toolbox import addresses
from service.toolbox.addresses import WrongKey
from service.toolbox.errors import ServiceError
from tests.delivery.mailings import opened, states

pytestmark = pytest.mark.django_db
NEW = "the next address key for tests alone, long enough"


@pytest.fixture
def rotated(settings: Any, now: datetime) -> str:
    """Five addresses, one mail, one erased reader's mark under the old key; the new one is set. Returns the old."""
    for number in range(5):
        keep_address(f"reader{number}@readers.example")
    quarantine.keep(b"From: ana@readers.example", "It is no report.", now)
    suppress(addresses.fingerprint("gone@readers.example"), "erased", now)
    old: str = settings.ADDRESS_KEY
    settings.ADDRESS_KEY, settings.ADDRESS_KEY_OLD, settings.FINGERPRINT_KEY = NEW, old, old
    return old


def test_all_are_sealed_anew_and_found_as_before(settings: Any, rotated: str, now: datetime) -> None:
    marks = set(Address.objects.values_list("fingerprint", flat=True))
    assert reseal.reseal() == 6
    settings.ADDRESS_KEY_OLD = ""
    assert {row.open() for row in Address.objects.all()} == {f"reader{n}@readers.example" for n in range(5)}
    assert quarantine.open_quarantined(Quarantined.objects.get()).startswith(b"From:")
    assert set(Address.objects.values_list("fingerprint", flat=True)) == marks
    assert keep_address("reader1@readers.example").fingerprint in marks
    assert Address.objects.count() == 5


def test_whoever_was_erased_is_kept_out_still(rotated: str) -> None:
    reseal.reseal()
    row = keep_address("gone@readers.example")
    assert Address.objects.annotate(latest=latest_entry("fingerprint")).get(pk=row.pk).latest == "erased"
    assert Suppression.objects.count() == 1


def test_broken_off_it_goes_on_where_it_was(rotated: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reseal, "_SLICES", ((Address, 2), (Quarantined, 2)))
    assert reseal._reseal_slice(Address, 0, 2) is not None
    assert reseal.reseal() == 4
    assert reseal.reseal() == 0


def test_meanwhile_letters_go_out(rotated: str, now: datetime) -> None:
    keep_address("new@readers.example")
    mailing = opened(now, ["reader0", "new"])
    reseal._reseal_slice(Address, 0, 1)
    send_due(now)
    assert states(mailing) == {"accepted": 2}


def test_it_refuses_keys_with_which_nobody_would_be_found(settings: Any, rotated: str) -> None:
    for wrong, words in (("", "Set FINGERPRINT_KEY"), (NEW, "not the key")):
        settings.FINGERPRINT_KEY = wrong
        with pytest.raises(ServiceError, match=words):
            reseal.reseal()
    settings.ADDRESS_KEY_OLD = ""
    with pytest.raises(ServiceError, match="ADDRESS_KEY_OLD"):
        reseal.reseal()
    with pytest.raises(WrongKey):
        Address.objects.all()[0].open()

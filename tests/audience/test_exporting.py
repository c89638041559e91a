from __future__ import annotations

import csv
import io
import stat
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from service.audience import exporting
from service.audience.exporting import export_list
from service.audience.importing import Given, import_subscribers
from service.audience.models import Subscriber
from service.delivery.actions import gate
from service.delivery.rules.verdicts import ERASED, SUPPRESSING
from service.toolbox.cells import neutral
from service.toolbox.errors import ServiceError
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "readers.csv"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_reader_goes_out_with_what_they_chose(now: datetime, path: Path) -> None:
    builders.reader(now, language="es", interests="topic:customs topic:prisons country:pe")
    assert export_list(path) == 1
    assert rows(path) == [
        {
            "address": "ana@readers.example",
            "language": "es",
            "wants": "both",
            "topics": "customs, prisons",
            "countries": "pe",
            "confirmed_at": "2026-11-24T15:00:00+00:00",
        }
    ]


@pytest.mark.parametrize("status", ["pending", "unsubscribed"])
def test_whoever_left_or_never_confirmed_is_absent(now: datetime, path: Path, status: str) -> None:
    builders.reader(now)
    Subscriber.objects.update(status=status)
    assert export_list(path) == 0
    assert "ana" not in path.read_text()


def test_an_erased_reader_is_absent(now: datetime, path: Path) -> None:
    reader = builders.reader(now)
    gate.suppress(reader.address.fingerprint, ERASED, now)
    reader.delete()
    gate.forget(reader.address, now)
    assert export_list(path) == 0


@pytest.mark.parametrize("reason", SUPPRESSING)
def test_whose_address_gets_nothing_is_absent(now: datetime, path: Path, reason: str) -> None:
    gate.suppress(builders.reader(now).address.fingerprint, reason, now)
    builders.reader(now, "ben")
    assert export_list(path) == 1
    assert [row["address"] for row in rows(path)] == ["ben@readers.example"]


@pytest.mark.parametrize("start", ["=", "+", "-"])
def test_an_address_is_never_a_formula(now: datetime, path: Path, start: str) -> None:
    builders.reader(now, f"{start}1+cmd|'!A0")
    export_list(path)
    assert rows(path)[0]["address"] == f"'{start}1+cmd|'!A0@readers.example"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_that_begins_like_a_formula_gets_an_apostrophe(start: str) -> None:
    assert neutral(f"{start}SUM(A1)") == f"'{start}SUM(A1)"
    assert neutral(f"a{start}") == f"a{start}"


def test_only_its_owner_may_read_the_file(now: datetime, path: Path) -> None:
    export_list(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_no_other_file_is_written_over(path: Path) -> None:
    path.write_text("kept")
    with pytest.raises(ServiceError, match="is there already"):
        export_list(path)
    assert path.read_text() == "kept"


def test_an_address_that_does_not_open_is_a_sentence_and_leaves_no_file(
    now: datetime, path: Path, settings: Any
) -> None:
    builders.reader(now)
    settings.ADDRESS_KEY = "another key for addresses, long enough to pass"
    with pytest.raises(ServiceError, match="does not open with this ADDRESS_KEY"):
        export_list(path)
    assert not path.exists()


def test_a_list_longer_than_a_batch_goes_out_whole(now: datetime, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "BATCH", 2)
    for n in range(5):
        builders.reader(now, f"reader-{n}")
    shares: list[float] = []
    assert export_list(path, shares.append) == len(rows(path)) == 5
    assert shares == [0.4, 0.8, 1.0]


def test_what_went_out_comes_in_as_it_was(now: datetime, path: Path) -> None:
    builders.reader(now, "=ana", "es")
    chosen = Subscriber.objects.values("language", "wants", "interests", "confirmed").get()
    export_list(path)
    Subscriber.objects.all().delete()
    import_subscribers(path, Given(source="our own export"), now)
    reader = Subscriber.objects.select_related("address").get()
    assert reader.address.open() == "=ana@readers.example"
    assert Subscriber.objects.values(*chosen).get() == chosen


def test_the_command_says_what_the_file_is(now: datetime, path: Path) -> None:
    builders.reader(now)
    out = io.StringIO()
    call_command("export_list", str(path), stdout=out)
    assert "1 readers, each by their address in plain" in out.getvalue()
    with pytest.raises(CommandError, match="Name another file"):
        call_command("export_list", str(path), stdout=out)

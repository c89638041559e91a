"""Lists from elsewhere, as files on disk, into a real database."""

from __future__ import annotations

import csv
import io
import stat
import tracemalloc
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from service.audience import importing
from service.audience.importing import Given, Summary, import_subscribers
from service.audience.lists.rows import NotTaken
from service.audience.models import Consent, Subscriber
from service.content.models import Country, Topic
from service.delivery.actions import gate
from service.delivery.models import Address, Suppression
from service.delivery.rules.verdicts import ERASED, SUPPRESSING
from service.toolbox import addresses, pour
from service.toolbox.errors import ServiceError
from tests import builders
from tests.delivery.threads import at_once

pytestmark = pytest.mark.django_db

SAMPLES = Path(__file__).resolve().parents[1] / "samples" / "lists"
SHEET = Given(source="a sheet at the book fair")
MIXED = """email,language,confirmed_at
ana@readers.example,en,2024-05-01
ANA@readers.example,es,
ben@readers.example,fr,
cid@readers.example,en,
dan@readers.example,en,
no address,en,
eva@readers.example,es,soon
"""


@dataclass
class Brought:
    summary: Summary
    told: list[NotTaken]

    @property
    def counts(self) -> dict[str, int]:
        return {outcome: count for outcome, count in self.summary.counts.items() if count}

    @property
    def reasons(self) -> str:
        return " ".join(row.reason for row in self.told)


Bring = Callable[..., Brought]


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def written(text: str, encoding: str = "utf-8", name: str = "list.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return written


@pytest.fixture
def bring(write: Callable[..., Path], now: datetime) -> Bring:
    """Imports a file, or one with that text."""

    def brought(what: Path | str, given: Given = SHEET, **more: Any) -> Brought:
        told: list[NotTaken] = []
        path = what if isinstance(what, Path) else write(what)
        return Brought(import_subscribers(path, given, now, tell=told.append, **more), told)

    return brought


@pytest.fixture
def subjects() -> None:
    Topic.objects.create(slug="customs", names={"en": "Customs", "es": "Aduanas"})
    Topic.objects.create(slug="prisons", names={"en": "Prisons", "es": "Cárceles"})
    Country.objects.create(slug="pe", names={})


def reading() -> set[str]:
    return {reader.address.open() for reader in Subscriber.objects.active()}


def stored() -> str:
    """All that a reader's rows hold."""
    return str([list(model.objects.values()) for model in (Subscriber, Consent, Address, Suppression)])


def suppressed(address: str, reason: str, now: datetime) -> None:
    gate.suppress(addresses.fingerprint(addresses.normalise(address)), reason, now)


def command(*words: object) -> str:
    out = io.StringIO()
    call_command("import_subscribers", *map(str, words), stdout=out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "who", "confirmed"),
    [
        ("listmonk", {"ana"}, datetime(2023, 5, 3, 10, 11, 12, tzinfo=UTC)),
        ("subscribed_members_export_1f2e3d", {"ana", "beto"}, datetime(2015, 3, 16, 14, 40, 47, tzinfo=UTC)),
        ("ghost", {"ana"}, datetime(2024, 1, 15, 10, 0, tzinfo=UTC)),
        ("ours", {"ana"}, datetime(2024, 5, 1, tzinfo=UTC)),
    ],
)
@pytest.mark.usefixtures("subjects")
def test_an_export_is_read_by_the_names_of_its_columns(
    bring: Bring, name: str, who: set[str], confirmed: datetime
) -> None:
    bring(SAMPLES / f"{name}.csv")
    assert reading() == {f"{one}@readers.example" for one in who}
    assert Subscriber.objects.earliest("id").confirmed == confirmed


@pytest.mark.parametrize("name", ["listmonk", "ghost"])
def test_whoever_left_there_does_not_come_in_and_is_told(bring: Bring, name: str) -> None:
    brought = bring(SAMPLES / f"{name}.csv")
    assert brought.counts == {"imported": 1, "not subscribed there": 2}
    assert [row.number for row in brought.told] == [3, 4]


@pytest.mark.parametrize("which", ["unsubscribed", "cleaned", "nonsubscribed"])
def test_of_mailchimps_other_three_files_nobody_comes_in(bring: Bring, which: str) -> None:
    brought = bring(SAMPLES / f"{which}_members_export_1f2e3d.csv")
    assert brought.counts == {"not subscribed there": 1}
    assert not Subscriber.objects.exists()


@pytest.mark.parametrize("name", ["listmonk", "subscribed_members_export_1f2e3d", "ghost"])
def test_no_name_place_note_or_network_address_is_stored(bring: Bring, name: str) -> None:
    bring(SAMPLES / f"{name}.csv")
    for word in ("Torres", "203.0.113", "Lima", "VIP", "fair, twice", "cus_", "readers.example"):
        assert word not in stored()


@pytest.mark.parametrize("rows", ["{left}\n{stays}", "{stays}\n{left}"])
def test_whoever_left_is_out_wherever_else_in_the_file_they_stand(bring: Bring, rows: str) -> None:
    left, stays = "Ana@readers.example,unsubscribed", "ana@readers.example,subscribed"
    brought = bring("email,status\n" + rows.format(left=left, stays=stays))
    assert brought.counts == {"not subscribed there": 2}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_is_found_out_and_told_where_it_is_a_guess(
    bring: Bring, write: Callable[..., Path], encoding: str
) -> None:
    brought = bring(write("email,name\nana@readers.example,José Peña\n", encoding))
    assert reading() == {"ana@readers.example"}
    assert bool(brought.summary.remarks) == (encoding == "cp1252")


def test_big_endian_utf_16_is_read_too(bring: Bring, write: Callable[..., Path]) -> None:
    bring(write("\ufeffemail\nana@readers.example\n", "utf-16-be"))
    assert reading() == {"ana@readers.example"}


def test_letters_of_an_address_are_not_guessed(bring: Bring, write: Callable[..., Path]) -> None:
    brought = bring(write("email\njosé@readers.example\nana@readers.example\n", "cp1252"))
    assert reading() == {"ana@readers.example"}
    assert "Save the file as UTF-8" in brought.reasons


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found_out(bring: Bring, delimiter: str) -> None:
    bring(f'"The name, in full"{delimiter}email\nAna{delimiter}ana@readers.example\n')
    assert reading() == {"ana@readers.example"}


def test_a_row_with_line_ends_in_a_cell_is_one_row(bring: Bring) -> None:
    brought = bring('note,email\r\n"one\r\n\r\ntwo",ana@readers.example\r\n\r\nx,nobody\r\n')
    assert reading() == {"ana@readers.example"}
    assert [row.number for row in brought.told] == [4]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("email,name,Email \na@b.example,x,y\n", "Two columns are called email"),
        ("ana@readers.example\nben@readers.example\n", "No column of the first row is called email"),
        ("", "No column of the first row is called email"),
        ("e\0m\0a\0i\0l\0", "no text in UTF-8"),
    ],
)
def test_a_file_that_can_not_be_understood_is_refused_whole(bring: Bring, text: str, sentence: str) -> None:
    with pytest.raises(ServiceError, match=sentence):
        bring(text)
    assert not Subscriber.objects.exists()


def test_an_archive_is_not_unpacked(bring: Bring, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.writestr("../../list.csv", "email\nana@readers.example\n")
    with pytest.raises(ServiceError, match="Unpack it"):
        bring(tmp_path / "export.zip")


def test_a_file_that_is_not_there_is_a_sentence(bring: Bring, tmp_path: Path) -> None:
    with pytest.raises(ServiceError, match="Name a CSV file"):
        bring(tmp_path / "none.csv")


def test_an_address_can_not_bring_headers_along(bring: Bring) -> None:
    brought = bring('email\n"ana@readers.example\r\nBcc: eve@readers.example"\nben@readers.example\n')
    assert reading() == {"ben@readers.example"}
    assert brought.counts == {"imported": 1, "set aside": 1}


def test_the_apostrophe_in_front_of_a_formula_is_not_part_of_the_address(bring: Bring) -> None:
    bring("email,source\n'=ana+1@readers.example,=1+1\n", Given())
    assert reading() == {"=ana+1@readers.example"}
    assert Consent.objects.get().detail.startswith("=1+1 (")


@pytest.mark.parametrize("reason", SUPPRESSING)
def test_whom_the_ledger_keeps_out_stays_out(bring: Bring, now: datetime, reason: str) -> None:
    suppressed("ana@readers.example", reason, now)
    brought = bring("email\nAna@Readers.example\n")
    assert brought.counts == {"kept out": 1}
    assert not Subscriber.objects.exists()


def test_an_erased_reader_is_not_revived(bring: Bring, now: datetime) -> None:
    reader = builders.reader(now)
    gate.suppress(reader.address.fingerprint, ERASED, now)
    reader.delete()
    gate.forget(reader.address, now)
    assert bring("email\nana@readers.example\n").counts == {"kept out": 1}
    assert not Address.objects.exists()


def test_an_unsubscribed_reader_is_not_revived_even_if_the_ledger_was_lifted(bring: Bring, now: datetime) -> None:
    reader = builders.reader(now)
    Subscriber.objects.update(status="unsubscribed")
    gate.suppress(reader.address.fingerprint, "unsubscribed", now)
    gate.lift(reader.address.fingerprint, now, by_desk=True)
    assert bring("email\nana@readers.example\n").counts == {"kept out": 1}
    assert Subscriber.objects.get().status == "unsubscribed"


def test_whose_entry_was_lifted_may_come_in(bring: Bring, now: datetime) -> None:
    suppressed("ana@readers.example", "hard bounce", now)
    gate.lift(addresses.fingerprint("ana@readers.example"), now, by_desk=True)
    bring("email\nana@readers.example\n")
    assert reading() == {"ana@readers.example"}


@pytest.mark.parametrize("status", ["active", "pending"])
def test_whoever_reads_or_was_asked_already_stays_as_they_are(bring: Bring, now: datetime, status: str) -> None:
    builders.reader(now, language="es")
    Subscriber.objects.update(status=status)
    before = stored()
    assert bring("email,language\nana@readers.example,en\n").counts == {"readers already": 1}
    assert stored() == before


@pytest.mark.parametrize(
    "other", ["ana@readers.example", "ANA@Readers.Example", "'ana@readers.example", "ana@readers。example"]
)
def test_one_address_in_two_ways_of_writing_counts_once(bring: Bring, other: str) -> None:
    brought = bring(f"email\nana@readers.example\n{other}\n")
    assert brought.counts == {"imported": 1, "listed twice": 1}
    assert Subscriber.objects.count() == Consent.objects.count() == 1


@pytest.mark.parametrize(
    ("column", "cell", "sentence"),
    [
        ("email", "ana", "not a complete mail address"),
        ("language", "fr", "Its language is none of ours"),
        ("wants", "everything", "What it wants is none of"),
        ("topics", '"customs, gardening"', "One of its topics"),
        ("countries", "zz", "One of its countries"),
        ("confirmed_at", "yesterday", "no day or time"),
        ("confirmed_at", "2024-13-01", "no day or time"),
        ("confirmed_at", "2031-01-01", "has not come yet"),
        ("source", "asked by eve@readers.example", "names a mail or network address"),
        ("source", "signed up from 203.0.113.7", "names a mail or network address"),
        ("source", "signed up from 2001:db8::7", "names a mail or network address"),
        ("source", "x" * 301, "takes more than 300 letters"),
        ("name", "Torres, Ana", "more cells than there are columns"),
        ("name", '"Ana" Torres', "a quotation mark stands where none may"),
    ],
)
@pytest.mark.usefixtures("subjects")
def test_a_bad_row_is_set_aside_with_a_sentence_and_the_others_come_in(
    bring: Bring, column: str, cell: str, sentence: str
) -> None:
    address = "ana@readers.example" if column != "email" else cell
    bad = address if column == "email" else f"{cell},{address}"
    head, good = ("email", "ben@readers.example") if column == "email" else (f"{column},email", ",ben@readers.example")
    brought = bring(f"{head}\n{bad}\n{good}\n")
    assert reading() == {"ben@readers.example"}
    assert [(row.number, row.outcome) for row in brought.told] == [(2, "set aside")]
    assert sentence in brought.reasons


def test_a_quotation_that_never_ends_is_told(bring: Bring) -> None:
    brought = bring('email,name\nana@readers.example,x\nben@readers.example,"y\ncid@readers.example,z\n')
    assert brought.counts == {"imported": 1, "set aside": 1}
    assert "all below is lost too" in brought.reasons


def test_a_row_that_was_set_aside_does_not_stand_in_the_way_of_a_good_one(bring: Bring) -> None:
    brought = bring("email,language\nana@readers.example,fr\nana@readers.example,en\n")
    assert brought.counts == {"set aside": 1, "imported": 1}


@pytest.mark.usefixtures("subjects")
def test_topics_and_countries_are_known_by_slug_and_by_name(bring: Bring) -> None:
    bring('email,topics,countries\nana@readers.example,"Aduanas; prisons",PE\n')
    assert Subscriber.objects.get().interests == "topic:customs topic:prisons country:pe"


def test_what_a_row_does_not_say_is_taken_from_what_was_given(bring: Bring, now: datetime) -> None:
    bring("email,language\nana@readers.example,\nben@readers.example,en-GB\n", Given("es", "alerts", "a form"))
    ana, ben = Subscriber.objects.order_by("id")
    assert (ana.language, ben.language) == ("es", "en")
    assert (ana.wants, ana.confirmed, ana.status) == ("alerts", now, "active")


def test_each_reader_has_a_consent_that_says_where_it_was_given(bring: Bring, now: datetime) -> None:
    bring("email,source\nana@readers.example,\nben@readers.example,the old form\n")
    told = Consent.objects.order_by("id").values_list("what", "door", "at", "detail")
    sheet = "a sheet at the book fair (en, weekly, all stories)"
    assert list(told) == [
        ("imported", "import", now, sheet),
        ("imported", "import", now, sheet.replace("a sheet at the book fair", "the old form")),
    ]


def test_a_list_that_says_nothing_about_consent_is_refused(bring: Bring) -> None:
    with pytest.raises(ServiceError, match="give --source"):
        bring("email\nana@readers.example\n", Given())
    assert bring("email,source\nana@readers.example,\n", Given()).counts == {"set aside": 1}


@pytest.fixture
def mixed(now: datetime) -> str:
    """cid reads already, dan left."""
    builders.reader(now, "cid")
    suppressed("dan@readers.example", "unsubscribed", now)
    return MIXED


def test_a_dry_run_counts_what_the_real_run_does_and_writes_nothing(bring: Bring, mixed: str) -> None:
    before = stored()
    dry = bring(mixed, dry_run=True)
    assert stored() == before
    real = bring(mixed)
    assert (dry.counts, dry.told) == (real.counts, real.told)
    assert real.counts == {"imported": 1, "listed twice": 1, "readers already": 1, "kept out": 1, "set aside": 3}


def test_every_row_is_counted_once(bring: Bring, mixed: str) -> None:
    assert bring(mixed).summary.sentence() == (
        "list.csv: 7 rows = 1 imported + 1 readers already + 1 listed twice + 0 not subscribed there + "
        "1 kept out + 3 set aside."
    )


def test_run_again_it_changes_nothing(bring: Bring, mixed: str) -> None:
    bring(mixed)
    before = stored()
    assert bring(mixed).counts["readers already"] == 2
    assert stored() == before


def test_broken_off_and_run_again_nobody_is_doubled(bring: Bring, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(share: float) -> None:
        if share > 0.4:
            raise KeyboardInterrupt

    monkeypatch.setattr(importing, "BATCH", 3)
    names = [f"reader-{n}@readers.example" for n in range(10)]
    text = "\n".join(["email", *names])
    with pytest.raises(KeyboardInterrupt):
        bring(text, progress=stop)
    assert 0 < Subscriber.objects.count() < 10
    bring(text)
    assert reading() == set(names)
    assert Subscriber.objects.count() == Consent.objects.count() == 10


def test_a_batch_that_fails_leaves_nothing_half_done(bring: Bring, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> str:
        raise OSError("disk full")

    monkeypatch.setattr(importing, "_detail", full)
    with pytest.raises(OSError, match="disk full"):
        bring("email\nana@readers.example\n")
    assert not Subscriber.objects.exists() and not Address.objects.exists()


def test_whoever_subscribes_this_instant_is_not_doubled(
    bring: Bring, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = importing.rows_of
    builders.reader(now)
    answers = iter([lambda marks: {}])
    monkeypatch.setattr(importing, "rows_of", lambda marks: next(answers, look)(marks))
    assert bring("email\nana@readers.example\nben@readers.example\n").counts == {"imported": 1, "readers already": 1}
    assert Subscriber.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_bring_each_reader_once(bring: Bring, write: Callable[..., Path], now: datetime) -> None:
    names = [f"reader-{n}@readers.example" for n in range(200)]
    forward, back = write("\n".join(["email", *names])), write("\n".join(["email", *names[::-1]]), name="back.csv")
    at_once(lambda: import_subscribers(forward, SHEET, now), lambda: import_subscribers(back, SHEET, now))
    assert reading() == set(names)
    assert Consent.objects.count() == 200


def test_any_other_database_is_filled_the_same(bring: Bring, mixed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pour, "connection", SimpleNamespace(vendor="sqlite"))
    assert bring(mixed).counts["imported"] == 1
    assert reading() == {"ana@readers.example", "cid@readers.example"}


def test_a_long_list_takes_no_more_memory_than_a_short_one(bring: Bring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 250)

    def peak(count: int) -> int:
        text = "\n".join(["email", *(f"reader-{n}@readers.example" for n in range(count))])
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        bring(text, dry_run=True)
        return tracemalloc.get_traced_memory()[1] - before

    tracemalloc.start()
    try:
        peak(500)
        assert peak(8_000) < 2 * peak(1_000)
    finally:
        tracemalloc.stop()


def test_progress_reaches_the_end(bring: Bring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 2)
    shares: list[float] = []
    bring(MIXED, progress=shares.append)
    assert shares == sorted(shares) and shares[-1] == 1.0


def test_the_report_names_rows_and_reasons_and_no_reader(
    mixed: str, write: Callable[..., Path], tmp_path: Path
) -> None:
    report = tmp_path / "report.csv"
    told = command(write(mixed), "--source", "a form", "--report", report)
    with report.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["row"] for row in rows] == ["3", "4", "5", "6", "7", "8"]
    assert all(row["reason"].endswith(".") for row in rows)
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    assert not any(name in report.read_text() + told for name in ("@readers", "ana", "no address"))


def test_a_report_is_never_written_over_another_file(write: Callable[..., Path]) -> None:
    path = write(MIXED)
    with pytest.raises(CommandError, match="is there already"):
        command(path, "--source", "a form", "--report", path)
    assert path.read_text() == MIXED
    assert not Subscriber.objects.exists()


def test_the_command_shows_the_first_rows_and_ends_with_the_counts(write: Callable[..., Path]) -> None:
    path = write("email\nana@readers.example\n" + "nobody\n" * 30)
    lines = command(path, "--source", "a form", "--dry-run").splitlines()
    assert lines[0].startswith("row 3, set aside: That is not a complete mail address.")
    assert len(lines) == 22 and "--report" in lines[20]
    assert lines[21].startswith("list.csv: 31 rows = 1 imported")
    assert lines[21].endswith("nothing was written.")


def test_a_language_that_the_newsroom_does_not_have_is_refused(write: Callable[..., Path]) -> None:
    with pytest.raises(CommandError, match="not among"):
        command(write(MIXED), "--source", "a form", "--language", "fr")

"""A backup on real PostgreSQL: whole and sealed, back again row for row, and then silent until confirmed."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from django.db import connection

from service.cli import keeping
from service.cli.dumps.failures import BadDump
from service.cli.key_option import key_of
from service.toolbox.errors import ServiceError
from service.toolbox.vault import CHUNK, HEADER, TAG
from tests.journeys import processes

KEY = "a key for the tests' backups alone"
STEP = CHUNK + TAG
LIST = "address,language,wants,source\n" + "".join(f"reader{n}@readers.example,en,both,a fair\n" for n in range(50))
QUEUE = (
    "from datetime import datetime, UTC; from tests.delivery.mailings import opened; opened(datetime.now(UTC), ['a'])"
)
# What a restored database must not have in common with the one that was backed up, or has since.
OWN = {"delivery_instance", "people_deed", "watching_beat"}


@dataclass(frozen=True, slots=True)
class Place:
    """An installation: a database and a folder."""

    database: str
    folder: Path

    def byline(self, *words: str, code: int = 0, **changes: str) -> str:
        settings = {
            "DATABASE_URL": self.database,
            "VAR_DIR": str(self.folder / "var"),
            "EMAIL_URL": f"file://{self.folder}/outbox",
            "BACKUP_KEY": KEY,
            "SECRET_KEY": "k" * 40,
            "ADDRESS_KEY": "a" * 40,
            "SITE_URL": "https://letters.cauce.example",
            "MAIL_PER_DAY": "500",
        }
        return processes.byline(*words, code=code, **{**settings, **changes})

    def rows(self) -> dict[str, list[str]]:
        with psycopg.connect(self.database) as connection:
            tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            return {
                table: sorted(str(row) for row in connection.execute(f'SELECT * FROM "{table}"').fetchall())  # noqa: S608
                for (table,) in tables
                if table not in OWN
            }


@contextmanager
def place(folder: Path) -> Iterator[Place]:
    server, name = os.environ["DATABASE_URL"], f"backup_{uuid4().hex[:8]}"
    folder.mkdir()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield Place(server.rsplit("/", 1)[0] + f"/{name}", folder)
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """With readers, and a letter that waits."""
    with place(tmp_path_factory.mktemp("backup") / "home") as there:
        there.byline("migrate", "--verbosity", "0")
        (there.folder / "list.csv").write_text(LIST)
        there.byline("import_subscribers", str(there.folder / "list.csv"))
        there.byline("shell", "--verbosity", "0", "-c", QUEUE)
        there.byline("backup", str(there.folder / "it.backup"))
        yield there


@pytest.fixture(scope="module")
def backup(home: Place) -> Path:
    return home.folder / "it.backup"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Place]:
    """A new machine: an empty database, an empty folder, and the keys."""
    with place(tmp_path / "elsewhere") as there:
        yield there


@pytest.fixture
def changed(backup: Path, elsewhere: Place) -> Callable[[Callable[[bytes], bytes]], str]:
    """What `restore` says about a backup that something happened to; and nothing of it was loaded."""

    def told(change: Callable[[bytes], bytes]) -> str:
        path = elsewhere.folder / "changed.backup"
        path.write_bytes(change(backup.read_bytes()))
        said = elsewhere.byline("restore", str(path), code=1)
        assert elsewhere.rows() == {}
        return said

    return told


def test_every_row_comes_back_and_nothing_leaves_until_it_is_confirmed(
    home: Place, backup: Path, elsewhere: Place
) -> None:
    said = elsewhere.byline("restore", str(backup))
    assert "Nothing leaves from here until `byline confirm_instance`." in said
    assert "MAIL_PER_DAY=500" in said
    assert elsewhere.rows() == home.rows()

    elsewhere.byline("migrate", "--verbosity", "0")
    assert "was copied or restored" in elsewhere.byline("send_due", code=1)
    assert not (elsewhere.folder / "outbox").exists()

    elsewhere.byline("confirm_instance")
    assert "1 accepted" in elsewhere.byline("send_due")


def test_the_log_of_what_was_done_goes_on_unbroken(backup: Path, elsewhere: Place) -> None:
    elsewhere.byline("restore", str(backup))

    assert "each chained to the one before" in elsewhere.byline("check_audit")


def test_only_its_user_can_read_it_and_nothing_in_it_can_be_read(backup: Path) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert not any(word in backup.read_bytes() for word in (b"PGDMP", b"Cauce", b"readers.example", b"kkkkkkkk"))


def test_no_secret_is_in_it_even_for_whoever_has_the_key(backup: Path) -> None:
    with backup.open("rb") as file:
        told = str(keeping.Backup(file, KEY.encode()).manifest)

    assert "https://letters.cauce.example" in told
    assert not any(secret in told for secret in ("k" * 40, "a" * 40, "DATABASE", "EMAIL_URL"))


def test_a_backup_can_be_proved_without_a_place_to_load_it(backup: Path, elsewhere: Place) -> None:
    key = elsewhere.folder / "key"
    key.write_text(f"{KEY}\n")
    key.chmod(0o600)

    said = elsewhere.byline("restore", str(backup), "--check", "--key", str(key), BACKUP_KEY="")

    assert "is whole: a backup of" in said
    assert elsewhere.rows() == {}


def test_newsroom_toml_comes_back_too(backup: Path, elsewhere: Place) -> None:
    to = elsewhere.folder / "newsroom.toml"
    elsewhere.byline("restore", str(backup), "--newsroom", str(to))

    assert to.read_text() == (processes.ROOT / "newsroom.toml").read_text()


def test_with_another_key_nothing_is_loaded(backup: Path, elsewhere: Place) -> None:
    said = elsewhere.byline("restore", str(backup), code=1, BACKUP_KEY="another key altogether, and long")

    assert "does not open with this key" in said
    assert elsewhere.rows() == {}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [(lambda whole: whole[: HEADER + STEP], "cut short"), (lambda whole: whole[:-100] + b"x" * 100, "damaged")],
    ids=["half", "changed"],
)
def test_a_backup_that_is_not_whole_is_refused(
    changed: Callable[[Callable[[bytes], bytes]], str], change: Callable[[bytes], bytes], sentence: str
) -> None:
    assert sentence in changed(change)


def test_a_database_with_tables_in_it_is_left_alone(home: Place, backup: Path) -> None:
    before = home.rows()

    assert "goes into an empty one" in home.byline("restore", str(backup), code=1)
    assert home.rows() == before


def test_a_file_that_is_there_is_left_alone(home: Place, backup: Path) -> None:
    before = backup.read_bytes()

    assert "is there already" in home.byline("backup", str(backup), code=1)
    assert backup.read_bytes() == before


def test_in_a_folder_it_is_named_by_the_hour_and_the_oldest_go(home: Place, tmp_path: Path) -> None:
    for hour in ("01", "02", "03"):
        (tmp_path / f"byline-2026-01-01T{hour}0000Z.backup").touch()
    (tmp_path / "somebody-elses.backup").touch()

    home.byline("backup", str(tmp_path), "--keep", "2")

    names = sorted(path.name for path in tmp_path.iterdir())
    assert len(names) == 3
    assert (names[0], names[2]) == ("byline-2026-01-01T030000Z.backup", "somebody-elses.backup")


@pytest.mark.django_db(transaction=True)
def test_what_can_t_be_dumped_leaves_no_file(tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.cli.dumps.postgresql.LOCK_WAIT_MILLISECONDS", 200)
    test_run = connection.settings_dict
    with psycopg.connect(host=test_run["HOST"], port=test_run["PORT"], user="byline", dbname=test_run["NAME"]) as holds:
        holds.execute("LOCK TABLE content_article")
        with pytest.raises(BadDump, match="pg_dump: "):
            keeping.back_up(tmp_path / "no.backup", KEY.encode(), now, lambda share: None)

    assert list(tmp_path.iterdir()) == []


def test_a_key_that_is_short_or_open_to_others_is_refused(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("short\n")
    key.chmod(0o600)
    with pytest.raises(keeping.BadBackup, match="shorter than 16"):
        keeping.secret_in(key)
    key.chmod(0o640)
    with pytest.raises(keeping.BadBackup, match="chmod 600"):
        keeping.secret_in(key)


def test_without_a_key_it_is_said_how_to_make_one() -> None:
    with pytest.raises(ServiceError, match="openssl rand"):
        key_of(None)


def test_the_wrong_address_key_is_noticed_at_once(backup: Path, elsewhere: Place) -> None:
    assert "do not open with the ADDRESS_KEY" in elsewhere.byline("restore", str(backup), ADDRESS_KEY="b" * 40)


def test_doctor_knows_when_it_was_made(home: Place, backup: Path) -> None:
    assert "The last backup was made and verified on" in home.byline("doctor", code=1)


def test_the_embedded_database_is_backed_up_the_same_way(backup: Path, tmp_path: Path) -> None:
    there = Place("", tmp_path)
    there.byline("migrate", "--verbosity", "0")
    there.byline("shell", "--verbosity", "0", "-c", QUEUE)
    there.byline("backup", str(tmp_path / "it.backup"))
    assert "goes into an empty one" in there.byline("restore", str(tmp_path / "it.backup"), code=1)
    assert "a backup of postgresql" in there.byline("restore", str(backup), code=1)

    for path in (tmp_path / "var").glob("byline.sqlite3*"):
        path.unlink()
    there.byline("restore", str(tmp_path / "it.backup"))

    assert "was copied or restored" in there.byline("send_due", code=1)
    there.byline("confirm_instance")
    assert "1 accepted" in there.byline("send_due")

"""`byline receive` as mail servers meet it: a process that listens, a Maildir, a pipe."""

from __future__ import annotations

import io
import os
import re
import signal
import smtplib
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from service.cli import postbox
from service.delivery.models import Message, Quarantined, Suppression
from tests.delivery.mailings import opened
from tests.delivery.returned import came_back, to_us
from tests.journeys.processes import ROOT, eventually

BOX = "bounces@cauce.example"


@pytest.fixture
def message(now: datetime) -> Message:
    opened(now, ["ana"])
    Message.objects.update(state="accepted")
    return Message.objects.get()


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    for name in ("new", "cur", "tmp"):
        (tmp_path / "Maildir" / name).mkdir(parents=True)
    return tmp_path / "Maildir"


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[Callable[..., int]]:
    """Starts `byline receive --listen` on a free port, which it returns; it ends with Ctrl-C."""
    with ExitStack() as stack:

        def start(*words: str, **changes: str) -> int:
            log = stack.enter_context((tmp_path / "log").open("w+"))
            command = [sys.executable, str(ROOT / "manage.py"), "receive", "--listen", "127.0.0.1:0", *words]
            process = subprocess.Popen(command, stdout=log, stderr=log, cwd=ROOT, env=environment(**changes))
            stack.callback(ended, process)
            told = eventually(lambda: re.search(r"127\.0\.0\.1:(\d+)", (tmp_path / "log").read_text()))
            return int(told[1])

        yield start


def environment(**changes: str) -> dict[str, str]:
    """With the database of this test."""
    where = connection.settings_dict
    url = f"postgres://{where['USER']}@{where['HOST']}:{where['PORT']}/{where['NAME']}"
    return {**os.environ, "DATABASE_URL": url, **changes}


def ended(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0


def put(maildir: Path, name: str, raw: bytes, folder: str = "new") -> None:
    (maildir / folder / name).write_bytes(raw)


def files(maildir: Path) -> dict[str, list[str]]:
    return {folder: sorted(path.name for path in (maildir / folder).iterdir()) for folder in ("new", "cur")}


def receive(*words: str) -> str:
    out = io.StringIO()
    call_command("receive", *words, stdout=out, stderr=out)
    return out.getvalue()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("words", "client"), [([], smtplib.SMTP), (["--lmtp"], smtplib.LMTP)])
def test_a_bounce_comes_in_by_smtp_or_lmtp(message: Message, listening: Any, words: list[str], client: Any) -> None:
    with client("127.0.0.1", listening(*words)) as server:
        server.sendmail("", [to_us(message.pk)], came_back("forged-no-token"))
        assert Suppression.objects.get().reason == "hard bounce"  # committed before 250 was said


@pytest.mark.django_db(transaction=True)
def test_who_is_not_ours_is_refused_and_one_mail_is_for_one_recipient(message: Message, listening: Any) -> None:
    with smtplib.SMTP("127.0.0.1", listening()) as server:
        server.helo()
        server.mail("")
        assert server.rcpt("letters@cauce.example") == (550, b"5.1.1 nobody receives here by that name")
        assert server.rcpt("bounces@elsewhere.example")[0] == 550
        assert server.rcpt(BOX)[0] == 250
        assert server.rcpt(to_us(message.pk))[0] == 452


@pytest.mark.django_db(transaction=True)
def test_more_than_10_mib_is_refused_and_less_that_is_too_much_to_read_is_kept(listening: Any) -> None:
    with smtplib.SMTP("127.0.0.1", listening()) as server:
        with pytest.raises(smtplib.SMTPResponseException, match="552"):
            server.sendmail("", [BOX], b"x" * (10 * 1024 * 1024 + 1))
        server.sendmail("", [BOX], b"Subject: large\r\n\r\n" + b"0123456789\r\n" * 100_000)
    assert "larger than 1 MiB" in Quarantined.objects.get().reason


@pytest.mark.django_db(transaction=True)
def test_with_the_database_away_the_other_side_keeps_the_mail(message: Message, listening: Any) -> None:
    port = listening(DATABASE_URL="postgres://nobody@127.0.0.1:1/none")
    with smtplib.SMTP("127.0.0.1", port) as server, pytest.raises(smtplib.SMTPDataError, match="451"):
        server.sendmail("", [to_us(message.pk)], came_back("forged-no-token"))
    assert not Suppression.objects.exists()


@pytest.mark.django_db
def test_a_maildir_is_taken_in_and_nothing_in_it_deleted(message: Message, maildir: Path) -> None:
    put(maildir, "1.host", came_back("postfix-unknown-user", message.pk))
    put(maildir, "2.host:2,F", came_back("away-english"), "cur")
    put(maildir, "3.host:2,S", came_back("unsubscribe"), "cur")
    told = receive("--maildir", str(maildir))
    assert told == "Taken in: 1 automatic reply, 1 hard bounce. 0 in quarantine wait for a person.\n"
    assert files(maildir) == {"new": [], "cur": ["1.host:2,S", "2.host:2,FS", "3.host:2,S"]}
    assert receive("--maildir", str(maildir)).startswith("Taken in: nothing.")


@pytest.mark.django_db
def test_a_file_that_can_not_be_read_stays_and_the_others_are_taken_in(maildir: Path) -> None:
    (maildir / "new" / "1.host").mkdir()
    put(maildir, "2.host", came_back("a-reader-writes"))
    with pytest.raises(CommandError, match=r"Taken in: 1 kept in quarantine, 1 left there\. 1 in quarantine"):
        receive("--maildir", str(maildir))
    assert files(maildir) == {"new": ["1.host"], "cur": ["2.host:2,S"]}


@pytest.mark.django_db
def test_with_the_database_away_the_files_stay(maildir: Path, monkeypatch: Any) -> None:
    def away(*_: Any) -> str:
        raise OperationalError("connection refused")

    monkeypatch.setattr(postbox, "take_in", away)
    put(maildir, "1.host", came_back("a-reader-writes"))
    with pytest.raises(CommandError, match="The database can't be used"):
        receive("--maildir", str(maildir))
    assert files(maildir) == {"new": ["1.host"], "cur": []}


@pytest.mark.django_db(transaction=True)
def test_one_mail_comes_in_by_a_pipe(message: Message) -> None:
    command = [sys.executable, str(ROOT / "manage.py"), "receive", "-", "--recipient", to_us(message.pk)]
    done = subprocess.run(
        command, input=came_back("forged-no-token"), env=environment(), cwd=ROOT, capture_output=True, check=True
    )
    assert done.stdout == b"Taken in: hard bounce.\n"
    assert Suppression.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_pipe_is_told_to_try_again_where_the_trouble_is_ours(message: Message) -> None:
    command = [sys.executable, str(ROOT / "manage.py"), "receive", "-"]
    away = environment(DATABASE_URL="postgres://nobody@127.0.0.1:1/none")
    done = subprocess.run(command, input=came_back("a-reader-writes"), env=away, cwd=ROOT, capture_output=True)
    assert done.returncode == 75
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--maildir", "/nonexistent"], "is no Maildir"),
        (["--listen", "8025"], "is no place to listen at"),
        (["--listen", "127.0.0.1:99999"], "is no place to listen at"),
        ([], "one of the arguments"),
    ],
)
def test_wrong_words_get_a_sentence(words: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        receive(*words)


def test_without_a_mailbox_there_is_nothing_to_listen_for(change_newsroom: Any) -> None:
    change_newsroom('bounces = "bounces@cauce.example"', "")
    with pytest.raises(CommandError, match=r"Add mail\.bounces"):
        receive("--listen", "127.0.0.1:0")

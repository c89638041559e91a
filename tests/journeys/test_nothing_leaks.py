"""After a reader's week, whoever takes the whole machine but its keys learns nobody's name from it."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
import redis

from service.delivery.rules import verp
from tests import builders

from .installation import HOOK_SECRET, Installation, installed
from .processes import ROOT, WAIT_SECONDS, command, environment, eventually
from .test_markdown import write

LOCALS = ("xiomara.quispe", "Rosa.Mamani+cauce", "tupac-huanca", "wayra", "illari")
READERS = [f"{local}@apus.example" for local in LOCALS]
TRACES = re.compile(r"xiomara|quispe|mamani|huanca|wayra|illari|apus\b|93\.184\.216", re.IGNORECASE)
CLIENT = {"X-Forwarded-For": "93.184.216.34"}  # as our proxy tells it
FORM = {"language": "en", "wants": "both"}


class Overheard:
    """Everything that anybody says to Redis while this is open: task arguments, results, whatever comes."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._socket = socket.create_connection((parts.hostname, parts.port))
        self._socket.sendall(b"MONITOR\r\n")
        self.heard = b""
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            try:
                more = self._socket.recv(65536)
            except OSError:
                return
            if not more:
                return
            self.heard += more

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)
        self._socket.close()


@contextmanager
def overheard(url: str) -> Iterator[Overheard]:
    listening = Overheard(url)
    try:
        yield listening
    finally:
        listening.close()


def post(there: Installation, path: str, form: dict[str, str] | None = None) -> httpx.Response:
    answer = httpx.post(f"{there.url}{path}", data=form or {}, headers=CLIENT, timeout=WAIT_SECONDS)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer


def to(there: Installation, reader: str, words: str) -> EmailMessage:
    """The newest letter to that reader whose subject holds the words."""

    def found() -> EmailMessage | None:
        letters = builders.letters(there.outbox)
        return next((one for one in letters if one["To"] == reader and words in str(one["Subject"])), None)

    letter = eventually(found)
    assert letter
    return letter


def link(there: Installation, letter: EmailMessage, purpose: str) -> str:
    found = re.search(rf"{there.url}(/{purpose}/\S+)", builders.part(letter, "plain"))
    assert found
    return found[1]


def a_week(there: Installation, folder: Path) -> None:
    """Subscribe, confirm, digest, alert, preferences, bounce, one click, complaint, copy, erasure."""
    there.byline("ingest", "markdown", str(folder))
    for reader in READERS:
        post(there, "/subscribe", {**FORM, "address": reader})
        post(there, link(there, to(there, reader, "confirm"), "confirm"))
    write(folder, "new", "Gold on the river")
    there.byline("pull_sources")
    alerts = [to(there, reader, "Gold") for reader in READERS]
    year, week, _ = datetime.now(UTC).isocalendar()
    drafted = there.byline("draft_digests", "--week", f"{year}-w{week:02d}", "--language", "en")
    slug = re.search(r"weekly-\d{4}-w\d\d-en", drafted)
    assert slug
    there.byline("approve", slug[0])
    for reader in READERS:
        eventually(lambda reader=reader: len([1 for one in builders.letters(there.outbox) if one["To"] == reader]) >= 3)  # type: ignore[misc]
    change_and_copy(there, READERS[0])
    post(there, way_out(there, alerts[1]), {"List-Unsubscribe": "One-Click"})
    to(there, READERS[1], "no more letters")
    came_back(there, alerts[2], READERS[2], bounced)
    came_back(there, alerts[3], READERS[3], complained)
    post(there, "/erase/", {"address": READERS[4]})
    post(there, link(there, to(there, READERS[4], "erase"), "erase"))
    go_wrong(there)


def change_and_copy(there: Installation, reader: str) -> None:
    post(there, "/preferences/", {"address": reader})
    choices = link(there, to(there, reader, "change"), "preferences")
    post(there, choices, {"language": "es", "wants": "weekly"})
    post(there, f"{choices}/export")
    to(there, reader, "Cauce")


def way_out(there: Installation, letter: EmailMessage) -> str:
    found = re.search(rf"<{there.url}(/unsubscribe/[^>]+)>", str(letter["List-Unsubscribe"]))
    assert found
    return found[1]


def came_back(there: Installation, letter: EmailMessage, reader: str, report: object) -> None:
    raw = report(there, letter, reader)  # type: ignore[operator]
    told = receive(there, raw)
    assert "bounce" in told or "complaint" in told, told


def receive(there: Installation, raw: bytes) -> str:
    """As a mail server pipes it in; what is said is kept beside the logs."""
    words, env = command("receive", "-"), environment(**there.settings)
    done = subprocess.run(words, input=raw, env=env, cwd=ROOT, capture_output=True, timeout=60)
    told = (done.stdout + done.stderr).decode()
    with (there.outbox.parent / "receive.log").open("a") as log:
        log.write(told)
    return told


def message_number(there: Installation, reader_message: EmailMessage) -> int:
    with psycopg.connect(there.settings["DATABASE_URL"]) as connection:
        rows = connection.execute(
            "SELECT m.id, g.key, m.recipient_key FROM delivery_message m JOIN delivery_mailing g ON g.id = m.mailing_id"
        ).fetchall()
    for pk, mailing, key in rows:
        digest = hmac.digest(there.settings["SECRET_KEY"].encode(), f"{mailing}\n{key}".encode(), hashlib.sha256).hex()
        if digest[:32] in str(reader_message["Message-ID"]):
            return int(pk)
    raise AssertionError("no such message")


def bounced(there: Installation, letter: EmailMessage, reader: str) -> bytes:
    back = verp.bounce_address("bounces@cauce.example", message_number(there, letter), there.settings["SECRET_KEY"])
    return f"""From: MAILER-DAEMON@apus.example
To: {back}
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

{reader} is nobody here
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.apus.example

Final-Recipient: rfc822; {reader}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <{reader}>: {reader.partition("@")[0]} is unknown

--b--
""".replace("\n", "\r\n").encode()


def complained(there: Installation, letter: EmailMessage, reader: str) -> bytes:
    token = verp.token(message_number(there, letter), there.settings["SECRET_KEY"])
    return (
        f"""From: fbl@apus.example
To: bounces+{token}@cauce.example
Subject: complaint
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary=b

--b
Content-Type: text/plain

{reader} says it is spam
--b
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: x/1
Version: 1
Original-Rcpt-To: {reader}

--b
Content-Type: message/rfc822

{letter.as_string()}
--b--
""".replace("\r\n", "\n")
        .replace("\n", "\r\n")
        .encode()
    )


def go_wrong(there: Installation) -> None:
    """What errors and strangers leave in logs and rows."""
    receive(there, b"From: wayra@apus.example\r\nSubject: hello\r\n\r\nwayra writes by hand\r\n")
    for path in ("/preferences/nonsense?address=wayra@apus.example", f"/unsubscribe/{READERS[0]}", "/nowhere/wayra"):
        httpx.get(f"{there.url}{path}", headers=CLIENT, timeout=WAIT_SECONDS)
    httpx.post(f"{there.url}/subscribe", data={"address": "wayra@apus"}, headers=CLIENT, timeout=WAIT_SECONDS)
    body = json.dumps({"source": "wordpress", "post": 1, "event": "publish"}).encode()
    signature = hmac.new(HOOK_SECRET.encode(), b"1." + body, hashlib.sha256).hexdigest()
    headers = {"X-Byline-Timestamp": "1", "X-Byline-Signature": f"sha256={signature}", **CLIENT}
    httpx.post(f"{there.url}/hooks/wordpress", content=body, headers=headers, timeout=WAIT_SECONDS)
    there.byline("sweep")


def whole_database(url: str) -> str:
    """Each column of each row, bytes read as Latin-1 so that none is lost."""
    found = []
    with psycopg.connect(url) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (table,) in tables:
            for row in connection.execute(f'SELECT * FROM "{table}"').fetchall():  # noqa: S608
                found += [value.decode("latin-1") if isinstance(value, bytes) else str(value) for value in row]
    return "\n".join(found)


def whole_redis(url: str) -> str:
    client = redis.Redis.from_url(url)
    told = []
    for key in client.keys("*"):
        told.append(f"{key!r} {client.dump(key)!r}")
    client.close()
    return "\n".join(told)


def every_file(folder: Path) -> str:
    """Logs, journals, feeds and whatever else the processes wrote, but for the mailboxes themselves."""
    paths = [path for path in folder.rglob("*") if path.is_file() and "sink" not in path.relative_to(folder).parts]
    return "\n".join(f"{path}\n{path.read_bytes().decode('latin-1')}" for path in paths)


def every_log(folder: Path) -> str:
    return "\n".join(path.read_text("latin-1") for path in folder.rglob("*.log"))


def around(found: re.Match[str], text: str) -> str:
    return text[max(0, found.start() - 120) : found.end() + 60]


def traces(text: str) -> list[str]:
    return [around(found, text) for found in TRACES.finditer(text)]


def test_after_a_whole_week_no_reader_is_found_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUSTED_PROXIES", "127.0.0.1")
    folder = tmp_path / "articles"
    folder.mkdir()
    write(folder, "old", "Old story")
    redis_url = os.environ["REDIS_URL"].rsplit("/", 1)[0] + "/2"
    with overheard(redis_url) as listening, installed("services", tmp_path, redis_url=redis_url) as there:
        a_week(there, folder)
        database, kept = whole_database(there.settings["DATABASE_URL"]), whole_redis(redis_url)
    # The letters themselves did arrive, and name their readers.
    assert traces("\n".join(path.read_text("latin-1") for path in there.outbox.glob("*.eml")))
    for happened in ("erased", "hard bounce", "complaint", "unsubscribed", "network", "weekly", "changed"):
        assert happened in database, happened
    assert b"send_due" in listening.heard
    assert "quarantin" in every_file(tmp_path)
    logs = every_log(tmp_path)
    for presents_itself in ("celery@", ":**@", "[stderr]@"):  # a worker and the clock, as they start
        logs = logs.replace(presents_itself, "")
    assert "level=" in logs
    assert [line for line in logs.splitlines() if "@" in line] == []
    for text in (database, kept, listening.heard.decode("latin-1"), every_file(tmp_path)):
        assert traces(text) == []


@pytest.mark.parametrize("line", ["Xiomara", "x <wayra@apus.example>", "from 93.184.216.34"])
def test_a_trace_would_be_found(line: str) -> None:
    assert traces(f"event {line} level=info")

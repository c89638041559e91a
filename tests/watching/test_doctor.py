"""`byline doctor` finds what is wrong, says what to do, and ends accordingly."""

from __future__ import annotations

import io
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core.management import CommandError, call_command
from django.db import connection

from service.delivery.actions.dkim import _loaded
from service.delivery.actions.dkim_key import make
from service.newsroom import current
from service.partners.models import Key, Partner
from service.toolbox import clock
from service.watching.beats import mark
from service.watching.checks import CHECKS, examine
from service.watching.models import Beat
from service.watching.rules import NOTE, OK, WRONG, Asked, Finding
from tests import builders
from worker.schedule import PERIODS
from worker.sink import Sink

from .name_server import NameServer

pytestmark = pytest.mark.django_db
A, MX, TXT = "A", "MX", "TXT"
ZONE = {
    ("letters.cauce.example", A): ["192.0.2.7"],
    ("lectura.example", A): ["192.0.2.7"],
    ("cauce.example", TXT): ['"v=spf1 ip4:192.0.2.1 -all"'],
    ("cauce.example", MX): ["10 mail.cauce.example."],
    ("_dmarc.cauce.example", TXT): ['"v=DMARC1; p=reject"'],
    ("lectura.example", TXT): ['"v=spf1 ip4:192.0.2.1 -all"'],
    ("lectura.example", MX): ["10 mail.lectura.example."],
    ("_dmarc.lectura.example", TXT): ['"v=DMARC1; p=reject"'],
}


@pytest.fixture
def names() -> Iterator[NameServer]:
    with NameServer(ZONE) as server:
        yield server


@pytest.fixture
def found(now: datetime, names: NameServer) -> Callable[[str], list[Finding]]:
    return lambda check: list(CHECKS[check](Asked(now, names.where)))


def levels(findings: list[Finding]) -> list[str]:
    return [finding.level for finding in findings]


def doctor(*words: str) -> tuple[str, str]:
    """What it prints, and the sentence that it ends with if something is wrong."""
    out = io.StringIO()
    try:
        call_command("doctor", *words, stdout=out)
    except CommandError as error:
        return out.getvalue(), str(error)
    return out.getvalue(), ""


def all_is_well(monkeypatch: pytest.MonkeyPatch, settings: Any, sink: Sink, change_newsroom: Any) -> None:
    change_newsroom('domain = "cauce.example"', 'domain = "cauce.org"')
    text = Path(settings.NEWSROOM_FILE).read_text().replace("@cauce.example", "@cauce.org")
    Path(settings.NEWSROOM_FILE).write_text(text)
    current.forget()
    for name in ("clock", *PERIODS):
        mark(name, 10, clock.now())
    mark("backup", 86400, clock.now())


@pytest.fixture
def _well(monkeypatch: pytest.MonkeyPatch, settings: Any, sink: Sink, change_newsroom: Any) -> None:
    all_is_well(monkeypatch, settings, sink, change_newsroom)


def organisation(zone: NameServer) -> None:
    zone.zone |= {(name.replace("cauce.example", "cauce.org"), kind): rows for (name, kind), rows in ZONE.items()}


@pytest.mark.usefixtures("_well")
def test_an_installation_that_is_well_ends_with_0(names: NameServer) -> None:
    organisation(names)

    told, fault = doctor("--resolver", names.where)

    assert fault == ""
    assert told.strip().splitlines()[-1].startswith("0 wrong,")


@pytest.mark.usefixtures("_well")
def test_what_is_wrong_is_told_and_ends_with_1(names: NameServer) -> None:
    told, fault = doctor("--resolver", names.where)

    assert fault.startswith("3 wrong,")
    assert "WRONG  dns        cauce.org has no SPF record." in told
    assert 'cauce.org. IN TXT "v=spf1 ' in told


@pytest.mark.usefixtures("_well")
def test_for_programs_each_finding_is_an_object(names: NameServer) -> None:
    told, fault = doctor("--json", "--resolver", names.where)

    findings = json.loads(told)
    assert {finding["check"] for finding in findings} == set(CHECKS)
    assert sum(finding["level"] == WRONG for finding in findings) == int(fault.split()[0])


def test_records_that_stand_in_dns_are_well(sink: Sink, found: Callable[[str], list[Finding]]) -> None:
    assert set(levels(found("dns"))) == {OK}


@pytest.mark.parametrize("missing", sorted(ZONE), ids=lambda key: " ".join(key))
def test_each_record_that_is_missing_is_wrong_and_stands_there_to_publish(
    sink: Sink, names: NameServer, found: Callable[[str], list[Finding]], missing: tuple[str, str]
) -> None:
    del names.zone[missing]

    wrong = [finding for finding in found("dns") if finding.level == WRONG]

    assert len(wrong) == 1
    assert wrong[0].record.startswith(f"{missing[0]}. IN {missing[1]} ")


def test_until_there_is_a_mail_server_missing_records_are_only_noted(
    names: NameServer, found: Callable[[str], list[Finding]]
) -> None:
    names.zone.clear()

    assert set(levels(found("dns"))) == {NOTE}


def test_what_the_quiet_domain_is_to_publish_names_nobody(found: Callable[[str], list[Finding]]) -> None:
    records = [finding.record for finding in found("dns") if "lectura" in finding.record]

    assert len(records) == 4
    assert not any("cauce" in record for record in records)


def test_the_policy_of_the_domain_above_counts_too(
    names: NameServer, sink: Sink, change_newsroom: Any, now: datetime
) -> None:
    change_newsroom('"letters@cauce.example"', '"letters@news.cauce.example"')
    change_newsroom('"bounces@cauce.example"', '"bounces@news.cauce.example"')

    about = [one for one in CHECKS["dns"](Asked(now, names.where)) if "_dmarc.news" in one.record]

    assert levels(about) == [OK]


def test_where_no_dns_server_answers_the_records_are_told_all_the_same(now: datetime, monkeypatch: Any) -> None:
    monkeypatch.setattr("service.watching.checks.dns.LOOKUP_SECONDS", 0.2)

    told = list(CHECKS["dns"](Asked(now, "127.0.0.1:1")))

    assert set(levels(told)) == {NOTE}
    assert all(finding.record for finding in told)


def test_the_key_that_we_sign_with_must_be_the_one_in_dns(
    settings: Any, tmp_path: Path, sink: Sink, names: NameServer, found: Callable[[str], list[Finding]]
) -> None:
    settings.DKIM_DIR, settings.DKIM_SELECTOR = tmp_path / "dkim", "s1"
    _loaded.cache_clear()
    for domain in ("cauce.example", "lectura.example"):
        record = make(domain, "s1").record
        names.zone[(f"s1._domainkey.{domain}", TXT)] = [record[record.index("(") + 1 : record.index(")")]]
    assert set(levels(found("dns"))) == {OK}

    names.zone[("s1._domainkey.cauce.example", TXT)] = ['"v=DKIM1; k=rsa; p=AAAA"']
    assert [finding.sentence for finding in found("dns") if finding.level == WRONG] == [
        "s1._domainkey.cauce.example holds another key than the one that we sign with. Publish ours."
    ]


def test_a_mail_server_that_is_away_is_wrong(settings: Any, now: datetime) -> None:
    settings.EMAIL_URL = "smtp://127.0.0.1:1"

    assert levels(examine(Asked(now))["mail"]) == [OK, WRONG]


def test_redis_that_is_away_is_wrong(settings: Any, found: Callable[[str], list[Finding]]) -> None:
    assert levels(found("services")) == [OK] * 5

    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert found("services")[0].sentence.startswith("Redis does not answer")


def test_migrations_that_were_not_made_are_told(found: Callable[[str], list[Finding]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'watching'")

    assert "1 migrations have not been made. Run `byline migrate`." in [one.sentence for one in found("services")]


def test_a_database_of_a_newer_version_is_told(found: Callable[[str], list[Finding]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('watching', '0999_later', now())")

    assert any("newer Byline" in one.sentence for one in found("services"))


def test_a_copied_database_is_told(found: Callable[[str], list[Finding]]) -> None:
    found("services")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE delivery_instance SET mark = 'elsewhere'")

    assert "byline confirm_instance" in found("services")[-1].sentence


@pytest.mark.parametrize(
    ("settings_changed", "sentence"),
    [
        ({"ADDRESS_KEY": "a secret for tests alone, long enough to pass"}, "are the same"),
        ({"ADDRESS_KEY_OLD": "o" * 40}, "FINGERPRINT_KEY is not set"),
        ({"ADDRESS_KEY_OLD": "o" * 40, "FINGERPRINT_KEY": "f" * 40}, "rotate_address_key"),
        ({"SECRET_KEY_OLD": "o" * 40}, "SECRET_KEY_OLD is set"),
        ({"SITE_URL": "http://letters.cauce.example"}, "with http no letter leaves"),
        ({"TRUSTED_PROXIES": []}, "TRUSTED_PROXIES is not set"),
        ({}, "newsroom.toml is the sample's"),
    ],
)
def test_settings_that_do_not_fit_each_other_are_told(
    settings: Any, found: Callable[[str], list[Finding]], settings_changed: dict[str, Any], sentence: str
) -> None:
    for name, value in settings_changed.items():
        setattr(settings, name, value)

    assert any(sentence in finding.sentence for finding in found("settings"))


def test_a_key_that_others_can_read_is_told(
    settings: Any, tmp_path: Path, found: Callable[[str], list[Finding]]
) -> None:
    settings.VAR_DIR = tmp_path
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "secret_key").write_text("x")
    (tmp_path / "keys" / "secret_key").chmod(0o644)

    assert any("chmod 600" in finding.sentence for finding in found("settings"))


def test_a_partners_key_that_ends_soon_is_told(now: datetime, found: Callable[[str], list[Finding]]) -> None:
    partner = Partner.objects.create(slug="el-sol", name="El Sol", created=now)
    for prefix, days in (("aaaaaaaa", 3), ("bbbbbbbb", 60)):
        Key.objects.create(partner=partner, prefix=prefix, created=now, expires=now + timedelta(days=days))

    told = [finding.sentence for finding in found("keys") if "key" in finding.sentence and "El Sol" in finding.sentence]

    assert told == ["El Sol's key aaaaaaaa ends on 27 November 2026. Give them the next one now."]


@pytest.mark.parametrize(
    ("silent", "sentence"),
    [
        (set(), "The clock and the workers do their turns."),
        ({"clock", *PERIODS}, "The clock, or all workers, have not been heard of since 24 November, 12:00 UTC."),
        ({"send_due"}, "Nothing hands letters over. Start the worker of the queue `send`"),
        ({"sweep"}, "sweep missed its turn."),
    ],
)
def test_who_has_stopped_is_told_by_whose_turn_was_missed(
    now: datetime, found: Callable[[str], list[Finding]], silent: set[str], sentence: str
) -> None:
    for name in ("clock", *PERIODS):
        mark(name, 10, now - timedelta(hours=3) if name in silent else now)

    assert found("queues")[0].sentence.startswith(sentence)


def test_an_installation_that_never_ran_is_told(found: Callable[[str], list[Finding]]) -> None:
    assert found("queues")[0].sentence == "Neither the clock nor a worker was ever heard of. Start them."


def test_what_is_owed_for_long_is_told(now: datetime, found: Callable[[str], list[Finding]]) -> None:
    builders.article(now - timedelta(hours=2))

    assert any("rows of changes are owed, the oldest for 120 minutes" in one.sentence for one in found("queues"))


@pytest.mark.parametrize(("days", "level"), [(0, OK), (3, NOTE), (8, WRONG)])
def test_a_backup_that_is_old_is_told(
    now: datetime, found: Callable[[str], list[Finding]], days: int, level: str
) -> None:
    Beat.objects.create(name="backup", at=now - timedelta(days=days), every=86400)

    assert levels(found("backups")) == [level]


def test_a_database_that_was_never_backed_up_is_told(found: Callable[[str], list[Finding]]) -> None:
    assert found("backups")[0].sentence.startswith("No backup was ever made of this database.")


def test_a_language_that_nobody_translated_is_told(change_newsroom: Any, found: Callable[[str], list[Finding]]) -> None:
    assert levels(found("languages")) == [OK]

    change_newsroom('languages = ["en", "es"]', 'languages = ["en"]')
    assert levels(found("languages")) == [OK]


def test_a_sentence_without_a_translation_is_told(
    settings: Any, tmp_path: Path, found: Callable[[str], list[Finding]]
) -> None:
    folder = tmp_path / "es" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text('msgid "a"\nmsgstr ""\n\nmsgid "b"\nmsgstr "be"\n')
    settings.LOCALE_PATHS = [tmp_path]

    told = [finding.sentence for finding in found("languages")]

    assert told == [
        "The words in 'es' are not compiled. Run `make messages`.",
        "1 sentences are not translated into 'es'. They appear in English.",
    ]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Callable[[datetime], None]]:
    """A TLS server that we trust, with a certificate until whenever the test says; it is SITE_URL."""
    running: list[ThreadingTCPServer] = []

    def start(until: datetime) -> None:
        pem = tmp_path / "site.pem"
        pem.write_bytes(_certificate(until))
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        server = ThreadingTCPServer(("127.0.0.1", 0), BaseRequestHandler)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that hangs up
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append(server)
        settings.SITE_URL = f"https://localhost:{server.server_address[1]}"

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


def _certificate(until: datetime) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(until - timedelta(days=400))
        .not_valid_after(until)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + made.public_bytes(serialization.Encoding.PEM)


@pytest.mark.parametrize(
    ("days", "level", "sentence"),
    [(90, OK, "holds until"), (5, WRONG, "Does its renewal work?"), (-5, WRONG, "has expired")],
)
def test_a_certificate_that_ends_is_told_in_time(
    site: Callable[[datetime], None], days: int, level: str, sentence: str
) -> None:
    today = datetime.now(UTC)
    site(today + timedelta(days=days))

    about = [one for one in CHECKS["keys"](Asked(today)) if "certificate" in one.sentence]

    assert levels(about) == [level]
    assert sentence in about[0].sentence

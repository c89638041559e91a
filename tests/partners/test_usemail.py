"""A use is reported by mail: the link in each copy writes the subject, people write the rest."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from service.attribution.rules import compose
from service.cli.letterbox import take_in
from service.content.models import Article
from service.delivery.actions.quarantine import open_quarantined
from service.delivery.models import Quarantined
from service.newsroom.current import newsroom
from service.partners.actions import inbound
from service.partners.models import Republication
from service.partners.rules import usemail
from service.partners.rules.usemail import NotRead, Used
from tests import builders

from .republishing import PAGE, partner

OURS = ("cauce.example", "letters.cauce.example", "creativecommons.org")
REPUBLISH = "republish@cauce.example"


def mail(subject: str, text: str, html: str = "", **headers: str) -> bytes:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "Ana <ana@diario.example>", REPUBLISH, subject
    for name, value in headers.items():
        del letter[name]
        letter[name] = value
    letter.set_content(text)
    if html:
        letter.add_alternative(html, subtype="html")
    return letter.as_bytes()


@pytest.fixture
def article(now: datetime) -> Article:
    return builders.article(now, title="Minas y “oro” en el río", language="es")


def subject(article: Article) -> str:
    """As the link in every copy begins it."""
    link = compose(article, newsroom(), newsroom().asks[article.language]).report_link
    return parse_qs(urlsplit(link).query)["subject"][0]


def pages(text: str, html: str = "", **headers: str) -> tuple[str, ...]:
    read = usemail.read(mail("x (0123456789ab)", text, html, **headers), OURS)
    return read.pages if isinstance(read, Used) else ()


@pytest.mark.django_db
def test_the_mail_that_a_copys_link_begins_becomes_a_use(now: datetime, article: Article) -> None:
    owner = partner(now, domains=["diario.example"])
    raw = mail(f"Re: {subject(article)}", f"Hola,\r\n\r\nlo publicamos: {PAGE}.\r\n\r\nAna\r\nhttps://diario.example/")
    assert take_in(raw, now, (REPUBLISH,)) == "use noted"
    row = Republication.objects.get()
    assert (row.article, row.url, row.heard_by) == (article, PAGE, "mail")
    assert (row.partner, row.contact) == (owner, "ana@diario.example")
    assert not Quarantined.objects.exists()


@pytest.mark.django_db
def test_the_same_mail_twice_is_one_use(now: datetime, article: Article) -> None:
    raw = mail(subject(article), PAGE)
    assert {take_in(raw, now, (REPUBLISH,)) for _ in range(2)} == {"use noted"}
    assert Republication.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"<{PAGE}>", (PAGE,)),
        (f"see {PAGE}, and {PAGE}-2!", (PAGE, f"{PAGE}-2")),
        ("https://diario.example/?p=12", ("https://diario.example/?p=12",)),
        ("https://diario.example/ http://www.diario.example", ()),
        ("https://cauce.example/story/ https://letters.cauce.example/articles/x", ()),
        ("https://creativecommons.org/licenses/by-nc/4.0/", ()),
        (f"https://nitter.example/ana {PAGE}", (PAGE,)),
        ("https://blog.example/1", ("https://blog.example/1",)),
        ("http://10.0.0.1/x http://localhost/x", ()),
        ("no link at all", ()),
    ],
)
def test_only_pages_of_theirs_are_taken_from_the_text(text: str, found: tuple[str, ...]) -> None:
    assert pages(text) == found


def test_links_behind_words_are_found_too() -> None:
    assert pages("see here", f'<a href="{PAGE}?a=1&amp;b=2">here</a>') == (f"{PAGE}?a=1&b=2",)


def test_a_mail_with_very_many_links_makes_few_looks() -> None:
    assert len(pages(" ".join(f"{PAGE}-{number}" for number in range(500)))) == usemail.MOST_PAGES


def test_a_subject_in_several_lines_and_encoded_still_names_the_article() -> None:
    long = "Usamos su artículo: " + "Minas y oro en el río " * 6 + "(0123456789ab)"
    read = usemail.read(mail(long, PAGE), OURS)
    assert isinstance(read, Used)
    assert read.key == "0123456789ab"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("about", "text", "reason"),
    [
        ("We used your article", PAGE, "names no article"),
        ("We used it (000000000000)", PAGE, "no article has the key"),
        (None, "We printed it.", "no page that carries"),
    ],
)
def test_what_can_not_be_understood_waits_for_a_person(
    now: datetime, article: Article, about: str | None, text: str, reason: str
) -> None:
    raw = mail(about or subject(article), text)
    assert take_in(raw, now, (REPUBLISH,)) == "kept in quarantine"
    row = Quarantined.objects.get()
    assert reason in row.reason
    assert open_quarantined(row) == raw
    assert not Republication.objects.exists()


@pytest.mark.django_db
def test_an_automatic_reply_is_nothing(now: datetime, article: Article) -> None:
    raw = mail(subject(article), PAGE, **{"Auto-Submitted": "auto-replied"})
    assert take_in(raw, now, (REPUBLISH,)) == "automatic reply"
    assert not Republication.objects.exists()


@pytest.mark.django_db
def test_a_mail_about_a_use_to_the_bounce_address_is_no_use(now: datetime, article: Article) -> None:
    raw = mail(subject(article), PAGE)
    assert take_in(raw, now, ("bounces@cauce.example",)) == "kept in quarantine"
    assert not Republication.objects.exists()


@pytest.mark.django_db
def test_a_maildir_tells_by_the_letters_own_fields_whom_it_is_for(
    now: datetime, article: Article, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    forwarded = mail(subject(article), PAGE, To="desk@cauce.example", **{"Delivered-To": REPUBLISH})
    (tmp_path / "new" / "1").write_bytes(forwarded)
    call_command("receive", "--maildir", str(tmp_path))
    assert "1 use noted" in capsys.readouterr().out
    assert Republication.objects.get().url == PAGE


@given(st.binary(max_size=400))
def test_no_bytes_raise(raw: bytes) -> None:
    assert isinstance(usemail.read(b"Subject: x (0123456789ab)\r\n" + raw, OURS), Used | NotRead)
    assert isinstance(usemail.read(raw, OURS), Used | NotRead)
    assert isinstance(usemail.opened(raw), usemail.Letter)


@pytest.mark.django_db
def test_after_very_many_pages_in_a_day_a_mail_waits_for_a_person(
    now: datetime, article: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbound, "MOST_PAGES_A_DAY", 2)
    told = [take_in(mail(subject(article), f"{PAGE}-{number}"), now, (REPUBLISH,)) for number in range(3)]
    assert told == ["use noted", "use noted", "kept in quarantine"]
    assert "waits for a person" in Quarantined.objects.get().reason
    later = now + timedelta(days=1, minutes=1)
    assert take_in(mail(subject(article), f"{PAGE}-4"), later, (REPUBLISH,)) == "use noted"

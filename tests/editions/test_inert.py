"""Whatever an editor types is words: in no letter, on no page and in no header is it ever anything else."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from lxml import html

from service.appeals.actions import campaigns
from service.appeals.actions.campaigns import Written
from service.appeals.models import Campaign, Wording
from service.appeals.rules.asking import PLAIN
from service.delivery.rules.compiled import compile_letter, message
from service.editions.actions import curate
from service.editions.actions.compose import compose, envelope
from service.editions.actions.curate import Hand
from service.editions.actions.decide import preview
from service.editions.models import Edition
from service.editions.segments import QUIET, Segment
from service.newsroom.rules import Ask
from service.toolbox.errors import ServiceError
from service.toolbox.html import one_line
from service.toolbox.letters import Letter

from .desk import FRIDAY, drafted, story
from .injections import FAMILIES, PRODUCT, REFUSED

pytestmark = pytest.mark.django_db
IN_LETTERS = {"p", "br", "em", "strong", "a", "ul", "ol", "li"}
HARMLESS = "Words"


@pytest.fixture
def draft() -> Edition:
    for number in range(2):
        story(kind="investigation", published=FRIDAY - timedelta(hours=number + 5))
    return drafted()


@pytest.fixture
def desk(db: None) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.create_superuser("ana"))
    return client


def typed(draft: Edition, words: str) -> None:
    """Into every field of the letter and of its donation calls."""
    draft.refresh_from_db()
    draft.changes.all().delete()
    for item in draft.items.all():
        curate.reword(draft, item.pk, words, words, Hand("ana", draft.revision), FRIDAY)
        draft.refresh_from_db()
    curate.write(draft, f"{words}\n\nDear {words}.", words[:100], Hand("ana", draft.revision), FRIDAY)
    call = {"en": Ask(words[:400], words[:60], "https://cauce.example/donate/")}
    campaigns.save(Campaign.objects.first(), Written("The boat", asks=call))
    draft.refresh_from_db()


def skeleton(page: str) -> list[tuple[str, ...]]:
    """Every element with its attributes' names, and where it leads; comments as they are. What stands in the
    editor's letter is looked at by itself."""
    root = html.document_fromstring(page)
    for letter in root.xpath("//div[contains(@class, 'c j') or @class='quoted']"):
        found = {element.tag for element in letter.iterdescendants()}
        names = {name for element in letter.iterdescendants() for name in element.attrib}
        leads = [link.get("href") for link in letter.iter("a")]
        assert found <= IN_LETTERS
        assert names <= {"href", "style", "class", "start"}
        assert all(str(one).startswith(("https://", "http://", "mailto:")) for one in leads)
        for element in list(letter):
            letter.remove(element)
    return list(_bones(root))


def _bones(root: html.HtmlElement) -> Iterator[tuple[str, ...]]:
    for element in root.iter():
        if isinstance(element.tag, str):
            leads = [element.get(name, "") for name in ("href", "src", "action")]
            yield (element.tag, *sorted(element.attrib), *leads)
        else:
            yield ("comment", element.text or "")


def words_of(page: str) -> str:
    return " ".join(html.document_fromstring(page).text_content().split())


def as_message(draft: Edition, letter: Letter) -> EmailMessage:
    links = {"unsubscribe": "https://letters.cauce.example/u", "feedback": "https://letters.cauce.example/f"}
    raw = message(compile_letter(envelope(draft, letter.subject), letter.html, letter.text), [], links)
    return email.message_from_bytes(raw, policy=email.policy.default)  # type: ignore[return-value]


def archived(draft: Edition, letter: Letter, anybody: Client) -> str:
    """The letter's public page, once it went out."""
    sent = {"subject": letter.subject, "html": letter.html, "text": letter.text, "approved_at": FRIDAY}
    Edition.objects.filter(pk=draft.pk).update(state="sent", content_hash="x" * 64, **sent)
    page = anybody.get(f"/editions/{draft.slug}/")
    Edition.objects.filter(pk=draft.pk).update(state="drafted", content_hash="", approved_at=None)
    assert "script-src" not in page["Content-Security-Policy"]
    assert page["Content-Security-Policy"].startswith("default-src 'none'")
    return page.text


def pages(draft: Edition, letter: Letter, desk: Client) -> list[str]:
    """All that shows it: to whoever comes later, and at the desk, where the first is as a reader gets it."""
    at, first = f"/console/editions/{draft.slug}", draft.items.all()[0].pk
    asked = [f"{at}/letter.html", f"{at}/", f"{at}/write", f"{at}/stories/{first}"]
    return [*(desk.get(one).text for one in asked), archived(draft, letter, desk)]


def test_the_corpus_is_large() -> None:
    every = [one for family in FAMILIES.values() for one in family]
    assert len(set(every)) == len(every) >= 60


@pytest.mark.parametrize("family", FAMILIES)
def test_it_changes_no_page_and_adds_no_header(draft: Edition, desk: Client, family: str) -> None:
    typed(draft, HARMLESS)
    letter = compose(draft, FRIDAY)
    mail, bones = as_message(draft, letter), [skeleton(page) for page in pages(draft, letter, desk)]
    kinds = [part.get_content_type() for part in mail.walk()]
    for words in FAMILIES[family]:
        typed(draft, words)
        letter = compose(draft, FRIDAY)
        sent, shown = as_message(draft, letter), pages(draft, letter, desk)
        assert [skeleton(page) for page in shown] == bones, words
        assert all(one_line(words) in words_of(page) for page in shown), words
        assert not any(PRODUCT in page or settings.SECRET_KEY in page for page in shown), words
        assert (sent.keys(), [part.get_content_type() for part in sent.walk()]) == (mail.keys(), kinds), words
        assert not sent.defects, words
        assert sent["Subject"] == str(mail["Subject"]).replace(HARMLESS, one_line(words)), words


@pytest.mark.parametrize("family", FAMILIES)
def test_it_is_words_in_letters_of_text_and_in_quiet_ones(draft: Edition, family: str) -> None:
    for words in FAMILIES[family]:
        typed(draft, words)
        text, quiet = (
            " ".join(preview(draft, FRIDAY, one).text.split()) for one in (Segment("text"), Segment(QUIET, PLAIN))
        )
        assert one_line(words).upper() in text, words
        assert one_line(words) in quiet, words
        for letter in (text, quiet):
            assert PRODUCT not in letter, words
            assert settings.SECRET_KEY not in letter, words


@pytest.mark.parametrize("words", REFUSED, ids=lambda words: words[:30])
def test_what_only_byline_writes_is_refused_in_every_field(draft: Edition, words: str) -> None:
    item = draft.items.all()[0].pk
    for fields in ((words, ""), ("", words)):
        with pytest.raises(ServiceError):
            curate.reword(draft, item, *fields, Hand("ana", 0), FRIDAY)
        with pytest.raises(ServiceError):
            curate.write(draft, *fields, Hand("ana", 0), FRIDAY)


def test_a_mark_in_a_donation_call_never_breaks_a_preview_and_never_leaves(draft: Edition) -> None:
    typed(draft, HARMLESS)
    Wording.objects.update(text="Give s7c1e9xnothings7c1e9x")
    assert "s7c1e9xnothings7c1e9x" in preview(draft, FRIDAY).text

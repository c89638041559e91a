"""The check as a whole: what it promises of any page."""

from __future__ import annotations

import re
from dataclasses import replace
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.attribution.checking import Original, Picture, Republished, check
from service.attribution.checking.decoding import decoded
from service.attribution.checking.links import same
from service.attribution.checking.phrases import sentences
from service.attribution.formats import html
from service.newsroom import current
from service.newsroom.rules import Newsroom
from service.toolbox.errors import ServiceError

from .republications import ARTICLES, EXPECTED, FOLDER, original, page

HERE = "https://partner.example/story/"
LONG = f"<p>{'x' * 1_000_000}</p>"
OURS = "https://cauce.example/story/?p=7"


def verdicts(body: str, ours: Original, **facts: object) -> dict[str, str]:
    report = check(replace(Republished(HERE, body.encode()), **facts), ours, "en")  # type: ignore[arg-type]
    return {finding.kind: finding.verdict for finding in report.findings}


@pytest.mark.parametrize("name", ["pistol", "aletas", "ferry"])
def test_what_we_compose_passes_what_we_check(name: str, house: Newsroom) -> None:
    ours = original(name, house)
    copy = html.around(ours.attribution, ARTICLES[name]["versions"][-1]["body"])
    found = verdicts(copy, ours, headers={"x-robots-tag": "noindex"})
    assert set(found.values()) == {"pass"}


@given(st.binary(max_size=3000))
def test_any_bytes_get_an_answer(body: bytes) -> None:
    ours = original("ferry", current.newsroom())
    assert check(Republished(HERE, body), ours, "en").findings


@given(st.sampled_from(sorted(EXPECTED)), st.lists(st.tuples(st.integers(0, 9000), st.binary(max_size=9)), max_size=8))
def test_a_damaged_page_gets_an_answer(name: str, wounds: list[tuple[int, bytes]]) -> None:
    wanted = EXPECTED[name]
    whole = page(name, wanted)
    body = bytearray(whole.body)
    for at, wound in wounds:
        body[at : at + len(wound)] = wound
    ours = original(wanted["article"], current.newsroom())
    assert check(replace(whole, body=bytes(body)), ours, "es").findings


@given(st.text(max_size=40), st.dictionaries(st.sampled_from(["link", "content-type", "x-robots-tag"]), st.text()))
def test_any_address_and_header_get_an_answer(url: str, headers: dict[str, str]) -> None:
    body = (FOLDER / "ghost-complete.html").read_bytes()
    ours = original("ferry", current.newsroom())
    assert check(Republished(url, body, 200, headers), ours, "en").findings


def test_a_page_without_end_is_read_as_far_as_two_megabytes(house: Newsroom) -> None:
    ours, body = original("ferry", house), ARTICLES["ferry"]["versions"][-1]["body"]
    assert verdicts(LONG + body, ours)["text"] == "pass"
    assert verdicts(LONG * 3 + body, ours) == {"text": "fail"}


@pytest.mark.parametrize(
    ("length", "at", "verdict"), [(380, 90, "pass"), (380, 110, "fail"), (60, 10, "pass"), (60, 30, "fail")]
)
def test_near_is_a_hundred_words_and_a_third_at_most(length: int, at: int, verdict: str, house: Newsroom) -> None:
    ours = original("ferry", house)
    words = " ".join(ours.texts[-1].paragraphs).split()[:length]
    link = f'<a href="{ours.attribution.original}">original</a>'
    assert verdicts(f"<p>{' '.join(words[:at])} {link} {' '.join(words[at:])}</p>", ours)["top_link"] == verdict
    backwards = f"<p>{' '.join(words[:-at])} {link} {' '.join(words[-at:])}</p>"
    assert verdicts(backwards, ours)["bottom_link"] == verdict


def test_a_not_that_came_in_is_for_a_person_to_see(house: Newsroom) -> None:
    body = ARTICLES["ferry"]["versions"][-1]["body"]
    turned = body.replace("still leaves at seven", "never leaves at seven")
    assert verdicts(turned, original("ferry", house))["edits"] == "unsure"


def test_a_phrase_that_everybody_uses_does_not_make_a_text_ours(house: Newsroom) -> None:
    theirs = f"<p>{'Our own note on the boat. ' * 10} The port said in a written reply that it would look.</p>"
    excerpt = ARTICLES["ferry"]["versions"][-1]["body"].partition("<h2>")[0]
    assert verdicts(excerpt + theirs, original("ferry", house))["edits"] == "pass"


NOTE = "An earlier version said that the ledger was kept by the port; the company kept it."


def corrected(house: Newsroom, above: str = "", below: str = "", **changed: str) -> Original:
    """The ferry's text, corrected by what is put above or below it, or in its title or standfirst."""
    ours = original("ferry", house)
    first = replace(ours.texts[-1], number=1, kind="published", standfirst="The port kept a ledger of the sacks.")
    then = tuple(filter(None, (above, *first.paragraphs, below)))
    return replace(ours, texts=(first, replace(first, number=2, kind="correction", paragraphs=then, **changed)))


def shown(ours: Original, number: int, title: str = "A Ferry") -> str:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in ours.texts[number].paragraphs)
    return f"<article><h1>{title}</h1>{text}</article>"


@pytest.mark.parametrize("where", ["above", "below"])
def test_a_correction_that_only_adds_is_missed_where_it_is_missing(where: str, house: Newsroom) -> None:
    ours = corrected(house, **{where: NOTE})
    assert verdicts(shown(ours, 0), ours)["version"] == "fail"
    assert verdicts(shown(ours, 1), ours)["version"] == "pass"


def test_an_addition_further_on_than_the_excerpt_is_not_missed(house: Newsroom) -> None:
    ours = corrected(house, below=NOTE)
    excerpt = shown(ours, 0).partition("<p>A form for the morning")[0]
    assert verdicts(excerpt, ours)["version"] == "pass"


def test_an_addition_that_an_advertisement_parts_from_the_text_is_seen(house: Newsroom) -> None:
    ours = corrected(house, below=NOTE)
    parted = shown(ours, 1).replace(f"<p>{NOTE}", f"<p>{'Buy a boat today. ' * 20}</p><p>{NOTE}")
    assert verdicts(parted, ours)["version"] == "pass"


def test_a_small_change_after_a_correction_does_not_hide_that_it_is_missing(house: Newsroom) -> None:
    ours = corrected(house, below=NOTE)
    fixed = tuple(one.replace("animals and vehicles", "beasts and cars") for one in ours.texts[-1].paragraphs)
    later = replace(ours, texts=(*ours.texts, replace(ours.texts[-1], number=3, kind="fix", paragraphs=fixed)))
    assert verdicts(shown(later, 0), later)["version"] == "fail"
    assert verdicts(shown(later, 1), later)["version"] == "pass"
    assert verdicts(shown(later, 2), later)["version"] == "pass"


@pytest.mark.parametrize(
    ("title", "verdict"),
    [
        ("The Night Ferry Whose Cargo Nobody Weighed", "fail"),
        ("The Night Ferry Whose Cargo Nobody Weighed, by Law", "pass"),
        ("Sacks on the River", "unsure"),
    ],
)
def test_a_corrected_title_is_looked_for(title: str, verdict: str, house: Newsroom) -> None:
    ours = corrected(house, title="The Night Ferry Whose Cargo Nobody Weighed, by Law")
    assert verdicts(shown(ours, 1, title), ours)["version"] == verdict


def test_a_corrected_standfirst_is_seen_where_the_old_one_stands(house: Newsroom) -> None:
    ours = corrected(house, standfirst="The company kept a ledger of the sacks.")
    old = shown(ours, 1).replace("</h1>", f"</h1><p>{ours.texts[0].standfirst}</p>")
    assert verdicts(old, ours)["version"] == "fail"
    assert verdicts(shown(ours, 1), ours)["version"] == "pass"


UPLOADS = "https://cauce.example/uploads"


@pytest.mark.parametrize(
    ("allowed", "forbidden", "here", "verdict"),
    [
        ("ferry-harbour-night.jpg", "ferry-harbour-night-1024x683.jpg", "/media/ferry-harbour-night.jpg", "pass"),
        ("ferry-harbour-night.jpg", "ferry-harbour-night-1024x683.jpg", "/media/ferry-harbour-night-2.webp", "pass"),
        ("p1.jpg", "p1-1024x683.jpg", f"{UPLOADS}/p1-1024x683.jpg", "pass"),
        ("ferry-harbour-night-1.jpg", "ferry-harbour-night-2.jpg", "/media/ferry-harbour-night-1.jpg", "pass"),
        ("ferry-harbour-night-1.jpg", "ferry-harbour-night-2.jpg", "/media/ferry-harbour-night-2.jpg", "fail"),
        ("a/p1.jpg", "b/p1.jpg", f"{UPLOADS}/b/p1.jpg", "fail"),
        ("other-picture-entirely.jpg", "ferry-harbour-night.jpg", "/media/ferry-harbour-night-300x200.jpg", "fail"),
    ],
)
def test_a_licensed_picture_is_so_in_every_size(
    allowed: str, forbidden: str, here: str, verdict: str, house: Newsroom
) -> None:
    pictures = Picture(f"{UPLOADS}/{allowed}", True), Picture(f"{UPLOADS}/{forbidden}", False)
    ours = replace(original("ferry", house), pictures=pictures)
    body = f'<img src="{here}">{ARTICLES["ferry"]["versions"][-1]["body"]}'
    assert verdicts(body, ours)["images"] == verdict


def test_the_repair_block_holds_what_is_missing_and_nothing_else(house: Newsroom) -> None:
    wanted = EXPECTED["wp-classic-no-bottom"]
    report = check(page("wp-classic-no-bottom", wanted), original("pistol", house), "en")
    assert report.repair_top == ""
    assert report.repair_bottom == (
        '<p lang="en"><em>Read the original at Cauce: <a href="https://cauce.example/pistol-frames/">'
        "Paraguay Halts Imports of Pistol Parts After 9,000 Frames Go Missing</a>.</em></p>"
    )


def test_a_page_that_is_well_needs_no_repair(house: Newsroom) -> None:
    wanted = EXPECTED["wp-block-complete"]
    report = check(page("wp-block-complete", wanted), original("aletas", house), "en")
    assert (report.is_well, report.repair_top, report.repair_bottom) == (True, "", "")


def test_a_partner_is_answered_in_its_language(house: Newsroom) -> None:
    wanted = EXPECTED["handmade-tables-no-licence"]
    report = check(page("handmade-tables-no-licence", wanted), original("pistol", house), "es")
    assert [finding.sentence for finding in report.failed] == [
        "No se nombra la licencia. Por favor, añada CC BY-NC 4.0, con enlace."
    ]


def test_both_languages_say_the_same_of_the_same() -> None:
    fields = [{why: _fields(said) for why, said in sentences(language).items()} for language in ("en", "es")]
    assert fields[0] == fields[1]


def test_a_language_without_sentences_is_told() -> None:
    with pytest.raises(ServiceError, match="no attribution in 'pt'"):
        sentences("pt")


def test_every_reason_has_its_sentence() -> None:
    room = FOLDER.parents[2] / "service/attribution/checking"
    code = "\n".join(path.read_text() for path in room.rglob("*.py") if path.name != "phrases.py")
    reasons = re.findall(r'Judgement\(\s*"\w+", "\w+", "(\w+)"', code)
    assert len(reasons) > 20
    assert set(reasons) <= set(sentences("en"))


@pytest.mark.parametrize(
    "url",
    [
        *("http://cauce.example/story?p=7", "https://www.cauce.example/story/?p=7#comments"),
        *("https://cauce.example/story/amp/?p=7", "https://CAUCE.example:443/story/index.html?p=7&utm_source=x"),
        "https://cauce-example.cdn.ampproject.org/c/s/cauce.example/story/?p=7",
        "https://www.google.com/url?sa=t&url=https%3A%2F%2Fcauce.example%2Fstory%2F%3Fp%3D7",
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fcauce.example%2Fstory%2F%3Fp%3D7%26fbclid%3Dx&h=y",
    ],
)
def test_an_address_is_known_however_it_is_spelt(url: str) -> None:
    assert same(url, OURS)


@pytest.mark.parametrize(
    "url",
    [
        *("https://cauce.example/story/?p=8", "https://cauce.example/story-2/?p=7", "https://cauce.example/"),
        *("https://cauce.example.evil.example/story/?p=7", "https://example/story/?p=7", "mailto:a@cauce.example"),
        *("https://cauce.example:8443/story/?p=7", "https://[::bad/story/", "javascript:alert(1)", ""),
        "https://web.archive.org/web/2026/https://cauce.example/story/?p=7",
    ],
)
def test_another_address_is_another(url: str) -> None:
    assert not same(url, OURS)


@pytest.mark.parametrize(
    ("body", "header"),
    [
        ("ñ".encode(), ""),
        ("ñ".encode("latin-1"), ""),
        ("ñ".encode("latin-1"), "text/html; charset=ISO-8859-1"),
        (b"\xef\xbb\xbf" + "ñ".encode(), "text/html; charset=iso-8859-1"),
        ("\ufeffñ".encode("utf-16-le"), ""),
        (b'<meta charset="windows-1252">' + "ñ".encode("cp1252"), ""),
        (b'<meta http-equiv=content-type content="text/html; charset=utf-8">' + "ñ".encode(), "text/html"),
        ("ñ".encode(), "text/html; charset=nonsense"),
        ("ñ".encode(), "text/html; charset=base64"),
    ],
)
def test_letters_are_read_in_whatever_charset_they_came(body: bytes, header: str) -> None:
    assert decoded(body, header).endswith("ñ")


def _fields(said: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(said) if name}

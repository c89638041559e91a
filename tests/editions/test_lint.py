"""What must never leave in a letter, and that an honest one may."""

from __future__ import annotations

import base64
import struct
from email.message import EmailMessage

import pytest

from service.delivery.rules.compiled import slot
from service.editions.lint import check_message, problems

HOUSES = {
    "own_hosts": {"letters.cauce.example", "creativecommons.org"},
    "article_hosts": {"cauce.example"},
    "allow_images": False,
}
OUT = slot("unsubscribe")
HONEST = f'<p><a href="https://cauce.example/gold/">Gold</a> <a href="{OUT}">Unsubscribe</a></p>'


def picture(*, with_gps: bool) -> bytes:
    """A JPEG's beginning with EXIF of one tag (TIFF 6.0 §2)."""
    tag = 0x8825 if with_gps else 0x0112
    tiff = b"II*\0" + struct.pack("<IHHHII", 8, 1, tag, 4, 1, 26) + b"\0" * 8
    return b"\xff\xd8\xff\xe1" + struct.pack(">H", len(tiff) + 8) + b"Exif\0\0" + tiff


def embedded(content: bytes) -> str:
    return f'<img src="data:image/jpeg;base64,{base64.b64encode(content).decode()}" width="600" alt="">'


def found(html: str = HONEST, text: str = "Read on.", subject: str = "Gold", **changes: object) -> list[str]:
    return problems(subject, html, text, **{**HOUSES, **changes})  # type: ignore[arg-type]


def test_an_honest_letter_may_leave() -> None:
    share = "https://wa.me/?text=Gold%20https%3A%2F%2Fcauce.example%2Fgold%2F%3Fp%3D12%26x%3D1"
    html = f'{HONEST}<a href="{share}">Share</a><a href="mailto:desk@cauce.example?subject=Gold">Write</a>'
    assert found(html, f"https://cauce.example/?p=12&x=1\nUnsubscribe:\n{OUT}\n") == []
    assert found("") == []


@pytest.mark.parametrize(
    ("html", "word"),
    [
        ('<a href="https://tracker.example/c/1">x</a>', "tracker.example"),
        ('<a href="https://cauce.example@tracker.example/">x</a>', "tracker.example"),
        ('<a href="https://cauce.example:pass@cauce.example/">x</a>', "cauce.example"),
        ('<a href="https://cauce.example.evil.example/">x</a>', "evil.example"),
        ('<a href="https://wa.me/?text=https%3A%2F%2Ftracker.example">x</a>', "tracker.example"),
        ('<a href="//cauce.example/">x</a>', "only http"),
        ('<a href="\\\\cauce.example/">x</a>', "only http"),
        ('<a href="javascript:alert(1)">x</a>', "only http"),
        ('<a href=" JavaScript:alert(1)">x</a>', "only http"),
        ('<a href="data:text/html,x">x</a>', "only http"),
        ('<a href="/gold/">x</a>', "only http"),
        ('<a href="https://cauce.example/?utm_source=letter">x</a>', "utm_source="),
        ('<a href="https://cauce.example/?mc_eid=1">x</a>', "mc_eid="),
        ('<a href="https://cauce.example/?fbclid=1">x</a>', "fbclid="),
        ('<a href="https://cauce.example/?x=9f86d081884c7d659a2feaa0c55ad015">x</a>', "x="),
        ('<a href="https://cauce.example/?x=ana%40readers.example">x</a>', "x="),
        (f'<a href="https://cauce.example/?x={OUT}">x</a>', "x="),
        (f'<a href="https://cauce.example/{OUT}">x</a>', "no link of its own"),
        (f"<p>{OUT}</p>", "no link of its own"),
        (f'<a href="{slot("preferences")}">x</a>', "preferences"),
        ('<img src="https://cauce.example/a.jpg" width="600">', "images = false"),
        ('<p style="background:u/**/rl(https://cauce.example/a)">x</p>', "url("),
        ('<p style="background:\\75rl(x);background:URL (x)">x</p>', "url("),
        ("<style>@import 'x'</style>", "@import"),
        ("<style>@font-face{}</style>", "@font-face"),
        ('<td background="https://cauce.example/a">x</td>', "background="),
        ('<img srcset="https://cauce.example/a 2x" src="cid:a">', "srcset="),
        ('<p onclick="x()">x</p>', "onclick="),
        ('<a href="https://cauce.example/" ping="https://cauce.example/">x</a>', "ping="),
        ('<meta http-equiv="Refresh" content="0;url=https://cauce.example/">', "<meta>"),
        *((f"<{tag}></{tag}>", f"<{tag}>") for tag in ("script", "form", "iframe", "object", "video", "svg")),
        ('<link rel="stylesheet" href="https://cauce.example/a.css">', "<link>"),
        ('<base href="https://tracker.example/">', "<base>"),
        ('<!--[if mso]><img src="https://tracker.example/a.gif" width="600"><![endif]-->', "tracker.example"),
        ('<!--[if mso]><v:fill src="https://tracker.example/a.gif"/><![endif]-->', "tracker.example"),
        (embedded(picture(with_gps=True)), "GPS"),
        ('<img src="cid:nowhere" width="600">', "missing"),
    ],
)
def test_what_could_tell_is_refused_with_a_sentence(html: str, word: str) -> None:
    told = found(HONEST + html)
    assert told
    assert word in " ".join(told)


@pytest.mark.parametrize(
    "attributes", ['width="1" height="1"', 'height="0"', 'style="display : none"', 'style="width:1px"', "hidden"]
)
def test_a_picture_nobody_sees_is_refused_also_where_pictures_are_shown(attributes: str) -> None:
    html = f'<img src="https://cauce.example/a.jpg" alt="" {attributes}>'
    assert "count readers" in " ".join(found(html, allow_images=True))
    shown = html.replace(attributes, 'width="592" style="max-width:100%;height:auto"')
    assert found(shown, allow_images=True) == []
    assert "count readers" in " ".join(found(f'<div style="opacity:0">{shown}</div>', allow_images=True))
    assert "no house of ours" in " ".join(found(shown.replace("cauce.", "cdn."), allow_images=True))


def test_a_picture_within_the_letter_is_no_trouble_without_a_place() -> None:
    assert found(embedded(picture(with_gps=False))) == []
    assert "GPS" in " ".join(found(embedded(b"<x:xmpmeta exif:GPSLatitude='4,36N'>")))


@pytest.mark.parametrize("line", ["https://tracker.example/x", "https://cauce.example/?utm_id=1", f"x{OUT}"])
def test_the_text_part_is_looked_at_too(line: str) -> None:
    assert found(text=f"Read on:\n{line}\n")


def test_a_subject_is_the_same_for_everybody() -> None:
    assert "subject" in found(subject=f"Gold {OUT}")[0]


def finished(html: str, pictured: bytes = b"", way_out: str = "https://letters.cauce.example/unsubscribe/x") -> bytes:
    letter = EmailMessage()
    letter["Subject"], letter["List-Unsubscribe"] = "Gold", f"<mailto:bounces@cauce.example>, <{way_out}>"
    letter.set_content("Read on: https://cauce.example/gold/")
    letter.add_alternative(html, subtype="html")
    if pictured:
        html_part = letter.get_payload()[1]  # type: ignore[index]
        html_part.add_related(pictured, "image", "jpeg", cid="<lead>")  # type: ignore[union-attr]
    return letter.as_bytes()


def test_finished_bytes_are_looked_at_as_the_reader_gets_them() -> None:
    token = f"{'a' * 32}.1vYxYz.{'b' * 43}"
    honest = f'<a href="https://letters.cauce.example/unsubscribe/{token}">Unsubscribe</a>'
    shown = f'{honest}<img src="cid:lead" width="600" alt="">'
    assert check_message(finished(honest), **HOUSES) == []  # type: ignore[arg-type]
    assert check_message(finished(shown, picture(with_gps=False)), **HOUSES) == []  # type: ignore[arg-type]
    for bad in (
        finished(shown, picture(with_gps=True)),
        finished(shown),
        finished(honest.replace("unsubscribe", "preferences")),
        finished(honest + OUT),
        finished(honest, way_out="https://tracker.example/x"),
    ):
        assert check_message(bad, **HOUSES)  # type: ignore[arg-type]

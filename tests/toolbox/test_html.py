"""HTML from strangers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.toolbox import html

BASE = "https://cauce.example/story/"


def clean(text: str, strip: tuple[str, ...] = (), headings: tuple[str, ...] = ()) -> str:
    return html.clean(text, BASE, strip, headings)


@pytest.mark.parametrize(
    ("dirty", "safe"),
    [
        ("<p>a</p><script>alert(1)</script>", "<p>a</p>"),
        ("<p onclick=x() style='color:red' class=y>a</p>", "<p>a</p>"),
        ('<p><a href="javascript:alert(1)">a</a></p>', "<p><a>a</a></p>"),
        ("<svg><script>x</script></svg><math><mi>x</mi></math><p>a</p>", "<p>a</p>"),
        ("<style>p{}</style><form><input></form><p>a</p>", "<p>a</p>"),
        (
            '<base href="https://evil.example/"><p><a href="/x">a</a></p>',
            '<p><a href="https://cauce.example/x">a</a></p>',
        ),
        ('<p><img src="data:image/png;base64,AA">a</p>', "<p>a</p>"),
        ('<p><img src="https://t.example/p.gif" width="1" height="1">a</p>', "<p>a</p>"),
        ("<h1>a</h1>", "<h2>a</h2>"),
        ("<p></p><p>&nbsp;</p><p>a</p>", "<p>a</p>"),
        ("<p>a &amp; b &lt;c&gt;</p>", "<p>a &amp; b &lt;c&gt;</p>"),
        ("bare text", "bare text"),
        ("", ""),
    ],
)
def test_what_may_run_or_count_is_taken_out(dirty: str, safe: str) -> None:
    assert clean(dirty) == safe


@pytest.mark.parametrize(
    ("given_link", "absolute"),
    [
        ("../map/", "https://cauce.example/map/"),
        ("/map/", "https://cauce.example/map/"),
        ("//cdn.example/x", "https://cdn.example/x"),
        ("#note", "https://cauce.example/story/#note"),
        ("https://a.example/?b=1&c=2", "https://a.example/?b=1&amp;c=2"),
    ],
)
def test_links_become_absolute(given_link: str, absolute: str) -> None:
    assert f'href="{absolute}"' in clean(f'<p><a href="{given_link}">x</a></p>')


def test_a_lazy_picture_gets_its_real_address() -> None:
    assert clean('<p><img data-src="/p.jpg" src="data:image/gif;base64,R0"></p>') == (
        '<p><img src="https://cauce.example/p.jpg" alt=""></p>'
    )


@pytest.mark.parametrize("tag", ["iframe", "video", "audio", "embed"])
def test_what_plays_elsewhere_becomes_a_linked_figure(tag: str) -> None:
    out = clean(f'<p>a</p><{tag} src="https://video.example/7" title="The boat"></{tag}>')
    assert '<figure><p><a href="https://video.example/7">The boat</a></p></figure>' in out


def test_furniture_goes_by_its_selector_and_the_text_after_it_stays() -> None:
    assert clean('<p>a</p><div class="share">Share</div>tail<p>b</p>', (".share",)) == "<p>a</p>tail<p>b</p>"


@pytest.mark.parametrize(
    "set_as", ["<p><strong>Cauce Analysis</strong></p>", "<div>CAUCE ANALYSIS:</div>", "<h2>Cauce Analysis</h2>"]
)
def test_an_analysis_heading_stays_a_heading(set_as: str) -> None:
    assert clean(set_as, headings=("Cauce Analysis",)).lower().startswith("<h2>cauce analysis")


def test_paragraphs_never_run_into_each_other() -> None:
    assert html.paragraphs("<p>One.</p><h2>Two</h2><ul><li>three</li><li>four</li></ul>a<br>b") == [
        *("One.", "Two", "three", "four", "a", "b")
    ]


def test_an_excerpt_is_cut_at_a_word() -> None:
    assert html.excerpt("<p>one two three</p>", 2) == "one two…"
    assert html.excerpt("<p>one two</p>", 2) == "one two"


def test_ten_thousand_levels_deep_is_no_crash() -> None:
    deep = "<div><p>" * 10_000 + "bottom" + "</p></div>" * 10_000
    assert html.paragraphs(clean(deep)) is not None


@given(st.text(alphabet=st.sampled_from(list("<>/=\"'& abpdivimgscrtonla#;\x00\x0b\u202eñ😀")), max_size=200))
def test_cleaning_a_second_time_changes_nothing(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert "<script" not in once.lower()


def test_a_line_holds_no_line_end_and_no_invisible_mark() -> None:
    assert html.one_line("a\r\nb\u2028c\u202ed\x00e\tf") == "a b c de f"

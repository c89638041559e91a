from __future__ import annotations

import pytest

from service.toolbox.prose import COLUMNS, leads_somewhere, to_html, to_text


def test_paragraphs_emphasis_links_and_lists_are_drawn() -> None:
    written = "Dear *readers*, **do** see [it](https://cauce.example/a).\n\n- one\n- two\n\n3. three"
    assert to_html(written).replace("\n", "") == (
        '<p>Dear <em>readers</em>, <strong>do</strong> see <a href="https://cauce.example/a">it</a>.</p>'
        '<ul><li>one</li><li>two</li></ul><ol start="3"><li>three</li></ol>'
    )


@pytest.mark.parametrize(
    "written",
    [
        "# A heading",
        "> a quote",
        "![a picture](https://x.example/p.png)",
        "`code`",
        "<b>HTML</b>",
        "| a | b |\n|--|--|",
    ],
)
def test_nothing_else_is(written: str) -> None:
    drawn = to_html(written)
    assert not any(f"<{tag}" in drawn for tag in ("h1", "blockquote", "img", "code", "b>", "table"))


def test_a_link_has_an_address_and_nothing_else() -> None:
    drawn = to_html('[it](https://cauce.example/ "a title")')
    assert drawn == '<p><a href="https://cauce.example/">it</a></p>'


@pytest.mark.parametrize(
    "url",
    [
        *("javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", "data:text/html,x", "vbscript:x"),
        *(
            "//evil.example",
            "\\\\evil.example",
            "https:\\\\evil.example",
            "/path",
            "#here",
            "file:///etc/passwd",
            "tel:1",
        ),
        *(
            "https://good.example@evil.example/",
            "http:///x",
            "https://[",
            "mailto:",
            "mailto:a@b.example?bcc=c@d.example",
        ),
        "mailto:a@b.example%0d%0aBcc:c@d.example",
    ],
)
def test_an_address_that_a_browser_may_take_for_another_is_no_link(url: str) -> None:
    assert not leads_somewhere(url)
    assert "href" not in to_html(f"[words]({url})") + to_html(f"[words](<{url}>)")


def test_as_text_links_stand_on_lines_of_their_own() -> None:
    written = (
        "See [the *guide*](https://cauce.example/guide) or <https://cauce.example/>.\n\nOr [write](mailto:a@b.example)."
    )
    assert to_text(written) == (
        "See the guide [1] or https://cauce.example/.\n[1] https://cauce.example/guide\n\n"
        "Or write [2].\n[2] a@b.example"
    )


def test_as_text_lists_hang_and_lines_are_72_columns_wide() -> None:
    told = to_text(f"- {'word ' * 30}\n  1. in it\n  2. too\n\nAfter.")
    lines = told.split("\n")
    assert max(map(len, lines)) <= COLUMNS
    assert (lines[0][:7], lines[1][:7]) == ("-  word", "   word")
    assert lines[-4:] == ["   1. in it", "   2. too", "", "After."]


def test_an_address_can_be_written_otherwise_or_not_at_all() -> None:
    written = "See [it](https://a.example/x), <https://a.example/y>, https://a.example/z. And [b](https://b.example/)."
    told = to_text(written, lambda url: url.replace("a.example", "plain.example") if "a.example" in url else "")
    assert told.split("\n") == [
        "See it [1], https://plain.example/y, https://plain.example/z. And b.",
        "[1] https://plain.example/x",
    ]

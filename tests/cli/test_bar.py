from __future__ import annotations

import sys

import pytest

from service.cli.bar import WIDTH, bar


def test_on_a_terminal_the_bar_fills_and_the_line_ends_with_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    bar(0.5)
    bar(1.0)
    half, full = capsys.readouterr().err.split("\r")[1:]
    assert half == f"[{'#' * (WIDTH // 2)}{'.' * (WIDTH // 2)}] 50%"
    assert full == f"[{'#' * WIDTH}] 100%\n"


def test_elsewhere_nothing_is_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    bar(0.5)
    assert capsys.readouterr().err == ""

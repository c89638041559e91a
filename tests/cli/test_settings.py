"""A setting that is wrong is told at the start, in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.processes import byline


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"DATABASE_URL": "postgres://u@127.0.0.1:1/x"}, "SECRET_KEY is not set"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is shorter than 32 characters"),
        ({"SECRET_KEY_OLD": "short"}, "SECRET_KEY_OLD is shorter than 32 characters"),
        ({"SITE_URL": "letters.example.org"}, "SITE_URL is 'letters.example.org'"),
        ({"WORDPRESS_HOOK_SECRET": "short"}, "WORDPRESS_HOOK_SECRET is shorter"),
        ({"MAIL_HOOK_SECRET": "user:short"}, "MAIL_HOOK_SECRET is user:password"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_a_sentence(tmp_path: Path, given: dict[str, str], sentence: str) -> None:
    told = byline("status", "weekly-2026-w47-en", code=1, VAR_DIR=str(tmp_path), **given)
    assert sentence in told


def test_a_link_from_before_a_new_secret_key_still_opens(tmp_path: Path) -> None:
    old, new = "an old key, long enough to pass as one", "a new key, long enough to pass as one"
    sign = "from service.toolbox.tokens import sign; print(sign('unsubscribe', 'ana'))"
    token = byline("shell", "--no-imports", "-c", sign, VAR_DIR=str(tmp_path), SECRET_KEY=old).split()[-1]
    look = f"from service.toolbox.tokens import open_token; print(open_token('unsubscribe', '{token}'))"
    told = byline("shell", "--no-imports", "-c", look, VAR_DIR=str(tmp_path), SECRET_KEY=new, SECRET_KEY_OLD=old)
    assert told.split()[-1] == "ana"


def test_a_database_that_is_away_is_told_in_a_sentence(tmp_path: Path) -> None:
    keys = {"SECRET_KEY": "k" * 40, "ADDRESS_KEY": "a" * 40}
    told = byline("run", code=1, VAR_DIR=str(tmp_path), DATABASE_URL="postgres://u@127.0.0.1:1/x", **keys)
    assert "The database can't be used" in told


def test_a_newsroom_file_that_is_wrong_names_its_key(tmp_path: Path) -> None:
    path = tmp_path / "newsroom.toml"
    path.write_text('name = "X"\nlanguages = ["en"]\n')
    byline("migrate", "--verbosity", "0", VAR_DIR=str(tmp_path))
    told = byline("draft_digests", code=1, VAR_DIR=str(tmp_path), NEWSROOM_FILE=str(path))
    assert "newsroom.toml: domain is missing" in told


def test_an_embedded_installation_makes_its_keys_once_for_its_user_alone(tmp_path: Path) -> None:
    byline("migrate", "--verbosity", "0", VAR_DIR=str(tmp_path))
    key = tmp_path / "keys" / "address_key"
    before = key.read_text()
    byline("migrate", "--verbosity", "0", VAR_DIR=str(tmp_path))
    assert key.read_text() == before
    assert key.stat().st_mode & 0o077 == 0


def test_a_database_that_was_never_set_up_is_told_in_a_sentence(tmp_path: Path) -> None:
    assert "Run `byline migrate`" in byline("publish_feeds", code=1, VAR_DIR=str(tmp_path))

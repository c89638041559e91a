"""What keeps the house in order that no linter sees."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.db.migrations.loader import MigrationLoader

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "service/locale/es/LC_MESSAGES"
# What a template says by itself: not Jinja's, not what it has translated, no style and no tag.
JINJA = re.compile(r"\{#.*?#\}|\{% trans.*?endtrans %\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
MARKUP = re.compile(r"<style.*?</style>|<!--.*?-->|<[^>]*>|[\w-]+=\"[^\"]*\"|&\w+;", re.DOTALL)
SHOWN = re.compile(r"\b(?:aria-label|alt|title|placeholder|label)=\"([^\"]*)\"")
NO_WORDS = {"OPML", "language", "yes", "no"}  # a name, and pieces of addresses
FLOORS = {
    "content": 1,
    "delivery": 1,
    "appeals": 1,
    "feedback": 1,
    "audience": 2,
    "partners": 2,
    "editions": 3,
    "feeds": 3,
}


def test_no_foreign_key_points_up_or_across() -> None:
    graph = MigrationLoader(None, ignore_no_migrations=True).graph
    for (room, name), node in graph.nodes.items():
        if room not in FLOORS:
            continue
        for other, _ in node.dependencies:  # type: ignore[union-attr]
            if other in FLOORS and other != room:
                assert FLOORS[other] < FLOORS[room], f"{room}/{name} points to {other}"


def test_every_setting_is_explained_in_the_example() -> None:
    asked = set(re.findall(r'(?:env\.\w+|_secret|_count)\("([A-Z_]+)"', (ROOT / "service/settings.py").read_text()))
    explained = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert asked - explained == {"IGNORE_ENV_FILE"}


def test_every_word_is_translated_and_the_compiled_catalogue_is_current() -> None:
    with (CATALOGUE / "django.po").open("rb") as file:
        written = read_po(file)
    for message in written:
        assert message.string, message.id
        assert not message.fuzzy, message.id
    compiled = io.BytesIO()
    write_mo(compiled, written)
    assert (CATALOGUE / "django.mo").read_bytes() == compiled.getvalue(), "run: make messages"


def test_the_catalogue_knows_every_word_of_pages_and_letters(tmp_path: Path) -> None:
    extracted = tmp_path / "all.pot"
    words = ["-k", "gettext_noop", "-F", "babel.cfg", "-o", str(extracted), "."]
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", *words]
    subprocess.run(command, cwd=ROOT, check=True)
    with extracted.open("rb") as asked, (CATALOGUE / "django.po").open("rb") as known:
        catalogue = read_po(known)
        missing = [one.id for one in read_po(asked) if one.id and catalogue.get(one.id, one.context) is None]
    assert missing == []


@pytest.mark.parametrize("folder", ["email", "public"])
def test_no_template_says_a_word_that_is_not_translated(folder: str) -> None:
    for path in [*(ROOT / "templates" / folder).rglob("*.html"), *(ROOT / "templates" / folder).rglob("*.txt")]:
        own = JINJA.sub(" ", path.read_text())
        said = " ".join([MARKUP.sub(" ", own), *SHOWN.findall(own)])
        assert {*re.findall(r"[^\W\d_]{2,}", said)} <= NO_WORDS, path


@pytest.mark.parametrize("room", ["service", "worker"])
def test_no_source_file_is_longer_than_400_lines(room: str) -> None:
    for path in (ROOT / room).rglob("*.py"):
        assert len(path.read_text().splitlines()) <= 400, path


@pytest.mark.parametrize(("lock", "group"), [("requirements.lock", ""), ("requirements-dev.lock", "dev")])
def test_the_lock_names_every_dependency_with_its_hash_and_no_host(lock: str, group: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = [*project["dependencies"], *(project["optional-dependencies"][group] if group else [])]
    text = (ROOT / lock).read_text()
    for dependency in asked:
        name = re.split(r"[\[<>=]", dependency)[0].lower()
        assert re.search(rf"^{name}==\S+ .*\\\n +--hash=sha256:", text, re.MULTILINE | re.IGNORECASE), name
    assert "://" not in text

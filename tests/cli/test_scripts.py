"""The hostile first minute: each gives a sentence, none a traceback."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_TOOLS = ("sh", "cat", "cksum", "dirname", "rm", "id", "head", "base64", "tr", "sed", "ls", "mkdir", "grep", "env")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The checkout without its .venv, and a PATH with nothing but the plainest tools."""
    for name in ("scripts", "requirements.lock", "requirements-dev.lock", "pyproject.toml", ".env.example"):
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, tmp_path / name)
    (tmp_path / "bin").mkdir()
    for tool in _TOOLS:
        (tmp_path / "bin" / tool).symlink_to(str(shutil.which(tool)))
    return tmp_path


def run(clone: Path, *words: str, code: int, **environment: str) -> str:
    done = subprocess.run(
        [clone / words[0], *words[1:]],
        cwd=clone,
        env={"PATH": str(clone / "bin"), "HOME": str(clone), **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def pretend(clone: Path, name: str, script: str) -> None:
    path = clone / "bin" / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_without_a_python_the_first_sentence_says_what_to_install(clone: Path) -> None:
    pretend(clone, "python3.13", 'echo "python3.13: command not found" >&2; exit 127')
    told = run(clone, "scripts/venv", code=1)
    assert "Byline needs Python 3.11 to 3.14 with venv" in told
    assert "apt-get install python3 python3-venv" in told


def test_a_python_without_venv_is_passed_over(clone: Path) -> None:
    pretend(clone, "python3", "exit 1")
    assert "with venv" in run(clone, "scripts/venv", code=1)


def test_without_a_network_nothing_is_half_done(clone: Path) -> None:
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    (clone / "bin" / name).symlink_to(Path(sys.base_prefix) / "bin" / name)
    told = run(clone, "scripts/venv", code=1, PIP_NO_INDEX="1", PIP_CONFIG_FILE=os.devnull)
    assert "could not be installed: is there a network?" in told
    assert "Traceback" not in told


def test_whoever_is_not_root_is_told_the_one_line(clone: Path) -> None:
    pretend(clone, "id", "echo 1000")
    told = run(clone, "scripts/packages", "no-such-program:postgresql", "no-such-too:chromium", code=1)
    assert "sudo apt-get install -y --no-install-recommends postgresql chromium" in told


def test_root_without_a_network_gets_a_sentence(clone: Path) -> None:
    pretend(clone, "id", "echo 0")
    pretend(clone, "apt-get", "echo 'E: Unable to fetch' >&2; exit 100")
    pretend(clone, "chmod", ":")
    told = run(clone, "scripts/packages", "no-such-program:postgresql", code=1)
    assert "could not be installed" in told


def test_env_writes_fresh_secrets_once(clone: Path) -> None:
    run(clone, "scripts/env", code=0)
    written = dict(line.split("=", 1) for line in (clone / ".env").read_text().splitlines() if "=" in line)
    assert len(written["SECRET_KEY"]) >= 32
    assert written["SECRET_KEY"] != written["ADDRESS_KEY"]
    assert written["POSTGRES_PASSWORD"] in written["DATABASE_URL"]
    assert (clone / ".env").stat().st_mode & 0o077 == 0
    assert "there already" in run(clone, "scripts/env", code=1)

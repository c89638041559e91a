"""The first minute of somebody who knows nothing yet."""

from __future__ import annotations

import html
import re
import signal
import socket
import subprocess
from pathlib import Path

import feedparser
import httpx
import pytest
from lxml import html as lxml_html

from tests import builders
from tests.services import free_port

from .processes import ROOT, byline, command, environment, eventually, running


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def made(var: Path) -> dict[str, bytes]:
    return {**files(var / "demo" / "feeds"), **files(var / "demo" / "outbox")}


@pytest.fixture(scope="module")
def port() -> str:
    return str(free_port())


@pytest.fixture(scope="module")
def once(port: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo that has run once; its environment names a database and a server that must be ignored."""
    var = tmp_path_factory.mktemp("var")
    elsewhere = {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "EMAIL_URL": "smtp://127.0.0.1:1"}
    told = byline("demo", "--once", VAR_DIR=str(var), PORT=port, **elsewhere)
    assert "6 letters were accepted" in told
    return var


def test_every_feed_can_be_read_and_carries_licence_and_donation_call(once: Path) -> None:
    feeds = [path for path in (once / "demo" / "feeds").rglob("*") if path.suffix in (".rss", ".atom")]
    assert len(feeds) > 100
    for path in feeds:
        found = feedparser.parse(path.read_bytes())
        assert not found.bozo, path
        assert found.entries, path
        for entry in found.entries:
            shown = entry.content[0].value
            assert "Cauce" in shown.split("</p>")[0], path
            assert shown.count(html.escape(entry.link)) >= 2, path
            assert "creativecommons.org/licenses/by-nc/4.0/" in shown, path
            assert re.search("/(donate|donar)/", shown), path


def test_every_letter_carries_attribution_and_donation_call(once: Path) -> None:
    letters = builders.letters(once / "demo" / "outbox")
    assert sorted(letter["To"].partition("@")[0] for letter in letters) == [
        *("ana", "ana", "bruno", "carla", "carla", "diego")
    ]
    for letter in letters:
        for kind in ("plain", "html"):
            text = builders.part(letter, kind)
            assert "Cauce" in text
            assert "CC BY-NC 4.0" in text
            assert re.search("/(donate|donar)/", text)
            assert re.search(r"/articles/[0-9a-f-]+/republish", text)
            assert "/unsubscribe/" in text


def test_a_second_run_changes_no_byte_and_sends_nothing_twice(once: Path, port: str) -> None:
    before = made(once)
    byline("demo", "--once", VAR_DIR=str(once), PORT=port)
    assert made(once) == before


def test_stopped_halfway_and_run_again_nobody_gets_two(tmp_path: Path) -> None:
    """While it prepares its database, then once there is a feed, then once a letter is on its way."""
    for sign in ("demo/byline.sqlite3", "demo/feeds/**/*.rss", "demo/outbox/*.eml"):
        halfway = subprocess.Popen(
            command("demo", "--once"),
            env=environment(VAR_DIR=str(tmp_path)),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        eventually(lambda sign=sign: any(tmp_path.glob(sign)))  # type: ignore[misc]
        halfway.send_signal(signal.SIGINT)
        told = halfway.communicate(timeout=60)[0]
        assert "Traceback" not in told, told
    byline("demo", "--once", VAR_DIR=str(tmp_path))
    names = [path.name for path in (tmp_path / "demo" / "outbox").iterdir()]
    assert len(names) == 6
    assert not [name for name in names if "times" in name]


def test_every_link_leads_somewhere(once: Path, port: str, tmp_path: Path) -> None:
    with running(command("demo"), tmp_path / "log", VAR_DIR=str(once), PORT=port):
        follow_everything(f"http://127.0.0.1:{port}", once / "demo" / "outbox")


def test_from_a_busy_port_it_moves_on(once: Path, tmp_path: Path) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        taken, log = busy.getsockname()[1], tmp_path / "log"
        with running(command("demo"), log, VAR_DIR=str(once), PORT=str(taken)):
            told = eventually(lambda: "Ctrl-C" in log.read_text() and log.read_text())
            assert f"Port {taken} is in use; the demo takes" in told
            site = re.search(r"http://127\.0\.0\.1:\d+", told)
            assert site
            with httpx.Client() as browser:
                eventually(lambda: is_up(browser, site[0]))


def follow_everything(site: str, outbox: Path) -> None:
    """From the front page and from every letter, to each address of the demo's own, all by GET."""
    with httpx.Client(follow_redirects=True, timeout=20) as browser:
        eventually(lambda: is_up(browser, site))
        waiting = [f"{site}/"]
        for letter in builders.letters(outbox):
            waiting += links(builders.part(letter, "html"), site)
            waiting += re.findall(r"https?://\S+", builders.part(letter, "plain"))
        seen: set[str] = set()
        while waiting:
            address = waiting.pop().partition("#")[0]
            if address in seen or not address.startswith(site):
                assert address.startswith((site, "http", "mailto:")), address
                continue
            seen.add(address)
            answer = browser.get(address)
            assert answer.status_code == 200, address
            if "text/html" in answer.headers["content-type"] and "/site/" not in address:
                waiting += links(answer.text, address)
        assert len(seen) > 100


def is_up(browser: httpx.Client, site: str) -> bool:
    try:
        return browser.get(f"{site}/livez").status_code == 200
    except httpx.TransportError:
        return False


def links(page: str, base: str) -> list[str]:
    root = lxml_html.fromstring(page)
    root.make_links_absolute(base)
    return [link for element, _, link, _ in root.iterlinks() if element.tag in ("a", "link", "script", "img")]


def test_a_port_that_is_none_gets_a_sentence() -> None:
    told = byline("demo", code=1, PORT="many")
    assert "PORT is 'many'" in told


def test_run_says_which_port_is_taken(tmp_path: Path) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        told = byline("run", "--port", str(busy.getsockname()[1]), code=1, VAR_DIR=str(tmp_path))
    assert "can't be used" in told

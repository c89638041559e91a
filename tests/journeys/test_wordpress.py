"""The main job: what the CMS publishes, corrects and withdraws reaches feed readers and inboxes."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from tests.content.wordpress_site import WordPressSite

from .installation import HOOK_SECRET, Installation, installed
from .processes import WAIT_SECONDS, eventually

READER = "ana@readers.example"
SHELVES = ["latest", "topics/customs", "countries/pe", "authors/lucia", "kinds/brief", "republish"]


def notify(there: Installation, post: int, event: str) -> None:
    """As the plugin does."""
    body = json.dumps({"source": "wordpress", "post": post, "event": event}).encode()
    stamp = str(int(time.time()))
    signature = hmac.new(HOOK_SECRET.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    headers = {"X-Byline-Timestamp": stamp, "X-Byline-Signature": f"sha256={signature}"}
    answer = httpx.post(f"{there.url}/hooks/wordpress", content=body, headers=headers, timeout=WAIT_SECONDS)
    assert answer.status_code == 202


def carried(there: Installation, title: str) -> None:
    for shelf in SHELVES:
        for kind in ("rss", "atom"):
            eventually(lambda name=f"{shelf}.{kind}": title in there.titles(f"/feeds/en/{name}"))  # type: ignore[misc]


@pytest.mark.parametrize("kind", ["services", "embedded"])
def test_published_corrected_withdrawn_and_told_in_one_weekly_digest(kind: str, tmp_path: Path) -> None:
    about = {"categories": ["Briefs", "Peru"], "tags": ["Customs"]}
    with WordPressSite() as site, installed(kind, tmp_path) as there:
        site.publish(title="Old story", **about)
        assert "1 added" in there.byline("ingest", "wordpress", site.url)
        there.subscribe(READER)

        moment = datetime.now(UTC).replace(microsecond=0)
        stays = site.publish(title="Gold on the river", published=moment, **about)
        goes = site.publish(title="Silver in the sea", published=moment, **about)
        for post in (stays, goes):
            notify(there, post, "publish")
        carried(there, "Gold on the river")
        (alert,) = eventually(lambda: there.letters(READER, "=\r\n\r\nGOLD ON THE RIVER"))
        assert f"{site.url}post-{stays}/" in alert
        guid = {entry.title: entry.id for entry in there.feed("/feeds/en/latest.rss").entries}["Gold on the river"]
        assert guid == f"{site.url}?p={stays}&x=1"

        told = {"byline_change": "correction", "byline_note": "The river is the Yarinal."}
        site.edit(stays, title="Gold on the Yarinal", meta=told)
        notify(there, stays, "update")
        carried(there, "CORRECTED: Gold on the Yarinal")
        guids = {entry.title: entry.id for entry in there.feed("/feed/").entries}
        assert guids["CORRECTED: Gold on the Yarinal"] == guid

        site.trash(goes)
        notify(there, goes, "trash")
        carried(there, "RETRACTED: Silver in the sea")

        year, week, _ = moment.astimezone().isocalendar()
        drafted = there.byline("draft_digests", "--week", f"{year}-w{week:02d}", "--language", "en")
        slug = re.search(r"weekly-\d{4}-w\d\d-en", drafted)
        assert slug
        there.byline("approve", slug[0])
        (digest,) = eventually(lambda: there.letters(READER, "The weekly digest"))
        assert "GOLD ON THE YARINAL" in digest
        assert "SILVER IN THE SEA" not in digest
        eventually(lambda: f"{slug[0]} is sent" in there.byline("status", slug[0]))
        there.byline("dispatch_editions")
        there.byline("send_due")
        assert len(there.letters(READER, "The weekly digest")) == 1
        assert len(there.letters(READER, "Just published")) == 2

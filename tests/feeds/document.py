"""One item in one feed, with a value in every field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from service.attribution.rules import compose
from service.feeds.rules import Category, Document, Item, Link, Picture, Source
from service.newsroom.rules import read

DAY = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)

NEWSROOM = read(Path("newsroom.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Story:
    """What attribution asks of an article."""

    key: str = "1f0a7c2e9b4d"
    title: str = "Gold & «scales»"
    language: str = "en"
    canonical_url: str = "https://cauce.example/gold/?a=1&b=2"
    published: datetime = DAY
    author_names: Sequence[str] = ("Ana Ruiz", "Luis Paz")


ITEM = Item(
    key=Story.key,
    guid="https://cauce.example/?p=7",
    title="Gold & «scales»",
    url="https://cauce.example/gold/?a=1&b=2",
    language="en",
    published=DAY,
    updated=DAY.replace(day=21),
    summary="In short.",
    content="<p>By Ana</p><p>All of it ]]> and <b>more</b></p>",
    authors=("Ana Ruiz", "Luis Paz"),
    categories=(
        Category("customs", "Customs", "https://x.example/topics/"),
        Category("PE", "Peru", "urn:iso:std:iso:3166:-1", "country"),
        Category("brief", "Brief", "https://x.example/kinds/", "kind"),
    ),
    picture=Picture("https://cauce.example/p.jpg", "A scale", "Ana Ruiz", 1200, 800),
    translations=(Link("https://cauce.example/es/oro/", "es", "Oro", "https://cauce.example/?p=8"),),
    version=3,
    status="usable",
    notes=(),
    attribution=compose(Story(), NEWSROOM, NEWSROOM.asks["en"]),
)
DOCUMENT = Document(
    id="tag:cauce.example,2014:feed/x",
    self_url="https://letters.cauce.example/feeds/en/latest.rss",
    home_url="https://cauce.example/",
    title="Cauce in English",
    description="About",
    language="en",
    organisation="Cauce",
    updated=DAY.replace(day=22),
    rights="© Cauce",
    licence_url="https://creativecommons.org/licenses/by-nc/4.0/",
    donate_url="https://cauce.example/donate/",
    editors="desk@cauce.example",
    republication="republish@cauce.example",
    sibling=Link("https://letters.cauce.example/feeds/es/latest.rss", "es", ""),
    hub="",
    older="",
    current="",
    icon="https://cauce.example/icon.png",
    report_relation="https://letters.cauce.example/rel/republication-report",
    items=(ITEM,),
)
SOURCE = Source("tag:cauce.example,2014:feed/y", "https://letters.cauce.example/feeds/en/latest.atom", "Cauce")
TO_REPUBLISH = replace(DOCUMENT, source=SOURCE)

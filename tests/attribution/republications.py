"""The pages of tests/samples/republications, the articles that they republish, and what is expected."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from service.attribution.checking import Original, Picture, Republished, Text
from service.attribution.rules import compose
from service.newsroom.rules import Newsroom
from service.toolbox.html import paragraphs

FOLDER = Path(__file__).resolve().parents[1] / "samples/republications"
ARTICLES: dict[str, Any] = tomllib.loads((FOLDER / "articles.toml").read_text(encoding="utf-8"))
EXPECTED: dict[str, Any] = tomllib.loads((FOLDER / "expected.toml").read_text(encoding="utf-8"))


@dataclass
class Story:
    key: str
    title: str
    language: str
    canonical_url: str
    published: datetime
    author_names: tuple[str, ...]


def story(name: str) -> Story:
    told = ARTICLES[name]
    published = datetime.fromisoformat(told["published"])
    return Story(told["key"], told["title"], told["language"], told["url"], published, tuple(told["authors"]))


def original(name: str, house: Newsroom) -> Original:
    told, article = ARTICLES[name], story(name)
    versions = told["versions"]
    return Original(
        compose(article, house, house.asks[article.language]),
        tuple(Text(one["number"], one["kind"], tuple(paragraphs(one["body"])), article.title) for one in versions),
        article.author_names,
        tuple(Picture(one["url"], one["may_republish"]) for one in told.get("pictures", [])),
        withdrawn=versions[-1]["kind"] == "withdrawal",
    )


def page(name: str, expected: Mapping[str, Any]) -> Republished:
    body = (FOLDER / f"{name}.html").read_bytes()
    return Republished(expected["url"], body, expected.get("status", 200), expected.get("headers", {}))

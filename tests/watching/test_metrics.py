"""/metrics: Prometheus's format, for those who may, and rules that ask for nothing that is not told."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client

from service.delivery.actions import pace
from service.watching.beats import mark
from service.watching.exposition import Gauge, exposition, gauges
from service.watching.numbers import numbers
from tests.delivery.mailings import opened

pytestmark = pytest.mark.django_db
RULES = yaml.safe_load((Path(__file__).resolve().parents[2] / "docs/operators/alerts.yml").read_text())
LINE = re.compile(r'[a-z_]+(\{[a-z]+="[^"]*"\})? -?[0-9.e+-]+')
TOKEN = "a token for tests alone, long enough to pass"


def names(now: datetime) -> set[str]:
    """Of an installation that has begun to work."""
    mark("clock", 10, now)
    pace.charge("", 1, now)
    return {gauge.name for gauge in gauges(numbers(now)) if gauge.samples}


def test_what_is_told_is_in_prometheus_format(now: datetime) -> None:
    opened(now)
    answer = Client().get("/metrics")

    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = answer.content.decode().splitlines()
    assert 'byline_letters{state="queued"} 3' in lines
    assert all(line.startswith(("# HELP byline_", "# TYPE byline_")) or LINE.fullmatch(line) for line in lines)


def test_a_label_is_escaped() -> None:
    told = exposition([Gauge("byline_x", "X.", [({"of": 'a"b\\c\nd'}, 1)])])

    assert told.splitlines()[-1] == r'byline_x{of="a\"b\\c\nd"} 1'


@pytest.mark.parametrize(
    ("headers", "remote", "status"),
    [
        ({}, "127.0.0.1", 200),
        ({}, "::1", 200),
        ({}, "::ffff:127.0.0.1", 200),
        ({}, "10.0.0.7", 404),
        ({}, "", 404),
        ({"X-Forwarded-For": "203.0.113.7"}, "127.0.0.1", 404),
        ({"X-Forwarded-For": "127.0.0.1"}, "10.0.0.7", 404),
    ],
)
def test_without_a_token_it_is_for_this_machine_alone(headers: Any, remote: str, status: int) -> None:
    assert Client(headers=headers, REMOTE_ADDR=remote).get("/metrics").status_code == status


@pytest.mark.parametrize(
    ("given", "status"),
    [(f"Bearer {TOKEN}", 200), (TOKEN, 404), (f"Bearer {TOKEN}x", 404), ("Bearer ñ", 404), ("", 404)],
)
def test_with_a_token_set_only_the_token_counts(settings: Any, given: str, status: int) -> None:
    settings.METRICS_TOKEN = TOKEN

    assert Client(headers={"Authorization": given}).get("/metrics").status_code == status


def test_every_metric_that_a_rule_asks_for_is_told(now: datetime) -> None:
    rules = [rule for group in RULES["groups"] for rule in group["rules"]]
    asked = {name for rule in rules for name in re.findall(r"\bbyline_[a-z_]+", rule["expr"])}

    assert len(rules) > 10
    assert asked - names(now) == set()


def test_every_label_that_a_rule_asks_for_is_told(now: datetime) -> None:
    told = exposition(gauges(numbers(now)))
    for name, pattern in re.findall(r'(?:queue|what|state)(=~?)"([^"]+)"', str(RULES)):
        assert all(f'"{one}"' in told for one in pattern.split("|")), (name, pattern)


def test_every_rule_says_what_to_look_at() -> None:
    for rule in (rule for group in RULES["groups"] for rule in group["rules"]):
        assert rule["alert"].startswith("Byline")
        assert rule["labels"]["severity"] in ("page", "warn")
        assert rule["annotations"]["summary"].endswith((".", "?"))

"""The figures as Prometheus reads them (exposition format 0.0.4). They come from rows, so every process tells
the same, and no library has to keep count."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from .rules import Numbers

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Gauge:
    """`samples` are labels and value each."""

    name: str
    help: str
    samples: Sequence[tuple[Mapping[str, str], float]] = ()


def exposition(gauges: Iterable[Gauge]) -> str:
    return "".join(f"{line}\n" for gauge in gauges for line in _lines(gauge))


def gauges(told: Numbers) -> Iterator[Gauge]:
    now = told.at
    yield Gauge("byline_owed_rows", "Rows that wait for a program.", [({"queue": o.queue}, o.rows) for o in told.owed])
    yield Gauge(
        "byline_owed_oldest_seconds",
        "For how long the oldest of them has been due.",
        [({"queue": o.queue}, o.age(now).total_seconds()) for o in told.owed],
    )
    yield Gauge(
        "byline_beat_age_seconds",
        "How long ago a task, the clock or a backup was last well.",
        [({"name": h.name}, age.total_seconds()) for h in told.heard if (age := h.age(now)) is not None],
    )
    yield Gauge(
        "byline_beat_every_seconds",
        "How often it should be.",
        [({"name": h.name}, h.every.total_seconds()) for h in told.heard],
    )
    yield _one("byline_letters_frozen", "Letters of all mailings under way: the sum of byline_letters.", told.frozen)
    yield _by("byline_letters", "They, by state.", "state", told.letters)
    yield _one("byline_sent_today", "Letters handed over since midnight UTC.", told.sent_today)
    yield _one("byline_letters_week", "Letters of the mailings of the last seven days.", told.frozen_lately)
    yield _by("byline_attempts_hour", "Attempts of the last hour that a server did not accept.", "state", told.attempts)
    yield _by("byline_returned_week", "What came back in the last seven days.", "kind", told.bounces)
    yield _one("byline_bounce_share", "Hard bounces, of the letters of seven days.", told.bounce_share)
    yield _one("byline_complaint_share", "Complaints, of the letters of seven days.", told.complaint_share)
    yield Gauge(
        "byline_way_out_slowness",
        "By what a server's word divides the rate.",
        [({"to": way.name}, way.slowness) for way in told.ways_out],
    )
    yield _one("byline_feeds", "Feeds that are published.", told.feeds)
    yield _one("byline_feeds_troubled", "Feeds that a hub could not be told of.", told.feeds_troubled)
    if told.feeds_built:
        yield _one(
            "byline_feeds_built_timestamp_seconds", "When a feed was last written.", told.feeds_built.timestamp()
        )
    yield _by("byline_waiting", "What waits for a person.", "what", told.waiting)
    yield _one("byline_keys_expiring", "Partners' keys that end within 14 days.", told.keys_expiring)
    yield _one("byline_silent", "1: a copied database, from which nothing leaves.", told.silent)
    yield _one("byline_clock_skew_seconds", "The database's clock, ahead of ours.", told.skew.total_seconds())
    yield Gauge("byline_disk_free_share", "Free, from 0 to 1.", [({"of": disk.name}, disk.free) for disk in told.disks])


def _one(name: str, help: str, value: float) -> Gauge:
    return Gauge(name, help, [({}, value)])


def _by(name: str, help: str, label: str, values: Mapping[str, int]) -> Gauge:
    return Gauge(name, help, [({label: key.replace(" ", "_")}, value) for key, value in sorted(values.items())])


def _lines(gauge: Gauge) -> Iterator[str]:
    yield f"# HELP {gauge.name} {gauge.help}"
    yield f"# TYPE {gauge.name} gauge"
    for labels, value in gauge.samples:
        told = ",".join(f'{name}="{_escaped(label)}"' for name, label in labels.items())
        yield f"{gauge.name}{{{told}}} {float(value):.12g}" if told else f"{gauge.name} {float(value):.12g}"


def _escaped(label: str) -> str:
    return label.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")

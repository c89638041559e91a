"""The timetable, read from top to bottom. Each message expires after one period, so a stopped worker
piles nothing up; a lost one costs one beat."""

from typing import Any


def _every(seconds: int, task: str) -> tuple[str, dict[str, Any]]:
    return task, {"task": task, "schedule": float(seconds), "options": {"expires": seconds}}


TIMETABLE = dict(
    [
        _every(10, "publish_feeds"),
        _every(10, "push_feeds"),
        _every(10, "raise_alerts"),
        _every(10, "tell_partners"),
        _every(10, "dispatch_editions"),
        _every(10, "send_due"),
        _every(10, "call_hooks"),
        _every(60, "check_republications"),
        _every(60, "draft_digests"),
        _every(60, "pull_sources"),
        _every(60, "sweep"),
    ]
)
PERIODS = {name: int(entry["schedule"]) for name, entry in TIMETABLE.items()}

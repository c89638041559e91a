"""The Celery application. No broker holds the truth: rows do, so nothing here must survive."""

import os
from typing import Any

from celery import Celery
from celery.signals import task_success, worker_process_init
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "service.settings")

app = Celery("byline")
app.conf.update(
    broker_url=settings.REDIS_URL,
    broker_connection_retry_on_startup=True,
    broker_transport_options=(
        {"polling_interval": 0.01} if settings.REDIS_URL.startswith("memory:") else {"socket_connect_timeout": 5}
    ),
    # Sending has a queue of its own, so that a long digest keeps no other work waiting. A worker that is
    # given no queues takes both.
    task_queues={"celery": {}, "send": {}},
    task_routes={"send_due": {"queue": "send"}},
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_serializer="json",
    accept_content=["json"],
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_send_task_events=False,
    beat_max_loop_interval=5,
    timezone="UTC",
)
app.autodiscover_tasks(["worker"])


@worker_process_init.connect
def warm(**_: Any) -> None:
    """The first letter that a process inlines takes most of a second: an alert must not wait for it."""
    from service.toolbox.letters import inlined

    inlined("<style>p { color: #16181d }</style><p>-</p>")


@task_success.connect
def tell(sender: Any, **_: Any) -> None:
    """What is watched: that each task has its turn, and that the clock sends (its messages say so, nudges don't)."""
    from service.toolbox import clock
    from service.watching.beats import mark
    from service.watching.rules import CLOCK

    period = schedule.PERIODS.get(sender.name)
    if period:
        mark(sender.name, period, clock.now())
    if (sender.request.headers or {}).get("celery_beat_task"):
        mark(CLOCK, min(schedule.PERIODS.values()), clock.now())


from . import schedule  # noqa: E402

app.conf.beat_schedule = schedule.TIMETABLE

"""What the clock does. No task carries anything: each asks the rows what is owed, does a slice of it,
and may be run at any time, by anybody, twice at once."""

from service.audience import retention
from service.content.actions import pull
from service.delivery.actions import send
from service.editions.actions import asking, dispatch, draft
from service.feeds.actions import publish, push
from service.partners.actions import hooks, looking, tell
from service.partners.actions import retention as partners_retention
from service.people.actions import retention as people_retention
from service.toolbox import clock

from .app import app


@app.task(name="publish_feeds")
def publish_feeds() -> None:
    publish.publish_feeds(clock.now())


@app.task(name="push_feeds")
def push_feeds() -> None:
    push.push_feeds(clock.now())


@app.task(name="raise_alerts")
def raise_alerts() -> None:
    draft.raise_alerts(clock.now())


@app.task(name="tell_partners")
def tell_partners() -> None:
    tell.tell_partners(clock.now())


@app.task(name="draft_digests")
def draft_digests() -> None:
    draft.draft_due(clock.now())


@app.task(name="dispatch_editions")
def dispatch_editions() -> None:
    dispatch.dispatch_editions(clock.now())


@app.task(name="send_due")
def send_due() -> None:
    send.send_due(clock.now())


@app.task(name="pull_sources")
def pull_sources() -> None:
    pull.pull_all(clock.now())


@app.task(name="sweep")
def sweep() -> None:
    retention.sweep(clock.now())
    partners_retention.sweep(clock.now())
    asking.note_all_asked(clock.now())
    people_retention.sweep(clock.now())


@app.task(name="call_hooks")
def call_hooks() -> None:
    hooks.call_hooks(clock.now())


@app.task(name="check_republications")
def check_republications() -> None:
    looking.look_again(clock.now())

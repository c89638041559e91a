"""The demo: a sample newsroom walks the whole way, by the same tasks as in earnest.

Everything it makes lies in var/demo. Letters go over SMTP to a sink of its own that keeps each as a
file. Run again, it changes no byte and sends nothing twice.
"""

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.core.signing import TimestampSigner
from django.db import transaction
from django.utils.crypto import get_random_string

from service.audience.models import Subscriber
from service.content.actions.pull import add_source, pull
from service.content.models import Source, Version
from service.delivery.actions.plan import keep_address
from service.delivery.models import Mailing, Message
from service.delivery.rules.verdicts import REMAINING
from service.editions.actions.decide import approve
from service.editions.actions.draft import draft_now
from service.editions.models import Edition
from service.feeds.models import PublishedFeed
from service.newsroom import current
from service.toolbox import clock
from service.toolbox.bell import ring
from service.toolbox.errors import ServiceError

from .embedded import Clock
from .serving import migrated, serve
from .sink import Sink

WAIT_SECONDS = 120
_READERS = [
    ("ana", "en", "both"),
    ("bruno", "en", "weekly"),
    ("carla", "es", "both"),
    ("diego", "es", "alerts"),
]
_EXAMPLES = settings.BASE_DIR / "examples"
_SITE = "https://cauce.example/"


class Demo:
    """`say` prints a line for whoever watches."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._folder: Path = settings.VAR_DIR
        self._articles = self._folder / "articles"

    def run(self, *, stay: bool) -> str:
        self._newsroom()
        settings.ROOT_URLCONF = "worker.demo_urls"
        migrated()
        with Sink(self._folder / "outbox") as sink:
            settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
            with Clock():
                self._publish(clock.now())
            told = self._told()
            if stay:
                self._say(told)
                self._say(self._where())
                serve("127.0.0.1", int(settings.SITE_URL.rpartition(":")[2]))
                return "The demo has ended. Run it again and nothing is sent twice."
        return told

    def _newsroom(self) -> None:
        """The sample's own site stands on this machine, so that every link leads somewhere."""
        self._folder.mkdir(parents=True, exist_ok=True)
        original = (settings.BASE_DIR / "newsroom.toml").read_text(encoding="utf-8")
        (self._folder / "newsroom.toml").write_text(self._localised(original), encoding="utf-8")
        current.forget()

    def _localised(self, text: str) -> str:
        return text.replace(_SITE, f"{settings.SITE_URL}/site/")

    def _publish(self, now: datetime) -> None:
        """Articles in, feeds out, the digest drafted, approved and sent; then a story breaks."""
        self._copy("articles")
        source = add_source("markdown", str(self._articles), slug="sample")
        self._take_in(source, now)
        self._subscribe(now)
        for language in current.newsroom().languages:
            self._digest(language, now)
        self._copy("breaking")
        self._take_in(source, clock.now())
        self._wait()

    @transaction.atomic  # seen only once it is approved, so that the desk is not asked to approve it
    def _digest(self, language: str, now: datetime) -> None:
        drafted = draft_now(now, language)
        edition = drafted.edition or Edition.objects.weekly(language).filter(state="drafted").first()
        if edition:
            edition.letter = (_EXAMPLES / "letters" / f"{language}.txt").read_text(encoding="utf-8")
            edition.save(update_fields=["letter"])
            approve(edition, "demo", now)

    def _take_in(self, source: Source, now: datetime) -> None:
        report = pull(source, now)
        ends = time.monotonic() + WAIT_SECONDS
        while report.busy and time.monotonic() < ends:  # the clock's own run, or one that was broken off
            time.sleep(0.5)
            report = pull(source, clock.now())
        if report.trouble or report.set_aside:
            raise ServiceError(f"The sample could not be taken in: {report.sentence()} {report.set_aside}")

    def _copy(self, name: str) -> None:
        """Once: what somebody changed in var/demo/articles stays changed."""
        for path in sorted((_EXAMPLES / name).rglob("*.md")):
            copy = self._articles / path.relative_to(_EXAMPLES / name)
            if not copy.exists():
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_text(self._localised(path.read_text(encoding="utf-8")), encoding="utf-8")

    def _subscribe(self, now: datetime) -> None:
        for name, language, wants in _READERS:
            address = keep_address(f"{name}@readers.example")
            Subscriber.objects.get_or_create(
                address=address,
                defaults={
                    "language": language,
                    "wants": wants,
                    "status": "active",
                    "created": now,
                    "confirmed": now,
                },
            )

    def _wait(self) -> None:
        """Until nothing is owed. The tasks do the work; here is only patience."""
        ends = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < ends:
            if not self._owed():
                return
            ring("publish_feeds", "raise_alerts", "dispatch_editions", "send_due")
            time.sleep(0.3)
        raise ServiceError(f"Not everything was done in {WAIT_SECONDS} seconds; run the demo again to go on.")

    def _owed(self) -> bool:
        return (
            Version.objects.owed_to_feeds().exists()
            or PublishedFeed.objects.waiting().exists()
            or Edition.objects.filter(state__in=["approved", "sending"]).exists()
            or Edition.objects.filter(kind="alert").count() < len(current.newsroom().languages)
            or Message.objects.filter(state__in=REMAINING).exists()
        )

    def _told(self) -> str:
        letters = sum(mailing.counts()["accepted"] for mailing in Mailing.objects.all())
        feeds = len(list(settings.FEEDS_DIR.rglob("*.rss"))) + len(list(settings.FEEDS_DIR.rglob("*.atom")))
        kept = len(list((self._folder / "outbox").glob("*.eml")))
        return (
            f"{feeds} feeds are in {_short(settings.FEEDS_DIR)}; {letters} letters were accepted by the mail "
            f"sink, {kept} lie in {_short(self._folder / 'outbox')}."
        )

    def _where(self) -> str:
        site, password = settings.SITE_URL, self._password()
        return "\n".join(
            [
                f"  {site}/              what this newsroom sends, and the form to subscribe",
                f"  {site}/feeds/        every feed, with a preview",
                f"  {site}/editions/     the letters that went out",
                f"  {self._login()}  the desk, once, for ten minutes",
                f"  {site}/console/      the desk later on: name demo, password {password}",
                f"  Change a file in {_short(self._articles)} and watch its feeds follow. Ctrl-C ends the demo.",
            ]
        )

    def _password(self) -> str:
        """Another at each start."""
        password = "-".join(get_random_string(5, "abcdefghkmnpqrstuvwxyz") for _ in range(3))
        user, _ = User.objects.get_or_create(username="demo", defaults={"is_staff": True, "is_superuser": True})
        user.set_password(password)
        user.save(update_fields=["password"])
        return password

    def _login(self) -> str:
        user = User.objects.get(username="demo")
        return f"{settings.SITE_URL}/demo-login/{TimestampSigner(salt='demo').sign(str(user.pk))}"


def _short(path: Path) -> str:
    return str(path.relative_to(settings.BASE_DIR)) if path.is_relative_to(settings.BASE_DIR) else str(path)

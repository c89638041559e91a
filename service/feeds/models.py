"""What is published where: a row per feed, beside its bytes in FEEDS_DIR."""

from datetime import datetime, timedelta

from django.db import models

from service.content.models import Article

from .rules import ARCHIVE, Shelf

COUNTED_FROM = 10  # below that, a count could tell of one person


class PublishedFeedQuerySet(models.QuerySet["PublishedFeed"]):
    def owed(self, built_for: str, now: datetime) -> "PublishedFeedQuerySet":
        """Built for other settings or other articles, or holding a notice whose time is over, or never
        built."""
        outdated = ~models.Q(built_for=built_for)
        return self.filter(outdated | models.Q(recheck_at__lte=now) | models.Q(built_at=None))

    def waiting(self) -> "PublishedFeedQuerySet":
        """Touched by an article, and not built since."""
        return self.filter(models.Q(built_for="") | models.Q(built_at=None))

    def archives(self) -> "PublishedFeedQuerySet":
        return self.filter(kind=ARCHIVE)

    def current(self) -> "PublishedFeedQuerySet":
        """What readers poll: all but the archives."""
        return self.exclude(kind=ARCHIVE)

    def open(self) -> "PublishedFeedQuerySet":
        """Neither closed nor moved."""
        return self.filter(closed_at=None)

    def on(self, shelf: Shelf) -> "PublishedFeedQuerySet":
        return self.filter(language=shelf.language, kind=shelf.kind, slug=shelf.slug)

    def owe(self) -> int:
        """They are built anew, by whoever comes next."""
        return self.update(built_for="")

    def owed_to_hub(self, built_for: str, now: datetime) -> "PublishedFeedQuerySet":
        """Changed since a hub was told, and due. Bytes that other settings made are about to change: of
        those nobody is told. Archives are for readers who follow them, not for subscribers."""
        told = models.Q(pushed_etag=models.F("etag")) | models.Q(etag="") | models.Q(kind=ARCHIVE)
        due = models.Q(push_after=None) | models.Q(push_after__lte=now)
        return self.filter(due, built_for=built_for).exclude(told)


class PublishedFeed(models.Model):
    """`updated` only grows, by a second at least whenever the bytes change: it is Last-Modified. A feed
    that has moved is closed as well."""

    address = models.CharField(max_length=500, unique=True)
    language = models.CharField(max_length=10)
    kind = models.CharField(max_length=20)
    slug = models.CharField(max_length=230, blank=True)
    format = models.CharField(max_length=10)
    title = models.CharField(max_length=300, blank=True)
    content_hash = models.CharField(max_length=64, blank=True)
    etag = models.CharField(max_length=64, blank=True)
    updated = models.DateTimeField(null=True)
    built_at = models.DateTimeField(null=True)
    built_for = models.CharField(max_length=64, blank=True)
    next_change = models.DateTimeField(null=True)
    recheck_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    moved_to = models.CharField(max_length=500, blank=True, help_text="The address of the feed that goes on instead.")
    pushed_etag = models.CharField(max_length=64, blank=True, editable=False)
    push_after = models.DateTimeField(null=True, editable=False)
    push_failures = models.PositiveIntegerField(default=0, editable=False)
    push_trouble = models.TextField(blank=True, editable=False)

    objects = PublishedFeedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["language", "kind", "slug"], name="feed_shelf")]
        verbose_name = "published feed"

    def __str__(self) -> str:
        return self.address

    @property
    def status(self) -> int:
        """As HTTP says it."""
        return 301 if self.moved_to else 410 if self.closed_at else 200

    @property
    def shelf(self) -> Shelf:
        return Shelf(self.language, self.kind, self.slug)

    @property
    def is_waiting(self) -> bool:
        """As PublishedFeedQuerySet.waiting() says it."""
        return self.built_for == "" or self.built_at is None


class ArchivePage(models.Model):
    """Up to fifteen articles of a language that no longer stand in the current feed alone (RFC 5005 §4).
    Which ones never changes; `name` is its slug, 2026-11 or 2026-11-2. Each page leads to the one that
    was closed before it."""

    language = models.CharField(max_length=10)
    name = models.CharField(max_length=20)
    closed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["language", "name"], name="one_archive_page")]

    def __str__(self) -> str:
        return f"{self.language} {self.name}"

    @property
    def shelf(self) -> Shelf:
        return Shelf(self.language, ARCHIVE, self.name)


class ArchiveEntry(models.Model):
    """An article's place in its language's history: the page that holds it for ever, or none as long as
    only the current feed does."""

    article = models.OneToOneField(Article, on_delete=models.CASCADE, primary_key=True, related_name="archived")
    language = models.CharField(max_length=10)
    page = models.ForeignKey(ArchivePage, on_delete=models.PROTECT, null=True, related_name="entries")

    class Meta:
        indexes = [models.Index(fields=["language"], condition=models.Q(page=None), name="archive_entry_open")]
        verbose_name_plural = "archive entries"

    def __str__(self) -> str:
        return f"{self.article} in {self.page}"


class PollsQuerySet(models.QuerySet["Polls"]):
    def over(self, now: datetime) -> "PollsQuerySet":
        return self.filter(day__lt=now.date())

    def lately(self, days: int, now: datetime) -> "PollsQuerySet":
        """On the last days that are over."""
        return self.filter(day__gte=now.date() - timedelta(days=days), day__lt=now.date()).order_by()

    def few(self) -> "PollsQuerySet":
        return self.filter(asked__lt=COUNTED_FROM, subscribers__lt=COUNTED_FROM)

    def many(self) -> "PollsQuerySet":
        return self.exclude(asked__lt=COUNTED_FROM, subscribers__lt=COUNTED_FROM)


class Polls(models.Model):
    """How often a kind of client asked for a feed on a day (UTC). No address, no person: `client` is the
    product that its User-Agent names, `subscribers` what an aggregator says that it asks for."""

    address = models.CharField(max_length=500)
    day = models.DateField()
    client = models.CharField(max_length=60)
    asked = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0, help_text="Answered 304: nothing new.")
    wasted = models.PositiveIntegerField(default=0, help_text="Whole copies of what the client had just been given.")
    refused = models.PositiveIntegerField(default=0, help_text="Answered 429: too often.")
    subscribers = models.PositiveIntegerField(default=0)

    objects = PollsQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["address", "day", "client"], name="one_count_of_polls")]
        verbose_name_plural = "polls"

    def __str__(self) -> str:
        return f"{self.day} {self.address} {self.client}"


class BrokenArticle(models.Model):
    """An article that no feed can be written with. It is left out; the feed is not."""

    article = models.OneToOneField(Article, on_delete=models.CASCADE, related_name="broken_in_feeds")
    version = models.PositiveIntegerField()
    sentence = models.TextField()
    since = models.DateTimeField()

    class Meta:
        verbose_name = "article set aside from feeds"
        verbose_name_plural = "articles set aside from feeds"

    def __str__(self) -> str:
        return str(self.article)

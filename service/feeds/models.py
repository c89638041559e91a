"""What is published where: a row per feed, beside its bytes in FEEDS_DIR."""

from datetime import datetime

from django.db import models

from service.content.models import Article


class PublishedFeedQuerySet(models.QuerySet["PublishedFeed"]):
    def owed(self, built_for: str, now: datetime) -> "PublishedFeedQuerySet":
        """Built for other settings, or holding a notice whose time is over, or never built."""
        outdated = ~models.Q(built_for=built_for)
        return self.filter(outdated | models.Q(recheck_at__lte=now) | models.Q(built_at=None))


class PublishedFeed(models.Model):
    """`updated` only grows, by a second at least whenever the bytes change: it is Last-Modified."""

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

    objects = PublishedFeedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["language", "kind", "slug"], name="feed_shelf")]
        verbose_name = "published feed"

    def __str__(self) -> str:
        return self.address


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

"""The raw records: what is published, and who asks for it."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, Subquery, Sum
from django.http import HttpRequest

from service.toolbox import clock
from service.toolbox.admin import ReadOnly

from .actions.audience import told
from .advice import advice
from .models import COUNTED_FROM, BrokenArticle, Polls, PublishedFeed


@admin.register(PublishedFeed)
class PublishedFeedAdmin(ReadOnly):
    list_display = ["address", "title", "updated", "state", "asked", "subscribers", "push_trouble"]
    list_filter = ["language", "kind", "format", ("closed_at", admin.EmptyFieldListFilter)]
    search_fields = ["address", "title"]

    def get_queryset(self, request: HttpRequest) -> Any:
        """With what was counted yesterday, UTC."""
        yesterday = clock.now().date() - timedelta(days=1)
        counted = Polls.objects.filter(address=OuterRef("address"), day=yesterday).order_by().values("address")
        return PublishedFeed.objects.annotate(
            asked_yesterday=Subquery(counted.annotate(n=Sum("asked")).values("n")),
            declared=Subquery(counted.annotate(n=Sum("subscribers")).values("n")),
        )

    @admin.display(ordering="closed_at")
    def state(self, feed: PublishedFeed) -> str:
        return f"moved to {feed.moved_to}" if feed.moved_to else "closed" if feed.closed_at else "open"

    @admin.display(description="asked for, yesterday")
    def asked(self, feed: Any) -> str:
        return told(feed.asked_yesterday)

    @admin.display(description="subscribers that aggregators declare")
    def subscribers(self, feed: Any) -> str:
        return told(feed.declared)


@admin.register(Polls)
class PollsAdmin(ReadOnly):
    """From ten up: a rare program may be one person's."""

    list_display = ["day", "address", "client", "asks", "nothing_new", "declared", "copies", "refusals", "advice"]
    list_display_links = None
    list_filter = ["day"]
    search_fields = ["address", "client"]
    ordering = ["-day", "-asked"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return Polls.objects.many()

    @admin.display(description="asked", ordering="asked")
    def asks(self, polls: Polls) -> str:
        return told(polls.asked)

    @admin.display(description="of it, nothing new (304)")
    def nothing_new(self, polls: Polls) -> str:
        return f"{100 * polls.unchanged // polls.asked} %" if polls.asked >= COUNTED_FROM else ""

    @admin.display(description="subscribers", ordering="subscribers")
    def declared(self, polls: Polls) -> str:
        return told(polls.subscribers)

    @admin.display(description="copies that nobody needed", ordering="wasted")
    def copies(self, polls: Polls) -> str:
        return told(polls.wasted)

    @admin.display(description="refused (429)", ordering="refused")
    def refusals(self, polls: Polls) -> str:
        return told(polls.refused)

    @admin.display
    def advice(self, polls: Polls) -> str:
        return advice(polls.asked, polls.unchanged, polls.wasted, polls.refused)


@admin.register(BrokenArticle)
class BrokenArticleAdmin(ReadOnly):
    list_display = ["article", "sentence", "since"]

"""On the desk: what is published, who asks for it, and feeds that are closed, moved or opened again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.db.models import OuterRef, Subquery, Sum
from django.http import HttpRequest
from django.template.response import TemplateResponse

from service.toolbox import clock
from service.toolbox.admin import ReadOnly
from service.toolbox.errors import ServiceError

from .actions.closing import close, move, reopen
from .advice import advice
from .models import COUNTED_FROM, BrokenArticle, Polls, PublishedFeed, PublishedFeedQuerySet


def told(number: int | None) -> str:
    """A number from ten up, and no exact one below."""
    number = number or 0
    return f"{number:,}" if number >= COUNTED_FROM else "under ten" if number else "0"


@admin.register(PublishedFeed)
class PublishedFeedAdmin(ReadOnly):
    list_display = ["address", "title", "updated", "state", "asked", "subscribers", "push_trouble"]
    list_filter = ["language", "kind", "format", ("closed_at", admin.EmptyFieldListFilter)]
    search_fields = ["address", "title"]
    actions = ["close", "move", "reopen"]

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

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("feeds.change_publishedfeed")

    @admin.action(description="Close: readers are told that it ends here", permissions=["decide"])
    def close(self, request: HttpRequest, feeds: PublishedFeedQuerySet) -> TemplateResponse | None:
        return self._confirmed(request, feeds, "close", lambda feed: close(feed, clock.now()))

    @admin.action(description="Move: readers are led to another feed, for ever", permissions=["decide"])
    def move(self, request: HttpRequest, feeds: PublishedFeedQuerySet) -> TemplateResponse | None:
        to = request.POST.get("to", "")
        return self._confirmed(request, feeds, "move", lambda feed: move(feed, to, clock.now()))

    @admin.action(description="Open again", permissions=["decide"])
    def reopen(self, request: HttpRequest, feeds: PublishedFeedQuerySet) -> TemplateResponse | None:
        return self._confirmed(request, feeds, "reopen", reopen)

    def _confirmed(
        self, request: HttpRequest, feeds: PublishedFeedQuerySet, verb: str, act: Callable[[PublishedFeed], None]
    ) -> TemplateResponse | None:
        """A page that asks first; what it sends comes back here."""
        if request.POST.get("confirmed") != verb:
            shown = {**self.admin_site.each_context(request), "feeds": feeds, "verb": verb, "opts": self.opts}
            return TemplateResponse(request, "feeds_closing.html", shown)
        done = 0
        for feed in feeds:
            try:
                act(feed)
                self.log_change(request, feed, f"{verb} {request.POST.get('to', '')}".strip())
                done += 1
            except ServiceError as error:
                self.message_user(request, f"{feed}: {error}", messages.ERROR)
        if done:
            self.message_user(request, f"{done} feeds: done. Readers see it within a minute.")
        return None


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

"""Whether every feed carries every article, and what is missing."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min

from service.content.models import SetAside, Version
from service.newsroom.current import newsroom

from ..models import BrokenArticle, PublishedFeed
from .publish import built_for


@dataclass(frozen=True, slots=True)
class Owing:
    """`changes` that no feed has been given yet, the oldest `since`; `feeds` to be written anew; `aside`:
    articles that could not be taken in, or that no feed can be written with."""

    changes: int
    since: datetime | None
    feeds: int
    aside: int

    @property
    def nothing(self) -> bool:
        return not (self.changes or self.feeds or self.aside)


def owing(now: datetime) -> Owing:
    owed = Version.objects.owed_to_feeds()
    spoken = PublishedFeed.objects.filter(language__in=newsroom().languages)
    archives = spoken.archives().owed(built_for(now, archive=True), now)
    return Owing(
        changes=owed.count(),
        since=owed.aggregate(first=Min("at"))["first"],
        feeds=spoken.current().owed(built_for(now), now).count() + archives.count(),
        aside=SetAside.objects.count() + BrokenArticle.objects.count(),
    )

"""Articles that a source no longer shows. Absence from a list never withdraws anything; what the
source says of one article, asked for by its id, does, and many at once wait for a person."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils.translation import gettext

from service.toolbox.bell import ring
from service.toolbox.errors import ServiceError

from ..models import Article, Disappearance, Source, Version
from ..rules.changes import SECOND_LOOK_AFTER, WITHDRAWALS_COUNTED_FOR, needs_a_person
from ..rules.drafts import Draft, Gone, Place, Reader, SourceTrouble
from . import store

COMPARE_EVERY = timedelta(hours=24)


def gone(article: Article, why: str, now: datetime, *, announced: bool) -> str:
    """The source said of this very article that it is gone. Believed at once if announced by a
    signed notice or the source's own status, else at the second look."""
    if article.status == "withdrawn":
        return "unchanged"
    doubt, _ = Disappearance.objects.get_or_create(article=article, defaults={"why": why, "since": now})
    if doubt.held:
        return "held"
    if not announced and now - doubt.since < SECOND_LOOK_AFTER:
        return "doubted"
    if _too_many(article.source, 1, now):
        doubt.held = True
        doubt.save(update_fields=["held"])
        return "held"
    store.withdraw(article, "", now)
    doubt.delete()
    return "withdrawn"


def seen_again(source: Source, external_ids: Iterable[str]) -> None:
    ids = set(external_ids)
    for doubt in Disappearance.objects.filter(article__source=source).select_related("article"):
        if doubt.article.external_id in ids:
            doubt.delete()


def compare(source: Source, reader: Reader, place: Place, met: list[str], now: datetime, counts: Counter[str]) -> None:
    """After a complete run: what does the source no longer have? Each kind of source answers in its
    own way, or not at all."""
    if hasattr(reader, "complete_run_is_everything"):
        _withdraw_absent(source, met, now, counts)
    elif hasattr(reader, "present_ids"):
        _look_again(source, reader, place, now, counts)
        if source.compared_at is None or now - source.compared_at >= COMPARE_EVERY:
            _compare_ids(source, reader, place, now, counts)
            source.compared_at = now


def decide_held(keys: Iterable[int], now: datetime, *, withdraw: bool) -> int:
    """A person decides about those that were held. Returns how many there were. Raises ServiceError where
    none of them is held, any more or yet."""
    held = Disappearance.objects.filter(pk__in=list(keys), held=True).select_related("article")
    for doubt in (doubts := list(held)):
        if withdraw:
            store.withdraw(doubt.article, "", now)
        doubt.delete()
    if not doubts:
        raise ServiceError(gettext("None of these waits for a person. Choose from those that are listed now."))
    return len(doubts)


def _withdraw_absent(source: Source, met: list[str], now: datetime, counts: Counter[str]) -> None:
    if not met:
        raise SourceTrouble("The folder is empty. Nothing was withdrawn; is it the right folder?")
    absent = list(source.articles.exclude(status="withdrawn").exclude(external_id__in=met))
    hold = _too_many(source, len(absent), now)
    for article in absent:
        doubt, _ = Disappearance.objects.get_or_create(
            article=article, defaults={"why": "its file is no longer in the folder", "since": now}
        )
        if hold or doubt.held:
            Disappearance.objects.filter(pk=doubt.pk).update(held=True)
            counts["held"] += 1
        else:
            store.withdraw(article, "", now)
            doubt.delete()
            counts["withdrawn"] += 1


def _look_again(source: Source, reader: Reader, place: Place, now: datetime, counts: Counter[str]) -> None:
    waiting = Disappearance.objects.filter(
        article__source=source, held=False, since__lte=now - SECOND_LOOK_AFTER
    ).select_related("article__source")
    for doubt in list(waiting):
        answer = reader.ask(place, doubt.article.external_id)  # type: ignore[attr-defined]
        if isinstance(answer, Gone):
            counts[gone(doubt.article, answer.why, now, announced=False)] += 1
        else:
            doubt.delete()


def _compare_ids(source: Source, reader: Reader, place: Place, now: datetime, counts: Counter[str]) -> None:
    """What isn't in the site's list is asked for by id; what we never met is fetched by id."""
    there = set(reader.present_ids(place))  # type: ignore[attr-defined]
    if not there:
        raise SourceTrouble("The site lists no articles at all. Nothing was withdrawn; look at the site.")
    ours = dict(source.articles.values_list("external_id", "status"))
    set_aside = set(source.set_aside.values_list("external_id", flat=True))
    for external_id in sorted(there - set(ours) - set_aside):
        answer = reader.ask(place, external_id)  # type: ignore[attr-defined]
        if isinstance(answer, Draft):
            counts[store.take_in(source, answer, now, first_import=source.imported_at is None)] += 1
            ring("publish_feeds", "raise_alerts", "tell_partners")
    for external_id in sorted(id for id, status in ours.items() if status != "withdrawn"):
        if external_id in there:
            continue
        answer = reader.ask(place, external_id)  # type: ignore[attr-defined]
        if isinstance(answer, Gone):
            article = source.articles.get(external_id=external_id)
            counts[gone(article, answer.why, now, announced=False)] += 1


def _too_many(source: Source, asked: int, now: datetime) -> bool:
    lately = Version.objects.filter(
        kind="withdrawal", at__gt=now - WITHDRAWALS_COUNTED_FOR, article__source=source
    ).count()
    return needs_a_person(asked + lately, source.articles.published().count() + lately)

"""One article into the store: added, changed, withdrawn, released; each with its version row."""

from datetime import datetime
from typing import Literal

from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext

from service.newsroom.current import newsroom
from service.toolbox.bell import ring
from service.toolbox.errors import ServiceError

from ..models import Article, SetAside, Source, Version
from ..rules.changes import SIGNIFICANT, Decision, Standing, decide, moves_updated, says_what_it_is
from ..rules.drafts import Draft, Unreadable
from ..rules.reading import Reading, Rejected, accept
from .subjects import Subjects, subjects_of

Outcome = Literal["added", "changed", "unchanged", "set aside"]

# An export first, the live site afterwards: the same posts by the same ids. The live site knows
# better, so an export read later changes nothing of what the site has taken over.
_SAME_CMS = {"wordpress", "wxr"}
_TRIES = 3


def take_in(source: Source, draft: Draft | Unreadable, now: datetime, *, first_import: bool) -> Outcome:
    """Run twice, nothing doubles. What can't be taken in is set aside, never raised. Rings no bell:
    whoever takes in many rings once for all."""
    try:
        if isinstance(draft, Unreadable):
            raise Rejected(draft.sentence)
        outcome = _keep(source, accept(draft, newsroom(), now), now, first_import)
    except (Rejected, DataError) as error:
        _set_aside(source, draft, str(error), now)
        return "set aside"
    SetAside.objects.filter(source=source, external_id=draft.external_id).delete()
    return outcome


def withdraw(article: Article, note: str, now: datetime) -> None:
    """The guid stays, the text goes: every outlet shows a notice instead. `note` may be empty."""
    with transaction.atomic():
        locked = Article.objects.select_for_update().get(pk=article.pk)
        if locked.status == "withdrawn":
            return
        was_scheduled = locked.status == "scheduled" or locked.first_seen is None
        locked.status, locked.held_at, locked.held_by, locked.held_why = "withdrawn", None, "", ""
        if was_scheduled:  # no reader saw it, but a partner may have had it early: partners are told
            add_version(locked, "scheduled", note, now, touched={})
            ring("tell_partners")
            return
        add_version(locked, "withdrawal", note, now, locked.shelved_under())
        ring("publish_feeds", "dispatch_editions", "tell_partners")


def release_due(now: datetime) -> int:
    """Publishes what was scheduled for now or earlier. Returns how many."""
    ids = list(Article.objects.due(now).values_list("id", flat=True)[:500])
    for article_id in ids:
        with transaction.atomic():
            article = Article.objects.select_for_update().get(pk=article_id)
            if article.status != "scheduled":
                continue
            article.status, article.first_seen, article.imported = "published", now, False
            add_version(article, "published", "", now, article.shelved_under())
            ring("publish_feeds", "raise_alerts", "tell_partners")
    return len(ids)


def call_it(version: Version, kind: str, note: str, now: datetime) -> None:
    """The desk says what a silent change was: an update, or a correction with its note."""
    if kind not in ("fix", "update", "correction"):
        raise ServiceError(gettext("A change can be called a fix, an update or a correction."))
    if kind == "correction" and not note:
        raise ServiceError(gettext("A correction needs a sentence that says what was wrong."))
    with transaction.atomic():
        # no_key: whoever numbers this version for partners points a row at the article meanwhile.
        article = Article.objects.select_for_update(no_key=True).get(pk=version.article_id)
        if version.number != article.version or article.status != "published":
            raise ServiceError(gettext("Only the latest change of a published article can be called otherwise."))
        version.kind, version.note, version.at = kind, note, now
        version.carried_at = version.numbered_at = None
        version.save(update_fields=["kind", "note", "at", "carried_at", "numbered_at"])
        article.change, article.note = kind, note
        if kind in SIGNIFICANT:
            article.updated = now
        article.save(update_fields=["change", "note", "updated"])
        ring("publish_feeds", "tell_partners")


def _keep(source: Source, reading: Reading, now: datetime, first_import: bool) -> Outcome:
    if _is_current(source, reading):
        return "unchanged"
    subjects = subjects_of(reading)  # before the transaction: no two workers wait for each other's names
    for _ in range(_TRIES - 1):
        try:
            with transaction.atomic():
                return _write_down(source, reading, subjects, now, first_import)
        except IntegrityError:  # another worker brought the same article in this very moment
            continue
    with transaction.atomic():
        return _write_down(source, reading, subjects, now, first_import)


def _is_current(source: Source, reading: Reading) -> bool:
    known = source.articles.filter(external_id=reading.external_id, fingerprint=reading.fingerprint)
    return known.filter(status="published").exists()


def _write_down(source: Source, reading: Reading, subjects: Subjects, now: datetime, first_import: bool) -> Outcome:
    article = _find(source, reading)
    if article and (article.source_id != source.pk or article.killed_at):
        return "unchanged"
    standing = _standing(article) if article else None
    decision = decide(standing, reading.fingerprint, reading.change, reading.published, reading.embargo, now)
    if article and not decision.version:
        return "unchanged"
    before: dict[str, list[str]] = article.shelved_under() if article else {}
    if article is None:
        article = Article(source=source, external_id=reading.external_id, version=0, imported=first_import)
        article.guid = _guid(article, reading)
    _write(article, reading, decision, now)
    add_version(article, decision.version, reading.note, now, _both(before, subjects.shelves(article)))
    subjects.belong_to(article, new=standing is None)
    return "added" if standing is None else "changed"


def _standing(article: Article) -> Standing:
    return Standing(article.status, article.fingerprint, article.published, article.first_seen is not None)


def _find(source: Source, reading: Reading) -> Article | None:
    """The article that this is a reading of; it may be one that another source of the same CMS brought."""
    locked = Article.objects.select_for_update()
    article = locked.filter(source=source, external_id=reading.external_id).first()
    if article or not reading.guid:
        return article
    other = locked.filter(guid=reading.guid).first()
    if other is None:
        return None
    same_cms = {other.source.kind, source.kind} <= _SAME_CMS
    if same_cms and other.external_id == reading.external_id:
        if source.kind == "wordpress" or other.source.kind == "wxr":
            other.source = source
            other.save(update_fields=["source"])
        return other
    if same_cms or other.source_id == source.pk:
        return None  # two posts under one guid: the first keeps it
    raise Rejected(
        f"Its guid {reading.guid!r} already belongs to {other.title!r}, which came from {other.source.slug}. "
        "Take the story in from one source only."
    )


def _guid(article: Article, reading: Reading) -> str:
    """The CMS's, for ever; one of our own where it has none, or gave the same to another article."""
    if reading.guid and not Article.objects.filter(guid=reading.guid).exists():
        return reading.guid
    house = newsroom()
    return f"tag:{house.domain},{house.founded}:article/{article.id}"  # RFC 4151


def _write(article: Article, reading: Reading, decision: Decision, now: datetime) -> None:
    picture = reading.picture
    article.canonical_url, article.language = reading.url, reading.language
    article.translation, article.kind = reading.translation, reading.kind
    article.title, article.standfirst = reading.title, reading.standfirst
    article.body, article.original = reading.body, reading.original
    article.image_url = picture.url if picture else ""
    article.image_alt = picture.alt[:1000] if picture else ""
    article.image_credit = picture.credit[:500] if picture else ""
    article.image_may_republish = bool(picture and picture.may_republish)
    article.image_width = picture.width if picture else 0
    article.image_height = picture.height if picture else 0
    article.see_also = [{"title": link.title, "url": link.url} for link in reading.see_also]
    article.related_ids, article.related_keys = list(reading.related), None
    article.embargo = reading.embargo
    article.fingerprint = reading.fingerprint
    if decision.status == "published" and article.first_seen is None:
        article.first_seen = decision.published if article.imported else now
    if decision.version in ("scheduled", "published"):
        article.updated = decision.published
    article.published, article.status = decision.published, decision.status


def add_version(article: Article, kind: str, note: str, now: datetime, touched: dict[str, list[str]]) -> None:
    """Saves the article, which the caller has locked, with what became of it."""
    article.version += 1
    if says_what_it_is(kind):
        article.change, article.note = kind, note
    if article.first_seen and moves_updated(kind, article.status):
        article.updated = now
    article.save()
    article.versions.create(
        number=article.version,
        kind=kind,
        note=note,
        at=now,
        title=article.title,
        standfirst=article.standfirst,
        body=article.body,
        touched=touched,
    )


def _both(before: dict[str, list[str]], after: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: sorted({*before.get(name, []), *after[name]}) for name in after}


def _set_aside(source: Source, draft: Draft | Unreadable, sentence: str, now: datetime) -> None:
    kept, _ = SetAside.objects.get_or_create(
        source=source, external_id=draft.external_id[:300], defaults={"since": now, "last": now}
    )
    kept.title, kept.sentence, kept.last = draft.title.replace("\x00", "")[:500], sentence, now
    kept.save()

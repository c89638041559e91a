"""What editors do to a draft: move, pin, leave out, add, word anew, and write the letter.

A change says from which revision of the draft it was made; one that somebody else's change overtook is
refused. All of them pass through `noted`. A draft is drawn anew each time it is looked at, so corrections
and withdrawals are in it by themselves; what editors decided stays.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext

from service.appeals.actions.carried import is_silent, silence
from service.content.actions.bylines import names_in, names_of
from service.content.models import Article, ArticleQuerySet, Author
from service.delivery.rules.compiled import slots_in
from service.newsroom.current import newsroom
from service.toolbox import prose
from service.toolbox.errors import ServiceError
from service.toolbox.html import many_lines, one_line

from ..models import Change, Edition, EditionItem
from ..ordering import FIRST, Layout, Standing, layout
from ..rules import (
    HEADLINE_MOST,
    LATE_ARRIVALS,
    LETTER_HTML_MOST,
    LETTER_MOST,
    SIGNED_MOST,
    STANDFIRST_MOST,
    section_of,
)
from .approval import changed

MOVED, PINNED, UNPINNED = "moved", "pinned", "unpinned"
LEFT_OUT, PUT_BACK, ADDED, REWORDED, WROTE = "left out", "put back", "added", "reworded", "wrote"
SILENCED, MAY_ASK = "silenced", "may ask"


class Stale(ServiceError):
    """Somebody was faster. Whatever was typed must be shown again."""


@dataclass(frozen=True, slots=True)
class Hand:
    """Who changes a draft, and which revision of it they were looking at."""

    by: str
    revision: int


def noted(draft: Edition, by: str, now: datetime, what: str, about: str = "") -> None:
    """The one place through which every change of a draft passes, its row locked. What was approved no longer is."""
    draft.revision += 1
    draft.save(update_fields=["revision"])
    Change.objects.create(edition=draft, number=draft.revision, by=by, at=now, what=what, about=about[:500])
    changed(draft, by, now)


def move(edition: Edition, item: int, hand: Hand, now: datetime, *, up: bool) -> EditionItem:
    """One place. Raises ServiceError at either end."""
    with _held(edition, hand) as draft:
        order, moved = _layout(draft), _shown(draft, item)
        stepped = order.up(item) if up else order.down(item)
        if stepped is None:
            ends = gettext("It stands first already."), gettext("It stands last already.")
            raise ServiceError(ends[0] if up else ends[1])
        return _set(draft, moved, stepped, hand, now, MOVED)


def place(edition: Edition, item: int, section: str, before: int, hand: Hand, now: datetime) -> EditionItem:
    """Before that story of the section, or at its end where it has none such."""
    with _held(edition, hand) as draft:
        order, moved = _layout(draft), _shown(draft, item)
        if not order.may_stand(item, section):
            raise ServiceError(gettext("That section is for another kind of story."))
        return _set(draft, moved, order.put(item, section, before), hand, now, MOVED)


def pin(edition: Edition, item: int, hand: Hand, now: datetime) -> EditionItem:
    """To the end of those that are pinned, before every section."""
    with _held(edition, hand) as draft:
        return _set(draft, _shown(draft, item), _layout(draft).put(item, FIRST), hand, now, PINNED)


def unpin(edition: Edition, item: int, hand: Hand, now: datetime) -> EditionItem:
    """Back to the head of its own section."""
    with _held(edition, hand) as draft:
        order, moved = _layout(draft), _shown(draft, item)
        first = next((one for one in order.rows[moved.section] if one != item), None)
        return _set(draft, moved, order.put(item, moved.section, first), hand, now, UNPINNED)


def leave_out(edition: Edition, item: int, hand: Hand, now: datetime) -> EditionItem:
    """For good: no later draft takes it in either, unless somebody adds it."""
    return _leave(edition, item, hand, now, LEFT_OUT, out=True)


def put_back(edition: Edition, item: int, hand: Hand, now: datetime) -> EditionItem:
    return _leave(edition, item, hand, now, PUT_BACK, out=False)


def add(edition: Edition, article: UUID, hand: Hand, now: datetime) -> EditionItem:
    """One of the period or an older one, at the end of its section; one that was left out comes back."""
    with _held(edition, hand) as draft:
        found = Article.objects.published().in_language(draft.language).filter(pk=article).first()
        if found is None:
            raise ServiceError(gettext("Only a published article in the letter's language can be added."))
        known = draft.items.filter(article=found).first()
        if known and not known.left_out:
            raise ServiceError(gettext("That article is in this draft already."))
        if known:
            known.left_out = False
            known.save(update_fields=["left_out"])
        added = known or _append(draft, found)
        noted(draft, hand.by, now, ADDED, str(added))
        return added


def take_in_late(edition: Edition, hand: Hand, now: datetime) -> int:
    """All that came since it was drafted. Returns how many; what was left out is not among them."""
    with _held(edition, hand) as draft:
        titles = [str(_append(draft, article)) for article in latecomers(draft, now)]
        if titles:
            noted(draft, hand.by, now, ADDED, " · ".join(titles))
        return len(titles)


def reword(edition: Edition, item: int, headline: str, standfirst: str, hand: Hand, now: datetime) -> EditionItem:
    """In this letter alone; "" takes the article's own again."""
    with _held(edition, hand) as draft:
        told = draft.items.select_related("article").filter(pk=item).first() or _missing()
        about = str(told)
        told.headline = _line(headline, HEADLINE_MOST, gettext("The headline"))
        told.standfirst = _line(standfirst, STANDFIRST_MOST, gettext("The standfirst"))
        told.worded_for = told.article.version if told.headline or told.standfirst else None
        told.save(update_fields=["headline", "standfirst", "worded_for"])
        noted(draft, hand.by, now, REWORDED, about)
        return told


def write(edition: Edition, letter: str, signed: str, hand: Hand, now: datetime) -> None:
    """The editor's letter, in Markdown, and who signs it; "" for none."""
    with _held(edition, hand) as draft:
        draft.letter = fit_letter(letter)
        draft.signed = _line(signed, SIGNED_MOST, gettext("The name"))
        draft.save(update_fields=["letter", "signed"])
        noted(draft, hand.by, now, WROTE)


def keep_from_asking(edition: Edition, by: str, now: datetime, *, silent: bool) -> None:
    """Whether that letter asks anybody for a donation; alerts that wait are drafts too."""
    with transaction.atomic():
        draft = Edition.objects.select_for_update().get(pk=edition.pk)
        if draft.state != "drafted":
            raise ServiceError(gettext("Only a draft can be changed."))
        if is_silent(draft.slug) != silent:
            silence(draft.slug, silent=silent)
            noted(draft, by, now, SILENCED if silent else MAY_ASK)


def latecomers(edition: Edition, now: datetime) -> ArticleQuerySet:
    """What such a draft would hold besides, were it drafted now: nothing that stands in a letter already or
    was left out of one."""
    if not edition.period_start or not edition.period_end:
        return Article.objects.none()
    if edition.by_date:
        came = Article.objects.published_between(edition.period_start, edition.period_end)
    else:
        came = Article.objects.first_seen_between(edition.period_end - LATE_ARRIVALS, now)
    told = Edition.objects.weekly(edition.language).reached_readers()
    return came.published().in_language(edition.language).exclude(in_editions__edition__in=told).newest_first()


def offers(edition: Edition, words: str) -> ArticleQuerySet:
    """What can be added, the newest first; `had` is when readers last got it in a digest, or None."""
    sent = EditionItem.objects.filter(article=OuterRef("pk"), left_out=False, edition__in=Edition.objects.public())
    there = Article.objects.published().in_language(edition.language).exclude(in_editions__edition=edition)
    found = there.called(words) if words.strip() else there
    return found.annotate(
        had=Subquery(sent.order_by("-edition__approved_at").values("edition__approved_at")[:1])
    ).newest_first()


@contextmanager
def _held(edition: Edition, hand: Hand) -> Iterator[Edition]:
    """The draft's row, locked. Raises Stale, or ServiceError where it is none any more."""
    with transaction.atomic():
        draft = Edition.objects.select_for_update().get(pk=edition.pk)
        if draft.state != "drafted" or draft.kind != "weekly":
            raise ServiceError(gettext("Only the draft of a digest can be changed; this is none any more."))
        if draft.revision != hand.revision:
            raise Stale(_overtaken(draft, hand))
        yield draft


def _overtaken(draft: Edition, hand: Hand) -> str:
    last = draft.changes.first()
    if last is None or last.by == hand.by:
        return gettext(
            "You have changed this draft in another window since. Look at it as it is now, then do this again."
        )
    told = gettext("%(by)s has changed this draft since you opened it. Look at it as it is now, then do this again.")
    return told % {"by": last.by}


def _layout(draft: Edition) -> Layout:
    shown = list(draft.shown_items.select_related("article"))
    told = [Standing(one.pk, one.article.kind, FIRST if one.pinned else one.section) for one in shown]
    return layout(told, [*newsroom().sections, *(one.section for one in shown)])


def _shown(draft: Edition, item: int) -> EditionItem:
    return draft.shown_items.select_related("article").filter(pk=item).first() or _missing()


def _missing() -> EditionItem:
    raise ServiceError(gettext("That story is not in this draft."))


def _set(draft: Edition, moved: EditionItem, order: Layout, hand: Hand, now: datetime, what: str) -> EditionItem:
    """Writes where everything stands."""
    items = {one.pk: one for one in draft.shown_items}
    for section, ids in order.rows.items():
        for position, id in enumerate(ids):
            one = items[id]
            one.position, one.pinned = position, section == FIRST
            if not one.pinned and one.section != section:
                one.section, one.section_order = section, _order_of(section)
    EditionItem.objects.bulk_update(items.values(), ["position", "pinned", "section", "section_order"])
    noted(draft, hand.by, now, what, str(moved))
    return items[moved.pk]


def _leave(edition: Edition, item: int, hand: Hand, now: datetime, what: str, *, out: bool) -> EditionItem:
    with _held(edition, hand) as draft:
        told = draft.items.select_related("article").filter(pk=item).first() or _missing()
        told.left_out = out
        told.save(update_fields=["left_out"])
        noted(draft, hand.by, now, what, str(told))
        return told


def _append(draft: Edition, article: Article) -> EditionItem:
    section = section_of(article.kind, newsroom().sections)
    return draft.items.create(
        article=article,
        section=section,
        section_order=_order_of(section),
        position=draft.items.filter(section=section).count(),
    )


def _order_of(section: str) -> int:
    return [*newsroom().sections, "briefs", section].index(section)


def _line(text: str, most: int, name: str) -> str:
    return _checked(one_line(text), most, name)


def fit_letter(text: str) -> str:
    """As it is kept. Raises ServiceError that says what can't stand in one."""
    name = gettext("The letter")
    letter = _checked(many_lines(text), LETTER_MOST, name)
    _checked(prose.to_text(letter), LETTER_HTML_MOST, name)
    if len(prose.to_html(letter)) > LETTER_HTML_MOST:
        raise ServiceError(gettext("The letter has too many marks in it. Write it with fewer."))
    return letter


def _checked(text: str, most: int, name: str) -> str:
    """Whoever writes is told what can't stand in a letter; nothing is cut off silently."""
    if len(text) > most:
        told = gettext("%(name)s has %(count)d characters; it may have %(most)d.")
        raise ServiceError(told % {"name": name, "count": len(text), "most": most})
    if slots_in(text):
        raise ServiceError(gettext("%(name)s holds a mark that Byline puts into letters itself.") % {"name": name})
    if names_in([text], names_of(Author.objects.withheld())):
        raise ServiceError(gettext("%(name)s names somebody whose name is withheld.") % {"name": name})
    return text

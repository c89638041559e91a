"""How far a notice has got: 'N pulled it, M answered, K pages are still live', and partner by partner."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F
from django.utils.translation import gettext, gettext_noop, ngettext

from service.delivery.models import Message

from ..models import Notice, Republication, Told
from ..rules.looking import is_resolved
from .telling import address_of, mailings_of
from .writing import PREFIX

LIVE, GONE = gettext_noop("still live"), gettext_noop("gone")
MENDED, UNKNOWN = gettext_noop("in order"), gettext_noop("not seen yet")


@dataclass(frozen=True, slots=True)
class Page:
    url: str
    state: str
    page: Republication


@dataclass(frozen=True, slots=True)
class Who:
    """One that was told; `name` is "" where it is not a partner. `mail` is the state of the last letter's
    message, "" where there is none."""

    told: Told
    name: str
    address: str
    pulled: bool
    mail: str
    pages: Sequence[Page]


@dataclass(frozen=True, slots=True)
class Standing:
    everyone: Sequence[Who]
    others: Sequence[Page]

    @property
    def pulled(self) -> int:
        return sum(one.pulled for one in self.everyone)

    @property
    def answered(self) -> int:
        return sum(one.told.acknowledged is not None for one in self.everyone)

    @property
    def live(self) -> int:
        return self._pages(LIVE)

    @property
    def unseen(self) -> int:
        return self._pages(UNKNOWN)

    @property
    def sentence(self) -> str:
        """`2 pulled it, 3 were told, 1 answered; 1 page is still live, 2 were not seen yet.`"""
        told = gettext("%(pulled)d pulled it, %(told)d were told, %(answered)d answered") % {
            "pulled": self.pulled,
            "told": len(self.everyone),
            "answered": self.answered,
        }
        still = ngettext("%(count)d page is still live", "%(count)d pages are still live", self.live)
        still %= {"count": self.live}
        if not self.unseen:
            return f"{told}; {still}."
        new = ngettext("%(count)d was not seen yet", "%(count)d were not seen yet", self.unseen)
        return f"{told}; {still}, {new % {'count': self.unseen}}."

    def _pages(self, state: str) -> int:
        every = [page for one in self.everyone for page in one.pages] + list(self.others)
        return sum(page.state == state for page in every)


def standing(notice: Notice) -> Standing:
    """Who has not answered comes first. `others` are pages of nobody whom we could tell."""
    answered = F("acknowledged").asc(nulls_first=True)
    everyone = list(notice.told.select_related("partner").order_by(answered, "id"))
    article = notice.version.article
    pulled = set(article.pulls.values_list("partner", flat=True))
    mails, pages = _mails(everyone), _pages(notice)
    who = [_who(told, told.partner_id in pulled, mails, pages) for told in everyone]
    return Standing(who, [page for rest in pages.values() for page in rest])


def _who(told: Told, pulled: bool, mails: dict[int, str], pages: dict[object, list[Page]]) -> Who:
    return Who(
        told=told,
        name=told.partner.name if told.partner else "",
        address=address_of(told),
        pulled=pulled,
        mail=mails.get(told.pk, ""),
        pages=pages.pop(told.partner_id or told.contact, []),
    )


def _mails(everyone: Sequence[Told]) -> dict[int, str]:
    """By the keys of the letters that reminders wrote, the last one's state."""
    keys = {f"{PREFIX}{mailings_of(told)}{number}": told.pk for told in everyone for number in range(told.letters)}
    rows = Message.objects.filter(mailing__key__in=list(keys)).order_by("id")
    return {keys[key]: state for key, state in rows.values_list("mailing__key", "state")}


def _pages(notice: Notice) -> dict[object, list[Page]]:
    """By partner, else by whoever reported it."""
    found: dict[object, list[Page]] = defaultdict(list)
    for row in Republication.objects.filter(article=notice.version.article_id).order_by("id"):
        found[row.partner_id or row.contact].append(Page(row.url, _state(notice, row), row))
    return found


def _state(notice: Notice, row: Republication) -> str:
    if row.live is False:
        return GONE
    if row.checked is None or row.checked < notice.at or row.live is None:
        return UNKNOWN
    return MENDED if row.current and is_resolved(notice.kind, live=True, current=True) else LIVE

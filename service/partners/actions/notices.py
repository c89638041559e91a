"""A correction, a withdrawal or a byline taken off becomes a notice to whoever carries the article."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet

from service.content.actions.bylines import withheld_from
from service.content.models import Article, Version
from service.toolbox.bell import ring

from ..models import Notice, Partner, Republication, Told
from ..rules.telling import CORRECTION, KINDS, WITHDRAWAL, superseded

log = structlog.get_logger(__name__)

OWED_FOR = timedelta(days=30)  # a stopped worker catches up on so much; an archive's old corrections tell nobody
STILL_PULLED = timedelta(hours=1)  # an answer under way when it came to be is written down within this
OPEN_FOR = timedelta(days=90)
AT_ONCE = 100


def make_notices(now: datetime) -> int:
    """A row for each version that has none; and whoever turns out later to carry one that is still open
    is added to it. Returns how many are new."""
    made = sum(_make(version, now) for version in _owed(now))
    for notice in _to_look_through(now):
        _add_told(notice, now)
    return made


def tell_of_open(article: Article, now: datetime) -> None:
    """In a transaction. Whoever is known only now to carry it hears of what became of it lately."""
    for notice in Notice.objects.filter(version__article=article, at__gt=now - OPEN_FOR).select_related("version"):
        _add_told(notice, now)


def is_pointless(notice: Notice) -> bool:
    """What came of the article since makes it so."""
    article = notice.version.article
    later = set(article.versions.filter(number__gt=notice.version.number).values_list("kind", flat=True))
    return superseded(notice.kind, later, withheld=bool(withheld_from(article)))


def _owed(now: datetime) -> Iterable[Version]:
    last = Q(number=F("article__version"), article__pulls__isnull=False)
    unpublished = Q(kind="scheduled", article__status="withdrawn") & last  # some partners had it early
    owed = Version.objects.filter(Q(kind__in=KINDS) | unpublished, at__gt=now - OWED_FOR, notice=None).distinct()
    owed = owed.exclude(kind=CORRECTION, article__status="held")
    return owed.select_related("article").defer("body", "article__body", "article__original").order_by("at")[:AT_ONCE]


def _make(version: Version, now: datetime) -> int:
    try:
        with transaction.atomic():
            kind = version.kind if version.kind in KINDS else WITHDRAWAL
            notice = Notice.objects.create(version=version, kind=kind, at=version.at)
            told = _add_told(notice, now)
            Republication.objects.filter(article=version.article_id).update(check_after=now, current=None)
    except IntegrityError:  # another worker was faster
        return 0
    ring("call_hooks", "check_republications")
    log.info("partners are told", kind=notice.kind, article=version.article.key, told=told)
    return 1


def _to_look_through(now: datetime) -> QuerySet[Notice]:
    """The newest, and those whose article was reported somewhere since."""
    fresh = Q(at__gt=now - STILL_PULLED)
    reported = Q(version__article__republications__reported__gte=F("at"))
    return Notice.objects.filter(fresh | reported, at__gt=now - OPEN_FOR).select_related("version").distinct()


def _add_told(notice: Notice, now: datetime) -> int:
    """Each once. Their first letter is owed from now on."""
    article = notice.version.article_id
    before = Q(version__lt=notice.version.number) | Q(first__lte=notice.version.at)
    used = Republication.objects.filter(article=article)
    partners = set(notice.version.article.pulls.filter(before).values_list("partner", flat=True))
    partners |= set(used.exclude(partner=None).values_list("partner", flat=True))
    partners -= set(notice.told.values_list("partner", flat=True))
    contacts = set(used.filter(partner=None).exclude(contact="").values_list("contact", flat=True))
    contacts -= set(notice.told.filter(partner=None).values_list("contact", flat=True))
    hooked = set(Partner.objects.filter(pk__in=partners).exclude(hook_url="").values_list("pk", flat=True))
    rows = [Told(notice=notice, partner_id=pk, due=now, hook_due=now if pk in hooked else None) for pk in partners]
    rows += [Told(notice=notice, contact=contact, due=now) for contact in contacts]
    Told.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)

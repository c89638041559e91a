"""Who may republish, on what terms, what they chose, and what they pulled."""

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from service.content.models import Article, Author, Version

from .rules.admission import Standing
from .rules.looking import FAULTS
from .rules.selection import Selection
from .rules.telling import ANSWERS, BYLINE, CORRECTION, MAKE_POINTLESS, NAMED

PULLS_KEPT = timedelta(days=3 * 365)
LOOKS_KEPT = timedelta(days=365)
CONTACT_KEPT = timedelta(days=2 * 365)  # from the report
CONTACT_KEPT_WHEN_GONE = timedelta(days=30)  # from the look that saw the page gone


class PartnerQuerySet(models.QuerySet["Partner"]):
    def with_standing(self, now: datetime) -> "PartnerQuerySet":
        """Each with `last_pull`, `keys_live` and `notices_open`: those that it has not answered."""
        mine = OuterRef("pk")
        live = Key.objects.live(now).filter(partner=mine)
        unanswered = Told.objects.filter(partner=mine, acknowledged=None)
        last = Pull.objects.filter(partner=mine).order_by("-last").values("last")[:1]
        return self.annotate(last_pull=Subquery(last), keys_live=_count(live), notices_open=_count(unanswered))


def _count(rows: models.QuerySet[Any]) -> Coalesce:
    """Of one partner's rows, as a subquery."""
    return Coalesce(Subquery(rows.order_by().values("partner").annotate(n=Count("pk")).values("n")), 0)


class Partner(models.Model):
    """An organisation that republishes. What it may have stands here; what it wants, in its feeds."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    domains = models.JSONField(default=list, blank=True, help_text='Where it publishes, e.g. ["diario.example"].')
    country = models.CharField(max_length=2, blank=True, help_text="ISO 3166-1, e.g. PE.")
    language = models.CharField(max_length=10, help_text="In which we write to it.")
    corrections_to = models.EmailField(help_text="Hears at once of corrections and withdrawals.")
    legal_to = models.EmailField(blank=True)
    images = models.BooleanField(default=False, help_text="May have pictures whose rights allow it.")
    lead_minutes = models.PositiveIntegerField(
        default=0, help_text="How long before publication it may have an article, by API alone."
    )
    donation_call = models.BooleanField(default=True, help_text="Copies carry our donation call.")
    hook_url = models.URLField(max_length=500, blank=True, help_text="Is told of changes, signed. Optional.")
    requests_per_hour = models.PositiveIntegerField(default=600)
    terms_version = models.CharField(max_length=20, blank=True)
    terms_accepted_at = models.DateTimeField(null=True, blank=True)
    suspended_at = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField()

    objects = PartnerQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class PartnerFeed(models.Model):
    """What a partner wants under one name; its filters, as lists of slugs."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="feeds")
    name = models.SlugField(max_length=60)
    languages = models.JSONField(default=list, blank=True)
    topics = models.JSONField(default=list, blank=True, help_text="Empty: all.")
    countries = models.JSONField(default=list, blank=True, help_text='ISO codes, e.g. ["pe"]. Empty: all.')
    kinds = models.JSONField(default=list, blank=True, help_text="Empty: all.")
    not_topics = models.JSONField(default=list, blank=True)
    not_countries = models.JSONField(default=list, blank=True)
    not_kinds = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partner", "name"], name="one_partner_feed")]

    def __str__(self) -> str:
        return f"{self.partner}: {self.name}"

    @property
    def selection(self) -> Selection:
        return Selection(**{name: tuple(getattr(self, name)) for name in Selection.__slots__})


class KeyQuerySet(models.QuerySet["Key"]):
    def live(self, now: datetime) -> "KeyQuerySet":
        return self.filter(Q(expires=None) | Q(expires__gt=now), revoked=None)


class Key(models.Model):
    """Kept as a digest; `prefix` is how the desk, the partner and the logs name it."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="keys")
    label = models.CharField(max_length=100, blank=True, help_text="Where it is used, e.g. the website.")
    prefix = models.CharField(max_length=8, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    scopes = models.JSONField(default=list)
    created = models.DateTimeField()
    expires = models.DateTimeField(null=True, blank=True)
    revoked = models.DateTimeField(null=True, blank=True)
    used_on = models.DateField(null=True, editable=False)

    objects = KeyQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.prefix}…"

    @property
    def standing(self) -> Standing:
        partner = self.partner
        accepted = partner.terms_accepted_at is not None
        return Standing(self.revoked, self.expires, tuple(self.scopes), partner.suspended_at, accepted)


class Allowance(models.Model):
    """How many answers a partner may still ask for now; it fills up again with time (rules/allowance.py)."""

    partner = models.OneToOneField(Partner, on_delete=models.CASCADE, related_name="allowance")
    left = models.FloatField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.partner}: {self.left:.0f}"


class PullQuerySet(models.QuerySet["Pull"]):
    def outlived(self, now: datetime) -> "PullQuerySet":
        """Older than what we state that we keep."""
        return self.filter(last__lt=now - PULLS_KEPT)


class Pull(models.Model):
    """That a partner was given an article in a version: whom to tell when it is corrected or withdrawn."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="pulls")
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="pulls")
    version = models.PositiveIntegerField()
    way = models.CharField(max_length=10, help_text="feed or api")
    times = models.PositiveIntegerField(default=1)
    first = models.DateTimeField()
    last = models.DateTimeField()

    objects = PullQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "article", "version", "way"], name="one_count_of_pulls")
        ]

    def __str__(self) -> str:
        return f"{self.partner} has version {self.version} of {self.article}"


class Counter(models.Model):
    """One row. Whoever numbers changes holds it locked until commit, so a number that can be read has no
    lower one still to come."""

    last = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.last)


class Change(models.Model):
    """What became of an article, numbered in the order in which it became known: the cursor of the
    change feed. With a `partner` it is that partner's alone: their filter no longer lets it through, or now
    does."""

    KINDS = [(kind, kind) for kind in ("created", "updated", "corrected", "withdrawn", "restored")]
    KINDS += [("byline removed", "byline removed"), ("deselected", "deselected")]

    number = models.BigIntegerField(primary_key=True)
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="changes")
    version = models.ForeignKey(Version, on_delete=models.CASCADE, null=True, related_name="changes")
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, null=True, related_name="changes")
    kind = models.CharField(max_length=20, choices=KINDS)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["article", "number"], name="change_article")]

    def __str__(self) -> str:
        return f"{self.number}: {self.article} {self.kind}"


class RepublicationQuerySet(models.QuerySet["Republication"]):
    def due(self, now: datetime) -> "RepublicationQuerySet":
        return self.filter(check_after__lte=now).order_by("check_after")

    def to_decide(self) -> "RepublicationQuerySet":
        """With faults, and nobody has seen to it since they were found."""
        last = Look.objects.filter(republication=OuterRef("pk")).order_by("-at").values("mailed_at")[:1]
        return self.annotate(mailed=Subquery(last)).filter(outcome=FAULTS, settled_at=None, mailed=None)

    def still_live(self) -> "RepublicationQuerySet":
        """Our text stands there, as far as the last look could tell."""
        return self.filter(live=True)

    def contact_outlived(self, now: datetime) -> "RepublicationQuerySet":
        """A reporter's mailbox has had its time: two years after the report, or a month after the page was
        seen to be gone."""
        gone = Q(live=False, gone_since__lt=now - CONTACT_KEPT_WHEN_GONE)
        return self.exclude(contact="").filter(Q(reported__lt=now - CONTACT_KEPT) | gone)


class Republication(models.Model):
    """A page elsewhere that carries an article, however we heard of it."""

    WAYS = [("form", "form"), ("api", "API"), ("mail", "mail"), ("desk", "desk")]

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="republications")
    partner = models.ForeignKey(Partner, on_delete=models.SET_NULL, null=True, related_name="republications")
    url = models.URLField(max_length=1000)
    heard_by = models.CharField(max_length=10, choices=WAYS)
    organisation = models.CharField(max_length=200, blank=True)
    country = models.CharField(max_length=2, blank=True)
    contact = models.EmailField(blank=True, help_text="Whoever reported it; hears of corrections.")
    reported = models.DateTimeField()
    check_after = models.DateTimeField(null=True, db_index=True)
    checked = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True, help_text="well, faults, gone, unreachable, other")
    gone_since = models.DateTimeField(null=True, editable=False, help_text="Since which look our text is away.")
    live = models.BooleanField(null=True, help_text="Whether our text stands there, at the last look.")
    current = models.BooleanField(null=True, help_text="Whether it is as it should be since the last notice.")
    settled_at = models.DateTimeField(null=True, editable=False, help_text="When the desk had seen to it.")
    settled_by = models.CharField(max_length=150, blank=True, editable=False)

    objects = RepublicationQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "url"], name="one_republication")]

    def __str__(self) -> str:
        return self.url


class LookQuerySet(models.QuerySet["Look"]):
    def outlived(self, now: datetime) -> "LookQuerySet":
        return self.filter(at__lt=now - LOOKS_KEPT)


class Look(models.Model):
    """One check of a republication, with what was found. `repair` is the HTML to paste."""

    republication = models.ForeignKey(Republication, on_delete=models.CASCADE, related_name="looks")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=20)
    findings = models.JSONField(default=list)
    repair = models.TextField(blank=True)
    mailed_at = models.DateTimeField(null=True, help_text="When the desk had the repair mailed.")

    objects = LookQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.republication} {self.at:%Y-%m-%d}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unanswered(self) -> "NoticeQuerySet":
        """By one at least of those who were told; but for what something later made pointless."""
        silent = Told.objects.filter(notice=OuterRef("pk"), acknowledged=None)
        return self.filter(~self._superseded(), Exists(silent))

    def pointless(self) -> "NoticeQuerySet":
        """What came of the article since makes them so."""
        return self.filter(self._superseded())

    @staticmethod
    def _superseded() -> Q:
        """The same as rules.telling.superseded."""
        anew = Q(kind__in=MAKE_POINTLESS) | Q(kind=OuterRef("kind"))
        later = Version.objects.filter(article=OuterRef("version__article"), number__gt=OuterRef("version__number"))
        withheld = Author.objects.withheld().filter(articles=OuterRef("version__article"))
        named = Q(Exists(later.filter(kind=NAMED)), ~Exists(withheld), kind=BYLINE)
        return Q(Exists(later.filter(anew))) | named


class Notice(models.Model):
    """Partners must hear of it: a correction, a withdrawal, or a byline taken off."""

    KINDS = [("correction", "correction"), ("withdrawal", "withdrawal"), ("byline", "byline removed")]

    version = models.OneToOneField(Version, on_delete=models.CASCADE, related_name="notice")
    kind = models.CharField(max_length=20, choices=KINDS)
    at = models.DateTimeField()

    objects = NoticeQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.kind} of {self.version.article}"


class ToldQuerySet(models.QuerySet["Told"]):
    def due(self, now: datetime) -> "ToldQuerySet":
        """A letter, a reminder or a word to the desk is owed."""
        return self._to_be_told().filter(due__lte=now, acknowledged=None).order_by("due", "id")

    def hook_due(self, now: datetime) -> "ToldQuerySet":
        return self._to_be_told().filter(hook_due__lte=now, hooked=None).order_by("hook_due", "id")

    def pointless(self) -> "ToldQuerySet":
        return self.filter(notice__in=Notice.objects.pointless())

    def _to_be_told(self) -> "ToldQuerySet":
        """A correction's letter holds the story's words: while that is held, it waits."""
        return self.exclude(notice__kind=CORRECTION, notice__version__article__status="held")

    def answered(self) -> "ToldQuerySet":
        return self.exclude(acknowledged=None)


class Told(models.Model):
    """Whoever carries an article, and how far a notice has got with them: a partner that was given any
    version of it or reported a use, or with no `partner` the one who reported it, by `contact`."""

    ANSWERS = [(answer, answer) for answer in ANSWERS]

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="told")
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, null=True, related_name="told")
    contact = models.EmailField(blank=True)
    due = models.DateTimeField(null=True, db_index=True, help_text="The next letter or reminder; empty: none.")
    letters = models.PositiveIntegerField(default=0)
    hook_due = models.DateTimeField(null=True, db_index=True)
    hook_failures = models.PositiveIntegerField(default=0)
    hook_trouble = models.TextField(blank=True)
    hooked = models.DateTimeField(null=True)
    acknowledged = models.DateTimeField(null=True)
    acknowledged_by = models.CharField(max_length=10, blank=True, help_text="link, api or desk")
    answer = models.CharField(max_length=20, choices=ANSWERS, blank=True)

    objects = ToldQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "partner"], name="told_once"),
            models.UniqueConstraint(fields=["notice", "contact"], condition=Q(partner=None), name="reporter_told_once"),
        ]

    def __str__(self) -> str:
        return f"{self.partner or self.contact}: {self.notice}"

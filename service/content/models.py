"""The content store: what the CMS publishes, corrects and withdraws."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import reduce
from operator import and_, or_

from django.db import models
from django.db.models import OuterRef, Prefetch, Q, Subquery

from service.newsroom.current import newsroom

from .rules.places import country_name, slugify

NOTICE_STAYS = timedelta(days=90)
KEY_DIGITS = 12
CHANGE_IS_NEWS = timedelta(days=30)


class Named(models.Model):
    """A row with a slug and a name per language, e.g. {"en": "Customs", "es": "Aduanas"}."""

    slug = models.SlugField(max_length=200, unique=True)
    names = models.JSONField(default=dict)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.slug

    def name(self, language: str) -> str:
        return str(self.names.get(language) or next(iter(self.names.values()), self.slug))


class AuthorQuerySet(models.QuerySet["Author"]):
    def withheld(self) -> "AuthorQuerySet":
        return self.exclude(withheld_at=None)

    def called(self, words: str) -> "AuthorQuerySet":
        """Whose slug or name, in any language, has each of these words."""
        fields = ["slug", *(f"names__{language}" for language in newsroom().languages)]
        each = (reduce(or_, (Q(**{f"{field}__icontains": word}) for field in fields)) for word in words.split())
        return self.filter(reduce(and_, each, Q()))


class Author(Named):
    """With `withheld_at`, no outlet names this person any more, whatever the CMS goes on to say."""

    withheld_at = models.DateTimeField(null=True, editable=False)

    objects = AuthorQuerySet.as_manager()

    def is_called(self, name: str) -> bool:
        """In any language, accents and capitals aside."""
        return slugify(name) in {slugify(one) for one in self.names.values()}


class Topic(Named):
    """What stories are about, as the CMS has it."""


class Country(Named):
    """`slug` is the ISO 3166-1 alpha-2 code in lower case."""

    class Meta(Named.Meta):
        verbose_name_plural = "countries"

    @property
    def code(self) -> str:
        return self.slug.upper()

    def name(self, language: str) -> str:
        return str(self.names.get(language) or country_name(self.code, language))


class Term(models.Model):
    """A category or tag under the CMS's own address: /tag/<slug>/, /category/<slug>/."""

    taxonomy = models.CharField(max_length=20)
    slug = models.CharField(max_length=200)
    name = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["taxonomy", "slug"], name="one_term")]

    def __str__(self) -> str:
        return f"{self.taxonomy}/{self.slug}"


class Source(models.Model):
    """Where articles come from, as an operator configured it. A run leaves its cursor and, if it
    went wrong, one sentence here."""

    KINDS = [("wordpress", "WordPress"), ("wxr", "WordPress export"), ("markdown", "Markdown folder")]
    KINDS += [("feed", "RSS or Atom feed")]

    slug = models.SlugField(max_length=100, unique=True)
    kind = models.CharField(max_length=20, choices=KINDS)
    address = models.CharField(max_length=500, help_text="A web address, or a file or folder.")
    language = models.CharField(max_length=10, help_text="Of articles that don't say theirs.")
    active = models.BooleanField(default=True, help_text="Pulled by the clock.")
    cursor = models.CharField(max_length=200, blank=True, editable=False)
    imported_at = models.DateTimeField(null=True, editable=False)
    pulled_at = models.DateTimeField(null=True, editable=False)
    compared_at = models.DateTimeField(null=True, editable=False)
    leased_until = models.DateTimeField(null=True, editable=False)
    trouble = models.TextField(blank=True, editable=False)
    failing_since = models.DateTimeField(null=True, editable=False, help_text="The first reading of those that failed.")

    def __str__(self) -> str:
        return self.slug


class ArticleQuerySet(models.QuerySet["Article"]):
    def published(self) -> "ArticleQuerySet":
        return self.filter(status="published")

    def with_key(self, words: str) -> "ArticleQuerySet":
        """By Article.key, or by the whole id; none for what is neither."""
        digits = words.replace("-", "").lower()
        if len(digits) not in (KEY_DIGITS, 32) or not set(digits) <= set("0123456789abcdef"):
            return self.none()
        return self.filter(id__gte=uuid.UUID(digits.ljust(32, "0")), id__lte=uuid.UUID(digits.ljust(32, "f")))

    def called(self, words: str) -> "ArticleQuerySet":
        """Whose title has each of these words, whose address has them all, or whose id or key they are."""
        words = words.replace("\x00", "").strip()
        titled = reduce(and_, (Q(title__icontains=word) for word in words.split()), Q())
        known = Q(canonical_url__icontains=words) | Q(guid=words) | Q(external_id=words)
        return self.filter(titled | known | Q(pk__in=Article.objects.with_key(words).values("pk")))

    def in_language(self, language: str) -> "ArticleQuerySet":
        return self.filter(language=language)

    def newest_first(self) -> "ArticleQuerySet":
        return self.order_by("-published", "-id")

    def came_out(self) -> "ArticleQuerySet":
        """Published at some time: neither scheduled nor taken down before its hour."""
        return self.exclude(first_seen=None).exclude(status="scheduled")

    def perhaps_given(self) -> "ArticleQuerySet":
        """Came out, or a partner may have it early. Taken down before its hour, it is nobody's any more."""
        return self.exclude(first_seen=None, status="withdrawn")

    def seen(self) -> "ArticleQuerySet":
        """Of those, what may be spoken of: not what is held."""
        return self.came_out().exclude(status="held")

    def held(self) -> "ArticleQuerySet":
        return self.filter(status="held")

    def due(self, now: datetime) -> "ArticleQuerySet":
        """Scheduled, and their hour has come."""
        late_embargo = Q(embargo__gt=now)
        return self.filter(status="scheduled", published__lte=now).exclude(late_embargo)

    def shown(self, now: datetime) -> "ArticleQuerySet":
        """What feeds carry: the published, and for 90 days the notice of a withdrawn one. What never came
        out has no notice."""
        notice = Q(status="withdrawn", updated__gt=now - NOTICE_STAYS, first_seen__isnull=False)
        return self.filter(Q(status="published") | notice)

    def told_lately(self, now: datetime) -> "ArticleQuerySet":
        """Shown, and changed in a way that whoever read it must hear of: withdrawn within 90 days, or
        corrected, restored or left without a name within 30. `told_at` is when; the latest first."""
        told = Version.objects.filter(kind__in=MUST_BE_HEARD)
        last = told.filter(article=OuterRef("pk")).order_by("-at").values("at")[:1]
        lately = self.shown(now).filter(pk__in=told.filter(at__gt=now - NOTICE_STAYS).values("article"))
        return (
            lately.annotate(told_at=Subquery(last))
            .filter(Q(status="withdrawn") | Q(told_at__gt=now - CHANGE_IS_NEWS))
            .order_by("-told_at", "-id")
        )

    def first_seen_between(self, start: datetime, end: datetime) -> "ArticleQuerySet":
        return self.filter(first_seen__gte=start, first_seen__lt=end)

    def published_between(self, start: datetime, end: datetime) -> "ArticleQuerySet":
        return self.filter(published__gte=start, published__lt=end)

    def complete(self) -> "ArticleQuerySet":
        """With all that an outlet shows of an article, in a handful of queries."""
        told = Prefetch("versions", Version.objects.told(), to_attr="told_with_it")
        return self.prefetch_related("authorships__author", "topics", "countries", told)


class Article(models.Model):
    """`published` never moves once a reader saw it; `updated` moves only for what the editor calls
    significant; `first_seen` is when Byline first saw it published (for a first import: `published`).
    Held, it is in no outlet, without a word of why: see actions/holding.py."""

    STATES = [("scheduled", "scheduled"), ("published", "published"), ("held", "held"), ("withdrawn", "withdrawn")]

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="articles")
    external_id = models.CharField(max_length=300)
    guid = models.CharField(max_length=500, unique=True)
    canonical_url = models.URLField(max_length=1000)
    language = models.CharField(max_length=10)
    translation = models.CharField(max_length=200, blank=True, db_index=True)
    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=500)
    standfirst = models.TextField(blank=True)
    body = models.TextField()
    original = models.TextField()
    authors = models.ManyToManyField(Author, through="Authorship", related_name="articles")
    topics = models.ManyToManyField(Topic, blank=True, related_name="articles")
    countries = models.ManyToManyField(Country, blank=True, related_name="articles")
    terms = models.ManyToManyField(Term, blank=True, related_name="articles")
    image_url = models.URLField(max_length=1000, blank=True)
    image_alt = models.CharField(max_length=1000, blank=True)
    image_credit = models.CharField(max_length=500, blank=True)
    image_may_republish = models.BooleanField(default=False)
    image_width = models.PositiveIntegerField(default=0)
    image_height = models.PositiveIntegerField(default=0)
    see_also = models.JSONField(default=list, blank=True)
    related_ids = models.JSONField(default=list, blank=True, help_text="The CMS's choice, by its ids.")
    no_appeal = models.BooleanField(default=False, help_text="Beside it, no letter asks for donations.")
    related_keys = models.JSONField(null=True, editable=False, help_text="What is shown, once it was decided.")
    status = models.CharField(max_length=10, choices=STATES)
    published = models.DateTimeField()
    updated = models.DateTimeField()
    first_seen = models.DateTimeField(null=True, db_index=True)
    imported = models.BooleanField(default=False, help_text="Came with a source's first import.")
    embargo = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    killed_at = models.DateTimeField(
        null=True, editable=False, help_text="The desk withdrew it: no source brings it back."
    )
    held_at = models.DateTimeField(null=True, editable=False)
    held_by = models.CharField(max_length=150, blank=True, editable=False)
    held_why = models.TextField(blank=True, editable=False, help_text="For the desk alone.")
    change = models.CharField(max_length=20, default="published")
    note = models.TextField(blank=True)
    fingerprint = models.CharField(max_length=64, editable=False)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "external_id"], name="one_article_per_source_id")]
        indexes = [
            models.Index(fields=["language", "-published", "-id"], name="article_newest"),
            models.Index(fields=["-published", "-id"], condition=Q(status="published"), name="article_newest_of_all"),
            models.Index(fields=["published"], condition=Q(status="scheduled"), name="article_due"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def key(self) -> str:
        """Short enough to say on the phone, and the same in every copy."""
        return self.id.hex[:KEY_DIGITS]

    @property
    def embargoed_until(self) -> datetime | None:
        """None once it is out."""
        return max(self.published, self.embargo or self.published) if self.status == "scheduled" else None

    @property
    def author_names(self) -> Sequence[str]:
        """In the byline's order, without those that are withheld."""
        return [author.name(self.language) for author in self._authors() if not author.withheld_at]

    @property
    def credit(self) -> str:
        """Who made the picture; "" where that is one of its authors whose name is withheld."""
        withheld = [name for author in self._authors() if author.withheld_at for name in author.names.values()]
        return "" if any(name in self.image_credit for name in withheld) else self.image_credit

    def _authors(self) -> "list[Author]":
        return [entry.author for entry in sorted(self.authorships.all(), key=lambda entry: entry.position)]

    @property
    def told(self) -> "Sequence[Version]":
        """Its corrections and withdrawals, oldest first."""
        known: Sequence[Version] | None = getattr(self, "told_with_it", None)
        return list(self.versions.told()) if known is None else known

    def shelved_under(self) -> dict[str, list[str]]:
        """Which shelves hold this article, by kind of shelf: what a feed of it would be filed by."""
        return {
            "language": [self.language],
            "topic": sorted(topic.slug for topic in self.topics.all()),
            "country": sorted(country.slug for country in self.countries.all()),
            "author": sorted(author.slug for author in self._authors() if not author.withheld_at),
            "kind": [self.kind],
            "term": sorted(str(term) for term in self.terms.all()),
        }


class Authorship(models.Model):
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="authorships")
    author = models.ForeignKey(Author, on_delete=models.PROTECT, related_name="authorships")
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "author"], name="one_authorship")]
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.position}: {self.author}"


MUST_BE_HEARD = ("correction", "withdrawal", "restored", "byline")


class VersionQuerySet(models.QuerySet["Version"]):
    def owed_to_feeds(self) -> "VersionQuerySet":
        return self.filter(carried_at=None)

    def owed_a_number(self) -> "VersionQuerySet":
        """Partners can't see of them yet, in the list of changes. Of what is held they hear nothing."""
        return self.filter(numbered_at=None).exclude(article__status="held")

    def told(self) -> "VersionQuerySet":
        """Corrections and withdrawals, oldest first, without the text."""
        return (
            self.filter(kind__in=["correction", "withdrawal"]).order_by("number").defer("title", "standfirst", "body")
        )

    def told_between(self, language: str, start: datetime, end: datetime) -> "VersionQuerySet":
        """Corrections and withdrawals that readers of the last letter should hear of."""
        return self.filter(kind__in=["correction", "withdrawal"], article__language=language, at__gte=start, at__lt=end)


class Version(models.Model):
    """What changed, told and not overwritten. `touched` names every shelf that the article stood on
    before or stands on now; a version whose `carried_at` is empty is owed to the feeds, one whose
    `numbered_at` is empty to the partners' list of changes."""

    KINDS = [(kind, kind) for kind in ("scheduled", "published", "fix", "update", "correction")]
    KINDS += [(kind, kind) for kind in ("withdrawal", "restored", "byline", "named", "held", "released")]
    SAME_WORDS = ("byline", "named", "held", "released")  # title, standfirst and text stay with these

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=KINDS)
    note = models.TextField(blank=True, help_text="One sentence for readers, with a correction.")
    at = models.DateTimeField()
    title = models.CharField(max_length=500)
    standfirst = models.TextField(blank=True)
    body = models.TextField()
    touched = models.JSONField(default=dict)
    carried_at = models.DateTimeField(null=True, editable=False)
    numbered_at = models.DateTimeField(null=True, editable=False)

    objects = VersionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "number"], name="one_version")]
        indexes = [
            models.Index(fields=["id"], condition=Q(carried_at=None), name="version_owed"),
            models.Index(fields=["id"], condition=Q(numbered_at=None), name="version_unnumbered"),
            models.Index(fields=["kind", "at"], name="version_told"),
        ]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number}, {self.kind}"


class SetAside(models.Model):
    """An article that could not be taken in, with the sentence why. It is tried at every run and
    goes from here by itself once it can be read."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="set_aside")
    external_id = models.CharField(max_length=300)
    title = models.CharField(max_length=500, blank=True)
    sentence = models.TextField()
    since = models.DateTimeField()
    last = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "external_id"], name="one_set_aside")]
        verbose_name = "article set aside"
        verbose_name_plural = "articles set aside"

    def __str__(self) -> str:
        return self.title or self.external_id


class Disappearance(models.Model):
    """An article that its source no longer shows. Not withdrawn before the source has said so of
    this one twice, ten minutes apart; `held` waits for a person."""

    article = models.OneToOneField(Article, on_delete=models.CASCADE, related_name="disappearance")
    why = models.TextField()
    since = models.DateTimeField()
    held = models.BooleanField(default=False)

    class Meta:
        verbose_name = "article that its source misses"
        verbose_name_plural = "articles that their source misses"

    def __str__(self) -> str:
        return str(self.article)

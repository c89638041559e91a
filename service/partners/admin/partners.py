"""Partners at the desk: what each may have, its filters tried on the latest articles, its keys."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.text import slugify

from service.content.models import Country, Topic
from service.newsroom.current import newsroom
from service.newsroom.rules import KINDS
from service.toolbox import clock
from service.toolbox.admin import ReadOnly
from service.toolbox.errors import ServiceError

from ..actions.choosing import tried
from ..actions.create import EVERYTHING
from ..actions.keys import issue, revoke
from ..actions.selecting import select_again
from ..models import Key, Partner, PartnerFeed, Pull
from ..rules.admission import SCOPES


class PartnerForm(forms.ModelForm[Partner]):
    language = forms.ChoiceField(help_text="In which we write to it.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [(one, one) for one in newsroom().languages]  # type: ignore[attr-defined]


class FeedForm(forms.ModelForm[PartnerFeed]):
    """The lists are chosen from what the content store knows; several with Ctrl, none for all."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, known in _known().items():
            label = self.fields[name].label
            self.fields[name] = forms.MultipleChoiceField(choices=known, required=False, label=label)


class FeedInline(admin.StackedInline[PartnerFeed, Partner]):
    model = PartnerFeed
    form = FeedForm
    extra = 0
    can_delete = False
    readonly_fields = ["tried"]

    @admin.display(description="the last twenty articles")
    def tried(self, feed: PartnerFeed) -> SafeString:
        """Which of them would have come through the filter as it was saved."""
        rows = [("yes" if one.chosen else "no", one.article.title) for one in tried(feed.selection, clock.now())]
        return format_html_join("", "<div>{}: {}</div>", rows)


def _known() -> dict[str, list[tuple[str, str]]]:
    """What can be chosen for each list, as (slug, words)."""
    language = newsroom().language
    topics = sorted((topic.slug, topic.name(language)) for topic in Topic.objects.all())
    countries = sorted((country.slug, country.name(language)) for country in Country.objects.all())
    kinds = [(kind, kind) for kind in KINDS]
    languages = [(one, one) for one in newsroom().languages]
    permitted = {"languages": languages, "topics": topics, "countries": countries, "kinds": kinds}
    return {**permitted, "not_topics": topics, "not_countries": countries, "not_kinds": kinds}


@admin.register(Partner)
class PartnerAdmin(admin.ModelAdmin[Partner]):
    form = PartnerForm
    list_display = ["name", "country", "language", "terms_version", "suspended_at"]
    search_fields = ["name", "domains"]
    inlines = [FeedInline]
    exclude = ["slug", "created"]
    actions = ["issue_key", "suspend", "let_in"]

    def save_model(self, request: HttpRequest, obj: Partner, form: Any, change: bool) -> None:
        if not change:
            obj.slug, obj.created = slugify(obj.name)[:60], clock.now()
        super().save_model(request, obj, form, change)
        if not change:
            obj.feeds.get_or_create(name=EVERYTHING)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """A filter that is narrowed withdraws what falls out of it, a wider one tells what comes in."""
        lost = sum(select_again(feed, feed.selection, clock.now()) for feed in formset.save(commit=False))
        if lost:
            self.message_user(request, f"{lost} articles that they were given are withdrawn from them.")

    @admin.action(permissions=["change"], description="Issue a key: it is shown once, here")
    def issue_key(self, request: HttpRequest, chosen: QuerySet[Partner]) -> None:
        for partner in chosen:
            try:
                whole = issue(partner, clock.now(), scopes=SCOPES)
            except ServiceError as error:
                self.message_user(request, str(error), messages.ERROR)
            else:
                self.message_user(request, f"The key of {partner}, shown this once: {whole}", messages.WARNING)

    @admin.action(permissions=["change"], description="Suspend: no key of theirs opens anything")
    def suspend(self, request: HttpRequest, chosen: QuerySet[Partner]) -> None:
        self.message_user(request, f"{chosen.update(suspended_at=clock.now())} suspended.")

    @admin.action(permissions=["change"], description="Let in again")
    def let_in(self, request: HttpRequest, chosen: QuerySet[Partner]) -> None:
        self.message_user(request, f"{chosen.update(suspended_at=None)} let in again.")


@admin.register(Key)
class KeyAdmin(ReadOnly):
    list_display = ["prefix", "partner", "label", "scopes", "created", "expires", "revoked", "used_on"]
    list_filter = ["partner"]
    actions = ["revoke_them"]

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("partners.change_key")

    @admin.action(permissions=["revoke"], description="Revoke: from now on they open nothing")
    def revoke_them(self, request: HttpRequest, chosen: QuerySet[Key]) -> None:
        for key in chosen:
            revoke(key, clock.now())
        self.message_user(request, f"{len(chosen)} revoked.")


@admin.register(Pull)
class PullAdmin(ReadOnly):
    list_display = ["article", "partner", "version", "way", "times", "first", "last"]
    list_filter = ["partner", "way"]
    search_fields = ["article__title"]

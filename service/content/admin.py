"""The content store's raw records, and the few decisions about them that need a person."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from service.toolbox import clock
from service.toolbox.admin import ReadOnly
from service.toolbox.errors import ServiceError

from .actions.bylines import remove_byline, restore_byline
from .actions.missing import decide_held
from .actions.pull import pull
from .actions.store import call_it, withdraw
from .models import Article, Author, Country, Disappearance, SetAside, Source, Topic, Version


class VersionInline(admin.TabularInline[Version, Article]):
    model = Version
    fields = ["number", "kind", "note", "at", "title"]
    readonly_fields = ["number", "at", "title"]
    ordering = ["-number"]
    extra = 0
    can_delete = False
    verbose_name_plural = "versions: call the latest a fix, an update or a correction"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Article)
class ArticleAdmin(admin.ModelAdmin[Article]):
    list_display = ["title", "language", "kind", "status", "published", "version", "source"]
    list_filter = ["status", "language", "kind", "source", "countries", "topics"]
    search_fields = ["title", "guid", "canonical_url"]
    date_hierarchy = "published"
    inlines = [VersionInline]
    actions = ["withdraw_chosen"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Article | None = None) -> list[str]:
        return [field.name for field in Article._meta.get_fields() if field.concrete and not field.auto_created]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The only thing that can be changed: what the latest version is called."""
        for inline in formsets:
            inline.save(commit=False)  # for the desk's history alone
            for row in inline.initial_forms:
                if row.has_changed():
                    self._call(request, row)

    def _call(self, request: HttpRequest, row: ModelForm[Version]) -> None:
        try:
            call_it(row.instance, row.cleaned_data["kind"], row.cleaned_data["note"], clock.now())
        except ServiceError as error:
            self.message_user(request, str(error), messages.ERROR)

    @admin.action(description="Withdraw: every outlet shows a notice instead")
    def withdraw_chosen(self, request: HttpRequest, chosen: QuerySet[Article]) -> None:
        for article in chosen:
            withdraw(article, "", clock.now())
        self.message_user(request, f"{len(chosen)} withdrawn.")


@admin.register(Source)
class SourceAdmin(admin.ModelAdmin[Source]):
    list_display = ["slug", "kind", "address", "active", "pulled_at", "trouble"]
    readonly_fields = ["cursor", "imported_at", "pulled_at", "compared_at", "trouble"]
    actions = ["pull_now"]

    @admin.action(description="Pull now")
    def pull_now(self, request: HttpRequest, chosen: QuerySet[Source]) -> None:
        for source in chosen:
            report = pull(source, clock.now(), seconds=10)
            level = messages.WARNING if report.trouble else messages.INFO
            self.message_user(request, report.sentence(), level)


@admin.register(SetAside)
class SetAsideAdmin(ReadOnly):
    list_display = ["title", "sentence", "source", "since", "last"]
    list_filter = ["source"]


@admin.register(Disappearance)
class DisappearanceAdmin(ReadOnly):
    list_display = ["article", "why", "since", "held"]
    list_filter = ["held"]
    actions = ["withdraw_them", "keep_them"]

    @admin.action(description="Withdraw these articles")
    def withdraw_them(self, request: HttpRequest, chosen: QuerySet[Disappearance]) -> None:
        self._decide(request, chosen, withdraw=True)

    @admin.action(description="Keep these articles")
    def keep_them(self, request: HttpRequest, chosen: QuerySet[Disappearance]) -> None:
        self._decide(request, chosen, withdraw=False)

    def _decide(self, request: HttpRequest, chosen: QuerySet[Disappearance], *, withdraw: bool) -> None:
        for doubt in chosen:
            try:
                decide_held(doubt, clock.now(), withdraw=withdraw)
            except ServiceError as error:
                self.message_user(request, f"{doubt}: {error}", messages.WARNING)


@admin.register(Topic, Country)
class NamedAdmin(admin.ModelAdmin[Any]):
    list_display = ["slug", "names"]
    search_fields = ["slug", "names"]
    readonly_fields = ["slug"]


@admin.register(Author)
class AuthorAdmin(NamedAdmin):
    list_display = ["slug", "names", "withheld_at"]
    readonly_fields = ["slug", "withheld_at"]
    actions = ["remove_name", "restore_name"]

    @admin.action(description="Remove the name from every outlet", permissions=["change"])
    def remove_name(self, request: HttpRequest, chosen: QuerySet[Author]) -> HttpResponse | None:
        if "confirmed" not in request.POST:
            values = {**self.admin_site.each_context(request), "title": "Remove a name", "authors": chosen}
            return TemplateResponse(request, "remove_byline.html", values)
        for author in chosen:
            removal = remove_byline(author, clock.now())
            self.message_user(request, f"{author} is withheld: {removal.articles} articles are told again without it.")
            for article in removal.still_named:
                told = f"{article.title!r} still names the person in its own words: {article.canonical_url}"
                self.message_user(request, told, messages.WARNING)
        return None

    @admin.action(description="Name again", permissions=["change"])
    def restore_name(self, request: HttpRequest, chosen: QuerySet[Author]) -> None:
        count = sum(restore_byline(author, clock.now()) for author in chosen)
        self.message_user(request, f"The name stands again on {count} articles.")

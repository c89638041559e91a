"""The content store's raw records, to look at. What is decided about them is decided in the console."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from service.toolbox.admin import ReadOnly

from .models import Article, Author, Country, Disappearance, SetAside, Source, Topic, Version


class VersionInline(admin.TabularInline[Version, Article]):
    model = Version
    fields = ["number", "kind", "note", "at", "title"]
    readonly_fields = ["number", "kind", "note", "at", "title"]
    ordering = ["-number"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Article)
class ArticleAdmin(ReadOnly):
    list_display = ["title", "language", "kind", "status", "published", "version", "source"]
    list_filter = ["status", "language", "kind", "source", "countries", "topics"]
    search_fields = ["title", "guid", "canonical_url"]
    date_hierarchy = "published"
    inlines = [VersionInline]


@admin.register(Source)
class SourceAdmin(admin.ModelAdmin[Source]):
    list_display = ["slug", "kind", "address", "active", "pulled_at", "trouble"]
    list_filter = ["active", "kind"]
    search_fields = ["slug", "address"]
    readonly_fields = ["cursor", "imported_at", "pulled_at", "compared_at", "trouble", "failing_since"]


@admin.register(SetAside)
class SetAsideAdmin(ReadOnly):
    list_display = ["title", "sentence", "source", "since", "last"]
    list_filter = ["source"]
    search_fields = ["title", "sentence"]


@admin.register(Disappearance)
class DisappearanceAdmin(ReadOnly):
    list_display = ["article", "why", "since", "held"]
    list_filter = ["held"]
    search_fields = ["article__title"]


@admin.register(Topic, Country)
class NamedAdmin(admin.ModelAdmin[Any]):
    list_display = ["slug", "names"]
    search_fields = ["slug", "names"]
    readonly_fields = ["slug"]


@admin.register(Author)
class AuthorAdmin(NamedAdmin):
    list_display = ["slug", "names", "withheld_at"]
    readonly_fields = ["slug", "withheld_at"]

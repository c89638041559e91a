from django.contrib import admin

from service.toolbox.admin import ReadOnly

from .models import BrokenArticle, PublishedFeed


@admin.register(PublishedFeed)
class PublishedFeedAdmin(ReadOnly):
    list_display = ["address", "title", "updated", "built_at"]
    list_filter = ["language", "kind", "format"]
    search_fields = ["address", "title"]


@admin.register(BrokenArticle)
class BrokenArticleAdmin(ReadOnly):
    list_display = ["article", "sentence", "since"]

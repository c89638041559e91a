"""What the desk sees of readers' answers: numbers from ten on, and what somebody wrote."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from service.toolbox.admin import ReadOnly

from .models import Comment, Tally


@admin.register(Tally)
class TallyAdmin(ReadOnly):
    list_display = ["title", "key", "told"]
    sortable_by = ["title", "key"]
    fields = ["title", "key", "told"]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """No question in the address finds out the numbers that are not told."""
        return False

    @admin.display(description="was this helpful")
    def told(self, tally: Tally) -> str:
        return tally.answers.sentence


@admin.register(Comment)
class CommentAdmin(ReadOnly):
    list_display = ["title", "day", "text"]
    fields = ["title", "key", "day", "text"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The desk may delete what names somebody."""
        return bool(super(ReadOnly, self).has_delete_permission(request, obj))

"""The raw records of editions."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

from service.delivery.models import Mailing
from service.toolbox.admin import ReadOnly

from .models import Approval, Edition, EditionItem, Schedule


@admin.register(Schedule)
class ScheduleAdmin(admin.ModelAdmin[Schedule]):
    list_display = ["language", "weekday", "at", "zone", "active"]


class ItemInline(admin.TabularInline[EditionItem, Edition]):
    model = EditionItem
    fields = readonly_fields = ("article", "section", "position", "pinned", "left_out", "headline", "standfirst")
    extra = 0
    can_delete = False
    verbose_name_plural = "stories, in their order"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ApprovalInline(admin.TabularInline[Approval, Edition]):
    model = Approval
    fields = readonly_fields = ("by", "at", "seal", "voided_at", "why", "what")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Edition)
class EditionAdmin(ReadOnly):
    """To look at: what can be done to one stands on its page at the desk."""

    list_display = ["slug", "kind", "language", "state", "drafted_at", "approved_by", "told"]
    list_filter = ["state", "kind", "language"]
    inlines = [ItemInline, ApprovalInline]
    fields = ["slug", "state", "letter", "signed", "period_start", "period_end", "expires_at", "approved_by", "told"]

    @admin.display(description="counts")
    def told(self, edition: Edition) -> str:
        mailing = Mailing.objects.filter(key=edition.mailing_key).first()
        if mailing is None:
            return "not frozen"
        counts = ", ".join(f"{number} {state}" for state, number in mailing.counts().items() if number)
        return f"{mailing.frozen} frozen: {counts or 'no reader'}"

    def view_on_site(self, edition: Edition) -> str:
        """The button on top of the record."""
        return reverse("console:edition", args=[edition.slug])

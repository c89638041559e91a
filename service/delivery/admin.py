"""Raw records of delivery: to look at, not to write."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html

from service.toolbox import clock
from service.toolbox.admin import ReadOnly

from .actions import quarantine
from .actions.gate import lift, stop
from .models import Bounce, Mailing, Message, Quarantined, Suppression

_MOST_SHOWN = 100_000  # characters


@admin.register(Mailing)
class MailingAdmin(ReadOnly):
    list_display = ["key", "state", "frozen", "told", "created", "not_after"]
    list_filter = ["state"]
    search_fields = ["key"]
    actions = ["stop_them"]

    def has_stop_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("delivery.change_mailing")

    @admin.display(description="counts")
    def told(self, mailing: Mailing) -> str:
        return ", ".join(f"{number} {state}" for state, number in mailing.counts().items() if number)

    @admin.action(permissions=["stop"], description="Stop the rest: those still waiting will not get it")
    def stop_them(self, request: HttpRequest, chosen: QuerySet[Mailing]) -> None:
        count = sum(stop(mailing, clock.now()) for mailing in chosen)
        self.message_user(request, f"Stopped. {count} readers will not get it.", messages.WARNING)


@admin.register(Message)
class MessageAdmin(ReadOnly):
    """By number, never by reader."""

    list_display = ["id", "mailing", "state", "reason", "attempts", "code", "enhanced", "changed"]
    list_filter = ["state"]
    search_fields = ["mailing__key"]
    fields = ["id", "mailing", "state", "reason", "attempts", "code", "enhanced", "changed"]


@admin.register(Suppression)
class SuppressionAdmin(ReadOnly):
    """The ledger is only ever added to; lifting is a later entry."""

    list_display = ["fingerprint", "reason", "at", "note"]
    list_filter = ["reason"]
    ordering = ["-id"]
    actions = ["lift_them"]

    def has_lift_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("delivery.add_suppression")

    @admin.action(permissions=["lift"], description="Lift: these addresses may get mail again")
    def lift_them(self, request: HttpRequest, chosen: QuerySet[Suppression]) -> None:
        marks = set(chosen.values_list("fingerprint", flat=True))
        note = f"by {request.user}"
        count = sum(lift(mark, clock.now(), by_desk=True, note=note) for mark in marks)
        self.message_user(request, f"Lifted for {count} addresses.")


@admin.register(Bounce)
class BounceAdmin(ReadOnly):
    """By number, never by reader."""

    list_display = ["id", "kind", "message", "code", "enhanced", "text", "at"]
    list_filter = ["kind"]
    fields = ["kind", "message", "code", "enhanced", "text", "at"]


@admin.register(Quarantined)
class QuarantinedAdmin(ReadOnly):
    """The list names nobody. A mail itself does, so its page is for those who may view it alone."""

    list_display = ["reason", "size", "at", "looked_at"]
    list_filter = [("looked_at", admin.EmptyFieldListFilter), "reason"]
    ordering = ["-at", "-id"]
    fields = ["reason", "size", "at", "looked_at", "mail"]
    readonly_fields = ["mail"]
    actions = ["looked_at_them"]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        title = f"Mail that nobody understood: {quarantine.waiting()} not looked at"
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def has_look_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("delivery.change_quarantined")

    @admin.display(description="mail")
    def mail(self, row: Quarantined) -> str:
        """As text and nothing else, whatever it is."""
        shown = quarantine.open_quarantined(row)[:_MOST_SHOWN].decode("utf-8", "replace")
        return format_html("<pre>{}</pre>", shown)

    @admin.action(permissions=["look"], description="Looked at: somebody has seen to these")
    def looked_at_them(self, request: HttpRequest, chosen: QuerySet[Quarantined]) -> None:
        count = quarantine.looked_at(list(chosen.values_list("pk", flat=True)), clock.now())
        self.message_user(request, f"{count} were looked at, {quarantine.waiting()} are left.")

"""Raw records of delivery: to look at, not to write."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from service.toolbox import clock
from service.toolbox.admin import ReadOnly

from .actions.gate import stop
from .models import Mailing, Message, Suppression


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
    list_display = ["fingerprint", "reason", "since"]

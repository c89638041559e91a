"""Readers as the desk may see them: by what they chose, never by address. And domains that are held."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format

from service.delivery.models import Address
from service.toolbox import addresses, clock
from service.toolbox.admin import ReadOnly

from . import limits
from .models import HeldDomain, Subscriber


@admin.register(Subscriber)
class SubscriberAdmin(ReadOnly):
    list_display = ["__str__", "language", "wants", "status", "created"]
    list_filter = ["status", "language", "wants"]
    fields = ["language", "wants", "status", "created", "confirmed"]


@admin.register(HeldDomain)
class HeldDomainAdmin(ReadOnly):
    """Its name is told once it is held: a domain where so many sign up is nobody's own."""

    list_display = ["domain", "standing", "today"]
    list_display_links = None
    actions = ["let_through", "keep_held"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[HeldDomain]:
        return limits.held(clock.now())

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        title = "Domains where far more sign up than on other days"
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("audience.change_helddomain")

    @admin.display(description="domain")
    def domain(self, row: HeldDomain) -> str:
        known = Address.objects.filter(group=row.mark).first()
        if row.mark in addresses.PROVIDERS or known is None:
            return row.mark
        return known.open().rpartition("@")[2]

    @admin.display(description="what happens to sign-ups there")
    def standing(self, row: HeldDomain) -> str:
        until = date_format(row.day + limits.WEEK, "j F Y")
        if row.kind == limits.THROUGH:
            return f"let through until {until}"
        return f"held by the desk until {until}" if row.kind == limits.KEPT else "held until tomorrow"

    @admin.display(description="sign-ups today")
    def today(self, row: HeldDomain) -> int:
        return limits.sign_ups_today(row.mark, clock.now())

    @admin.action(permissions=["decide"], description="Let through: whoever signs up there gets in, for a week")
    def let_through(self, request: HttpRequest, chosen: QuerySet[HeldDomain]) -> None:
        count = self._decided(chosen, limits.THROUGH)
        self.message_user(request, f"{count} let through. Who was refused until now has to sign up again.")

    @admin.action(permissions=["decide"], description="Keep held: nobody signs up there, for a week")
    def keep_held(self, request: HttpRequest, chosen: QuerySet[HeldDomain]) -> None:
        self.message_user(request, f"{self._decided(chosen, limits.KEPT)} kept held.", messages.WARNING)

    def _decided(self, chosen: QuerySet[HeldDomain], verdict: str) -> int:
        marks = set(chosen.values_list("mark", flat=True))
        for mark in marks:
            limits.decide(mark, verdict, clock.now())
        return len(marks)

"""A notice on the desk: who was told, who answered, where it is still live."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from service.toolbox import clock
from service.toolbox.admin import ReadOnly
from service.toolbox.errors import ServiceError

from ..actions.acknowledging import BY_DESK, acknowledge
from ..actions.standing import standing
from ..actions.telling import remind
from ..models import Notice, Told


@admin.register(Notice)
class NoticeAdmin(ReadOnly):
    change_form_template = "notice.html"
    list_display = ["article", "kind", "at", "how_far"]
    list_filter = ["kind"]
    list_select_related = ["version__article"]
    list_per_page = 30
    ordering = ["-at", "-id"]
    fields = ["article", "kind", "at", "note"]
    readonly_fields = ["article", "note"]

    @admin.display(description="article")
    def article(self, notice: Notice) -> str:
        return str(notice.version.article)

    @admin.display(description="what was said")
    def note(self, notice: Notice) -> str:
        return notice.version.note

    @admin.display(description="how far it has got")
    def how_far(self, notice: Notice) -> str:
        return standing(notice).sentence

    def get_urls(self) -> list[URLPattern]:
        act = path("<int:pk>/act", self.admin_site.admin_view(require_POST(self.act)), name="notice_act")
        return [act, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        notice = get_object_or_404(Notice.objects.select_related("version__article"), pk=object_id)
        more = {"standing": standing(notice), "may_act": self._may_act(request), **(extra_context or {})}
        return super().change_view(request, object_id, form_url, more)

    def act(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One of the page's buttons, which is about one of those who were told."""
        rows = Told.objects.select_related("partner", "notice__version__article").filter(notice=pk)
        told = get_object_or_404(rows, pk=request.POST.get("told"))
        if not self._may_act(request):
            raise PermissionDenied
        try:
            self.message_user(request, self._done(request, told))
        except ServiceError as error:
            self.message_user(request, str(error), messages.ERROR)
        return HttpResponseRedirect(reverse("admin:partners_notice_change", args=[pk]))

    def _may_act(self, request: HttpRequest) -> bool:
        return request.user.has_perm("partners.change_notice")

    def _done(self, request: HttpRequest, told: Told) -> str:
        now, who = clock.now(), told.partner or told.contact
        if request.POST.get("verb") == "acknowledge":
            acknowledge(told, BY_DESK, now)
            return f"{who} is noted as having answered; no more reminders go there."
        if request.POST.get("verb") == "remind":
            remind(told, now)
            return f"A reminder to {who} is on its way."
        raise ServiceError("Press one of the buttons.")

"""Pages elsewhere that carry articles: what was found on them, the repair that goes out, and the impact."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_POST

from service.content.models import Article
from service.toolbox import clock
from service.toolbox.admin import ReadOnly
from service.toolbox.errors import ServiceError

from ..actions.exporting import export_impact
from ..actions.impact import impact
from ..actions.repairing import mail_repair
from ..models import Look, Republication
from . import use_mails


class LookInline(admin.TabularInline[Look, Republication]):
    model = Look
    fields = ["at", "outcome", "found", "repair_block", "mailed_at"]
    readonly_fields = ["at", "outcome", "found", "repair_block", "mailed_at"]
    extra = 0
    can_delete = False
    verbose_name_plural = "looks, the latest first"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="findings")
    def found(self, look: Look) -> str:
        told = [(one["verdict"], one["sentence"], one["evidence"]) for one in look.findings]
        return format_html_join("", "<p>{}: {} <q>{}</q></p>", told)

    @admin.display(description="repair")
    def repair_block(self, look: Look) -> str:
        return format_html("<pre style='white-space:pre-wrap'>{}</pre>", look.repair) if look.repair else ""


@admin.register(Republication)
class RepublicationAdmin(ReadOnly):
    change_list_template = "republications.html"
    list_display = ["url", "article", "partner", "organisation", "country", "outcome", "live", "checked"]
    list_filter = ["outcome", "live", "heard_by", "country"]
    list_select_related = ["article", "partner"]
    search_fields = ["url", "organisation", "article__title"]
    ordering = ["-reported", "-id"]
    inlines = [LookInline]
    actions = ["mail_repairs", "look_now"]

    def has_mail_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("partners.change_republication")

    @admin.action(permissions=["mail"], description="Mail the repair block of the latest look")
    def mail_repairs(self, request: HttpRequest, chosen: QuerySet[Republication]) -> None:
        for row in chosen:
            try:
                mail_repair(_latest(row), clock.now())
                self.message_user(request, f"{row}: the repair is on its way.")
            except ServiceError as error:
                self.message_user(request, str(error), messages.WARNING)

    @admin.action(permissions=["mail"], description="Look again within a minute")
    def look_now(self, request: HttpRequest, chosen: QuerySet[Republication]) -> None:
        self.message_user(request, f"{chosen.update(check_after=clock.now())} pages are due for a look.")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("impact/", view(self.impact), name="partners_impact"),
            path("impact.csv", view(self.impact_csv), name="partners_impact_csv"),
            path("mails/", view(self.mails), name="partners_use_mails"),
            path("mails/<int:pk>", view(require_POST(use_mails.act)), name="partners_use_mail"),
        ]
        return own + super().get_urls()

    def impact(self, request: HttpRequest) -> HttpResponse:
        """Per month, or of one article."""
        self._allow(request)
        month, asked = request.GET.get("month", ""), request.GET.get("article", "")
        article, rows, error = None, [], ""
        try:
            article = Article.objects.filter(pk=asked).first() if asked else None
            rows = impact(month, article)
        except ServiceError as wrong:
            error = str(wrong)
        except ValidationError:
            error = "That is no article's id."
        pages = Republication.objects.filter(article=article).order_by("reported") if article else []
        values: dict[str, Any] = {"title": "Where articles were republished", "month": month, "article": article}
        values |= {"rows": rows, "pages": pages, "error": error, **self.admin_site.each_context(request)}
        return TemplateResponse(request, "impact.html", values)

    def impact_csv(self, request: HttpRequest) -> HttpResponse:
        self._allow(request)
        month = request.GET.get("month", "")
        answer = HttpResponse(content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="impact-{month or "all"}.csv"'
        try:
            export_impact(answer, month)  # type: ignore[arg-type]  # it writes text, which is all that csv asks
        except ServiceError as error:
            return HttpResponse(str(error), status=400, content_type="text/plain; charset=utf-8")
        return answer

    def mails(self, request: HttpRequest) -> HttpResponse:
        return use_mails.show(request, self.admin_site.each_context(request))

    def _allow(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied


def _latest(row: Republication) -> Look:
    look = row.looks.select_related("republication__article", "republication__partner").first()
    if look is None:
        raise ServiceError(f"{row.url} was not looked at yet.")
    return look

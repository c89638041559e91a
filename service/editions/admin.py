"""An edition on the desk: its letter, its order, what is left out, preview, test, approve, stop."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from service.delivery.models import Mailing
from service.toolbox import clock
from service.toolbox.errors import ServiceError

from .actions import curate
from .actions.decide import approve, pause, preview, resume, send_test, stop
from .models import Edition, EditionItem, Schedule


@admin.register(Schedule)
class ScheduleAdmin(admin.ModelAdmin[Schedule]):
    list_display = ["language", "weekday", "at", "zone", "active"]


class EditionForm(forms.ModelForm[Edition]):
    def clean_letter(self) -> str:
        try:
            return curate.fit_letter(self.cleaned_data["letter"])
        except ServiceError as error:
            raise forms.ValidationError(str(error)) from error


class ItemInline(admin.TabularInline[EditionItem, Edition]):
    model = EditionItem
    fields = ["article", "section", "position", "left_out"]
    readonly_fields = ["article", "section"]
    extra = 0
    can_delete = False
    verbose_name_plural = "stories: their order within a section, and what is left out"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.state == "drafted")


@admin.register(Edition)
class EditionAdmin(admin.ModelAdmin[Edition]):
    change_form_template = "edition.html"
    list_display = ["slug", "kind", "language", "state", "drafted_at", "approved_by", "told"]
    list_filter = ["state", "kind", "language"]
    form = EditionForm
    inlines = [ItemInline]
    fields = ["slug", "state", "letter", "period_start", "period_end", "expires_at", "approved_by", "told"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Edition | None = None) -> list[str]:
        editable = obj is not None and obj.state == "drafted"
        return [name for name in self.fields if not (editable and name == "letter")]  # type: ignore[misc]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "letter":
            kwargs["widget"] = forms.Textarea(attrs={"rows": 8, "cols": 80})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description="counts")
    def told(self, edition: Edition) -> str:
        mailing = Mailing.objects.filter(key=edition.mailing_key).first()
        if mailing is None:
            return "not frozen"
        counts = ", ".join(f"{number} {state}" for state, number in mailing.counts().items() if number)
        return f"{mailing.frozen} frozen: {counts or 'no reader'}"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("<int:pk>/preview.<str:format>", view(self.preview), name="edition_preview"),
            path("<int:pk>/act", view(require_POST(self.act)), name="edition_act"),
        ]
        return own + super().get_urls()

    def save_model(self, request: HttpRequest, obj: Edition, form: Any, change: bool) -> None:
        """Only what was typed: somebody else may approve it in the same moment."""
        Edition.objects.select_for_update().get(pk=obj.pk)
        if form.changed_data:
            obj.save(update_fields=form.changed_data)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if form.changed_data or any(one.has_changed() for one in formsets):
            draft = Edition.objects.get(pk=form.instance.pk)
            curate.noted(draft, str(request.user), clock.now(), curate.RAW)

    def preview(self, request: HttpRequest, pk: int, format: str) -> HttpResponse:
        """The letter as a reader gets it; nothing in it can run."""
        edition = get_object_or_404(Edition, pk=pk)
        if not self.has_view_permission(request, edition):
            raise PermissionDenied
        letter = preview(edition, clock.now())
        kind, body = ("text/plain", letter.text) if format == "txt" else ("text/html", letter.html)
        return HttpResponse(
            body,
            content_type=f"{kind}; charset=utf-8",
            headers={
                "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src https:; sandbox"
            },
        )

    def act(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One of the page's buttons."""
        edition = get_object_or_404(Edition, pk=pk)
        if not self.has_change_permission(request, edition):
            return HttpResponse("You may look at editions, not decide about them.", status=403)
        try:
            self.message_user(request, self._done(request, edition))
        except ServiceError as error:
            self.message_user(request, str(error), messages.ERROR)
        return HttpResponseRedirect(reverse("admin:editions_edition_change", args=[pk]))

    def _done(self, request: HttpRequest, edition: Edition) -> str:
        now, verb = clock.now(), request.POST.get("verb")
        if verb == "approve":
            approve(edition, str(request.user), now)
            return f"{edition.slug} is approved and goes out."
        if verb == "stop":
            return f"{edition.slug} is stopped. {stop(edition, now)} readers will not get it."
        if verb == "pause":
            pause(edition)
            return f"{edition.slug} is paused. What was on the wire this second may still arrive."
        if verb == "resume":
            resume(edition)
            return f"{edition.slug} goes on."
        if verb == "test":
            send_test(edition, request.POST.get("address", ""), now)
            return "The test letter is on its way."
        raise ServiceError("Press one of the buttons.")

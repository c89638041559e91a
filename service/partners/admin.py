"""The raw records about whoever republishes, to look at. What is decided about them is decided in the console."""

from django.contrib import admin

from service.toolbox.admin import ReadOnly

from .models import Change, Key, Look, Notice, Partner, PartnerFeed, Pull, Republication, Told


@admin.register(Partner)
class PartnerAdmin(ReadOnly):
    list_display = ["name", "country", "language", "terms_version", "suspended_at"]
    search_fields = ["name", "domains"]


@admin.register(PartnerFeed)
class PartnerFeedAdmin(ReadOnly):
    list_display = ["name", "partner"]
    list_filter = ["partner"]
    list_select_related = ["partner"]


@admin.register(Key)
class KeyAdmin(ReadOnly):
    list_display = ["prefix", "partner", "label", "scopes", "created", "expires", "revoked", "used_on"]
    list_filter = ["partner"]
    list_select_related = ["partner"]
    exclude = ["digest"]


@admin.register(Pull)
class PullAdmin(ReadOnly):
    list_display = ["article", "partner", "version", "way", "times", "first", "last"]
    list_filter = ["partner", "way"]
    list_select_related = ["article", "partner"]
    search_fields = ["article__title"]


@admin.register(Change)
class ChangeAdmin(ReadOnly):
    list_display = ["number", "kind", "article", "partner", "at"]
    list_filter = ["kind", "partner"]
    list_select_related = ["article", "partner"]
    search_fields = ["article__title"]


@admin.register(Republication)
class RepublicationAdmin(ReadOnly):
    list_display = ["url", "article", "partner", "organisation", "country", "outcome", "live", "checked"]
    list_filter = ["outcome", "live", "heard_by", "country"]
    list_select_related = ["article", "partner"]
    search_fields = ["url", "organisation", "article__title"]
    ordering = ["-reported", "-id"]


@admin.register(Look)
class LookAdmin(ReadOnly):
    list_display = ["republication", "at", "outcome", "mailed_at"]
    list_filter = ["outcome"]
    list_select_related = ["republication"]
    search_fields = ["republication__url"]


@admin.register(Notice)
class NoticeAdmin(ReadOnly):
    list_display = ["version", "kind", "at"]
    list_filter = ["kind"]
    list_select_related = ["version__article"]
    ordering = ["-at", "-id"]


@admin.register(Told)
class ToldAdmin(ReadOnly):
    list_display = ["notice", "partner", "contact", "letters", "due", "hooked", "acknowledged", "answer"]
    list_filter = ["answer", "partner"]
    list_select_related = ["notice__version__article", "partner"]

"""Every address that the outside may rely on. Feeds themselves are answered before Django."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import URLPattern, URLResolver, include, path, re_path

from service.api.feeds import feeds
from service.api.version1 import api
from service.content.views import wordpress_notice
from service.public import feedback, machines, partners, programs, safety
from service.public import views as public
from service.public.hooks import mail_events

admin.site.site_header = admin.site.site_title = "Byline: the desk"

_DESK = {"site_header": admin.site.site_header}
# The link in the mail comes from SITE_URL, not from what a request calls this host.
_HERE = {"protocol": urlsplit(settings.SITE_URL).scheme, "domain": urlsplit(settings.SITE_URL).netloc}

urlpatterns: list[URLPattern | URLResolver] = [
    path("", public.landing, name="landing"),
    path("style.css", public.style),
    path("copy.js", public.script, {"name": "copy.js"}),
    path("present.js", public.script, {"name": "present.js"}),
    path("embed", public.embed, name="embed"),
    path("subscribe", public.subscribe, name="subscribe"),
    path("confirm/<str:token>", public.confirm, name="confirm"),
    path("preferences/", public.preferences_ask, name="preferences_ask"),
    path("preferences/<str:token>", public.preferences, name="preferences"),
    path("preferences/<str:token>/erase", safety.erase_from_preferences, name="erase_from_preferences"),
    path("preferences/<str:token>/export", safety.export, name="export"),
    path("unsubscribe/<str:token>", public.unsubscribe, name="unsubscribe"),
    path("erase/", safety.erase_ask, name="erase_ask"),
    path("erase/<str:token>", safety.erase, name="erase"),
    path("privacy", safety.privacy, name="privacy"),
    re_path(r"^feedback/(?P<token>[\w-]+)/(?P<item>\d{1,18})/(?P<chosen>yes|no)$", feedback.letter, name="feedback"),
    path("feedback/republish/<uuid:article_id>", feedback.republish, name="feedback_republish"),
    path("feeds/", public.feeds, name="feeds"),
    path("feeds.opml", programs.opml, name="opml"),
    path("feeds/<slug:language>.opml", programs.opml, name="opml_in"),
    path("rel/republication-report", programs.report_relation, name="report_relation"),
    re_path(r"^feeds/(?P<language>[a-z-]+)/(?P<name>[^.]+)/$", public.feed, name="feed"),
    path("editions/", public.editions, name="editions"),
    path("editions/<slug:language>.atom", public.editions_feed, name="editions_feed"),
    path("editions/<slug:slug>/", public.edition, name="edition"),
    path("s/<uuid:article_id>", public.story, name="story"),
    path("articles/<uuid:article_id>/republish", public.republish, name="republish"),
    path("articles/<uuid:article_id>/republish.<str:format>", public.republish_file, name="republish_file"),
    path("articles/<uuid:article_id>/ninjs.json", programs.ninjs, name="ninjs"),
    path("articles/<uuid:article_id>/used", partners.used, name="used"),
    path("partners/acknowledge/<str:token>", partners.acknowledge, name="acknowledge"),
    path("partners/feeds/", feeds.urls),
    path("api/v1/", api.urls),
    path("hooks/wordpress", wordpress_notice),
    path("hooks/mail/<slug:provider>", mail_events),
    path("livez", machines.livez),
    path("readyz", machines.readyz),
    path("metrics", machines.metrics),
    path(
        "admin/password_reset/",
        auth.PasswordResetView.as_view(extra_context=_DESK, extra_email_context=_HERE),
        name="admin_password_reset",
    ),
    path(
        "admin/password_reset/done/",
        auth.PasswordResetDoneView.as_view(extra_context=_DESK),
        name="password_reset_done",
    ),
    path(
        "admin/reset/<uidb64>/<token>/",
        auth.PasswordResetConfirmView.as_view(extra_context=_DESK),
        name="password_reset_confirm",
    ),
    path(
        "admin/reset/done/", auth.PasswordResetCompleteView.as_view(extra_context=_DESK), name="password_reset_complete"
    ),
    path("admin/", admin.site.urls),
    path("console/", include("service.console.urls")),
    re_path(r"^(.*/)?feed/$", public.no_feed),
]
handler404 = public.not_found

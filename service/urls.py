"""Every address that the outside may rely on. Feeds themselves are answered before Django."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, path, re_path

from service.content.views import wordpress_notice
from service.public import views as public

admin.site.site_header = admin.site.site_title = "Byline: the desk"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", public.landing, name="landing"),
    path("style.css", public.style),
    path("copy.js", public.script),
    path("embed", public.embed, name="embed"),
    path("subscribe", public.subscribe, name="subscribe"),
    path("confirm/<str:token>", public.confirm, name="confirm"),
    path("preferences/", public.preferences_ask, name="preferences_ask"),
    path("preferences/<str:token>", public.preferences, name="preferences"),
    path("unsubscribe/<str:token>", public.unsubscribe, name="unsubscribe"),
    path("feeds/", public.feeds, name="feeds"),
    path("feeds.opml", public.opml, name="opml"),
    re_path(r"^feeds/(?P<language>[a-z-]+)/(?P<name>[^.]+)/$", public.feed, name="feed"),
    path("editions/", public.editions, name="editions"),
    path("editions/<slug:slug>/", public.edition, name="edition"),
    path("articles/<uuid:article_id>/republish", public.republish, name="republish"),
    path("articles/<uuid:article_id>/republish.<str:format>", public.republish_file, name="republish_file"),
    path("hooks/wordpress", wordpress_notice),
    path("livez", public.livez),
    path("readyz", public.readyz),
    path("admin/", admin.site.urls),
    re_path(r"^(.*/)?feed/$", public.no_feed),
]
handler404 = public.not_found

"""The demo's addresses: Byline's own, the sample newsroom's site, and a login that works once."""

from datetime import timedelta

from django.contrib.auth import login
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.signing import BadSignature, TimestampSigner
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path

from service.content.models import Article
from service.newsroom.current import newsroom
from service.public.pages import page
from service.urls import handler404
from service.urls import urlpatterns as own

LOGIN_WITHIN = timedelta(minutes=10)


def site(request: HttpRequest, rest: str) -> HttpResponse:
    """The article that the CMS would show here, or a word about the page that would be."""
    found = Article.objects.filter(canonical_url__endswith=f"/site/{rest}").first()
    article = found if found and found.status == "published" else None
    language = article.language if article else ""
    return page(request, "demo_site.html", {"article": article, "zone": newsroom().zone}, language=language)


def enter(request: HttpRequest, token: str) -> HttpResponse:
    try:
        user = TimestampSigner(salt="demo").unsign(token, max_age=LOGIN_WITHIN)
    except BadSignature:
        raise Http404 from None
    if not cache.add(f"demo-login:{token}", True, timeout=None):
        raise Http404
    login(request, User.objects.get(pk=user), backend="allauth.account.auth_backends.AuthenticationBackend")
    return HttpResponseRedirect("/console/")


urlpatterns = [path("site/", site, {"rest": ""}), path("site/<path:rest>", site), *own]
urlpatterns.insert(0, path("demo-login/<str:token>", enter))
__all__ = ["handler404", "urlpatterns"]

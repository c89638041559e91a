"""Readers' pages. GET shows, only POST acts; no page sets a cookie or loads anything from elsewhere."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from service.audience import actions as audience
from service.audience import intake
from service.audience.actions import Reader
from service.audience.rules import CONFIRM, PREFERENCES, UNSUBSCRIBE
from service.content.models import Article
from service.editions.models import Edition
from service.feeds.actions.copies import WRITERS, copy_of
from service.feeds.rules import ATOM, TYPES
from service.newsroom.current import newsroom
from service.toolbox import clock
from service.toolbox.tokens import NobodysToken, sign

from . import archive, copies, directory
from .asking import LINK_IS_MAILED, ask_by_address, came
from .consent import terms
from .forms import ReaderForm
from .messages import Action, look_in_mailbox, message
from .pages import asset, language_of, page, show_or_act

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@gzip_page
@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    language = language_of(request)
    return page(request, "landing.html", _landing_values(ReaderForm(), language))


@xframe_options_exempt
@gzip_page
@require_safe
def embed(request: HttpRequest) -> HttpResponse:
    """The form alone, for a frame on the newsroom's own site."""
    return page(request, "embed.html", ReaderForm().values(language_of(request)), framed=True)


@csrf_exempt  # it may stand on the newsroom's own site; nothing here trusts a cookie
@show_or_act
def subscribe(request: HttpRequest) -> HttpResponse:
    language = language_of(request)
    if request.method != "POST":
        return landing(request)
    with translation.override(language):
        form = ReaderForm.typed(request, with_address=True)
        if form.errors:
            return page(request, "landing.html", _landing_values(form, language), status=422)
        intake.subscribe(form.address, form.choices, came(request), clock.now(), words=" ".join(terms()))
        return look_in_mailbox(request, form.language, LINK_IS_MAILED)


@csrf_exempt
@show_or_act
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    reader = audience.look(CONFIRM, token)
    language = reader.chosen.language
    if request.method != "POST":
        return page(request, "confirm.html", {"token": token}, language=language)
    act = audience.undo if reader.status == "unsubscribed" else audience.confirm
    act(token, clock.now())
    with translation.override(language):
        return message(
            request,
            gettext("You are subscribed"),
            gettext("The next letter will reach you. You can change or stop it at any time."),
            language=language,
        )


@csrf_exempt
@show_or_act
def preferences_ask(request: HttpRequest) -> HttpResponse:
    """Asks for the address and mails a link there: a forwarded letter opens nobody's choices."""
    return ask_by_address(request, "preferences_ask.html", intake.ask_for_link, LINK_IS_MAILED)


@csrf_exempt
@show_or_act
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    reader = audience.look(PREFERENCES, token)
    chosen = reader.chosen
    form = ReaderForm.of(chosen)
    saved = False
    if request.method == "POST":
        with translation.override(chosen.language):
            form = ReaderForm.typed(request, with_address=False)
        if not form.errors:
            chosen = audience.choose(token, form.choices, clock.now()).chosen
            saved = True
    leave = reverse("unsubscribe", args=[sign(UNSUBSCRIBE, reader.key)])
    values = {**form.values(chosen.language), "token": token, "saved": saved, "leave": leave}
    return page(request, "preferences.html", values, language=chosen.language, status=422 if form.errors else 200)


@csrf_exempt  # RFC 8058: the POST comes from the reader's mail provider, without cookies
@show_or_act
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """The button posts what a mail provider posts; any other body changes nothing (RFC 8058 §3.2)."""
    posted = request.method == "POST"
    try:
        reader = audience.look(UNSUBSCRIBE, token)
    except NobodysToken:
        if posted:  # erased since, so nothing comes any more
            return _left(request, language_of(request))
        raise
    language = reader.chosen.language
    asked = posted and ONE_CLICK.items() <= request.POST.dict().items()
    if not asked:
        values = {"one_click": ONE_CLICK}
        return page(request, "unsubscribe.html", values, language=language, status=400 if posted else 200)
    audience.unsubscribe(token, clock.now())
    with translation.override(language):
        return _left(request, language, _undo(reader))


@gzip_page
@require_safe
def feeds(request: HttpRequest) -> HttpResponse:
    with translation.override(language_of(request)):
        return page(request, "feeds.html", {"groups": directory.groups()})


@gzip_page
@require_safe
def feed(request: HttpRequest, language: str, name: str) -> HttpResponse:
    """A feed for people: what it holds, and its addresses to copy."""
    house = newsroom()
    if language not in house.languages:
        raise Http404
    with translation.override(language):
        card = directory.card(language, name)
        if card is None:
            raise Http404
        values = {
            "card": card,
            "items": directory.preview(language, name, clock.now()),
        }
        return page(request, "feed.html", values, language=language)


@gzip_page
@require_safe
def editions(request: HttpRequest) -> HttpResponse:
    language = language_of(request)
    with translation.override(language):
        feed = {"feed_title": archive.feed_title(language), "feed_url": archive.feed_path(language)}
        return page(request, "editions.html", {"editions": _editions(language), **feed})


@gzip_page
@require_safe
def editions_feed(request: HttpRequest, language: str) -> HttpResponse:
    if language not in newsroom().languages:
        raise Http404
    kind = f"{TYPES[ATOM]}; charset=utf-8"
    headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=900"}
    return HttpResponse(archive.feed(language, clock.now()), content_type=kind, headers=headers)


@gzip_page
@require_safe
def edition(request: HttpRequest, slug: str) -> HttpResponse:
    """The letter as it went out; what was corrected since stands above it."""
    row = get_object_or_404(Edition.objects.public(), slug=slug)
    letter = archive.letter(row, clock.now())
    if not letter:
        raise Http404
    headers = {"Content-Language": row.language, "Content-Security-Policy": archive.policy(letter)}
    return HttpResponse(letter, headers=headers)


@require_safe
def story(request: HttpRequest, article_id: Any) -> HttpResponse:
    """Where a quiet letter's links lead first, on a domain that names nobody. The address is the same for
    every reader, and nothing is noted."""
    article = get_object_or_404(Article.objects.published(), pk=article_id)
    return HttpResponseRedirect(article.canonical_url)


@gzip_page
@require_safe
def republish(request: HttpRequest, article_id: Any) -> HttpResponse:
    article = get_object_or_404(Article.objects.published().complete(), pk=article_id)
    with translation.override(article.language):
        values = copies.page_values(article, clock.now())
        return page(request, "republish.html", values, language=article.language)


@require_safe
def republish_file(request: HttpRequest, article_id: Any, format: str) -> HttpResponse:
    if format not in WRITERS:
        raise Http404
    article = get_object_or_404(Article.objects.published().complete(), pk=article_id)
    copy = copy_of(article, format, clock.now())
    return HttpResponse(
        copy.body,
        content_type=f"{copy.type}; charset=utf-8",
        headers={
            "Access-Control-Allow-Origin": "*",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )


@gzip_page
@require_safe
def style(request: HttpRequest) -> HttpResponse:
    return asset("style.css", "text/css; charset=utf-8")


@require_safe
def script(request: HttpRequest, name: str) -> HttpResponse:
    return asset(name, "text/javascript; charset=utf-8")


def no_feed(request: HttpRequest, *args: Any) -> HttpResponse:
    return not_found(request)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    with translation.override(language_of(request)):
        return message(
            request,
            gettext("Nothing is here"),
            gettext("This address leads nowhere. It may be mistyped, or what was here is gone."),
            status=404,
        )


def _left(request: HttpRequest, language: str, action: Action | None = None) -> HttpResponse:
    with translation.override(language):
        return message(
            request,
            gettext("You are unsubscribed"),
            gettext("No more letters will come. One last mail confirms it, with a link to undo it."),
            language=language,
            action=action,
        )


def _undo(reader: Reader) -> Action | None:
    """Only for whoever just left: an old letter's link must not bring anybody back who is gone."""
    if reader.status != "active":
        return None
    return Action(gettext("Undo it"), reverse("confirm", args=[sign(CONFIRM, reader.key)]), posts=True)


def _landing_values(form: ReaderForm, language: str) -> dict[str, Any]:
    with translation.override(language):
        return {**form.values(language), "editions": _editions(language)[:5]}


def _editions(language: str) -> list[dict[str, Any]]:
    """In the language that is active."""
    return [
        {
            "title": letter.subject,
            "url": reverse("edition", args=[row.slug]),
            "date": row.approved_at,
            "kind": archive.kind_of(row),
        }
        for row, letter in archive.listed(language, clock.now())
    ]

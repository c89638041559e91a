"""Articles: the list, and one with its state in every outlet and what can be done about it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from service.content.actions import holding, kills
from service.content.actions.again import ask_again, can_be_asked
from service.content.actions.differences import edits
from service.content.actions.store import call_it
from service.content.kinds import kind_name, state_name
from service.content.models import Article, ArticleQuerySet
from service.content.rules.comparison import words
from service.editions.actions import take_out
from service.editions.models import Edition
from service.newsroom.current import newsroom
from service.newsroom.rules import KINDS
from service.people.rules.roles import Right
from service.toolbox import clock
from service.toolbox.letters import language_name

from .door import desk, done
from .leaves import leaf
from .ledger import name_of
from .outlets import lead, outlets, reach
from .pages import page
from .sentences import became_of
from .words import number

STATES = tuple(value for value, _ in Article.STATES)
ORDERS = {"newest": ("-published", "-id"), "changed": ("-updated", "-id"), "title": ("title", "id")}


@require_safe
@desk(Right.SEE)
def articles(request: HttpRequest) -> HttpResponse:
    asked = {name: request.GET.get(name, "") for name in ("words", "language", "status", "kind", "order")}
    found = _chosen(asked).select_related("source").defer("body", "original")
    told = {"title": gettext("Articles"), "asked": asked, "choices": _choices(), "leaf": leaf(request, found)}
    return page(request, "articles.html", {**told, "lead": _lead()})


@require_safe
@desk(Right.SEE)
def article(request: HttpRequest, key: UUID) -> HttpResponse:
    found = get_object_or_404(Article.objects.select_related("source"), pk=key)
    standing = outlets(found, clock.now())
    history = edits(found)
    told = {
        "title": found.title,
        "article": found,
        "kind": kind_name(found.kind),
        "authors": [entry.author for entry in found.authorships.select_related("author")],
        "translations": _translations(found),
        "lead": lead(found, standing),
        "outlets": standing,
        "edits": history,
        "latest": history[0].version,
        "stretches": words,
        "can_be_asked": can_be_asked(found.source),
    }
    return page(request, "article.html", told)


@require_POST
@desk(Right.PUBLISH)
def correct(request: HttpRequest, key: UUID) -> HttpResponse:
    """What the latest change is called, from now on and everywhere."""
    kind, note = request.POST.get("kind", ""), request.POST.get("note", "").strip()
    call_it(_found(key).versions.latest("number"), kind, note, clock.now())
    told = {
        "correction": gettext("It is a correction now: every outlet shows the note, and partners are told."),
        "update": gettext("It is an update now: readers' programs show it as new."),
        "fix": gettext("It is a small fix now: nobody is told."),
    }
    return done(request, told[kind], "console:article", key)


@require_POST
@desk(Right.EDIT)
def ask(request: HttpRequest, key: UUID) -> HttpResponse:
    return done(request, ask_again(_found(key), clock.now()), "console:article", key)


@require_safe
@desk(Right.PUBLISH, again=True)
def withdrawing(request: HttpRequest, key: UUID) -> HttpResponse:
    """Whom it reaches, before it is done."""
    found = _found(key)
    standing = outlets(found, clock.now())
    told = {"title": gettext("Withdraw this article?"), "article": found, "reach": reach(standing)}
    feeds = sum(one.version is not None for one in standing.feeds)
    verb = ngettext("Withdraw it from %(n)s feed and every copy", "Withdraw it from %(n)s feeds and every copy", feeds)
    return page(request, "withdraw.html", {**told, "verb": verb % {"n": number(feeds)}})


@require_POST
@desk(Right.PUBLISH, again=True)
def kill(request: HttpRequest, key: UUID) -> HttpResponse:
    taken = take_out.withdraw(_found(key), request.POST.get("note", "").strip(), clock.now())
    told = gettext("It is withdrawn. Every outlet shows a notice within a minute, and partners are told.")
    return done(request, " ".join([told, *map(became_of, taken)]), "console:article", key)


@require_POST
@desk(Right.EDIT)
def hold(request: HttpRequest, key: UUID) -> HttpResponse:
    """`edition`: the letter on whose page it was asked for."""
    found, reason = _found(key), request.POST.get("reason", "")
    taken = take_out.hold(found, name_of(request.user), reason, clock.now())
    told = gettext("“%(title)s” is held. It is out of every outlet within a minute.") % {"title": found.title}
    sentence = " ".join([told, *map(became_of, taken)])
    edition = Edition.objects.filter(slug=request.POST.get("edition", "")).first()
    if edition:
        return done(request, sentence, "console:edition", edition.slug)
    return done(request, sentence, "console:article", key)


@require_POST
@desk(Right.PUBLISH)
def release(request: HttpRequest, key: UUID) -> HttpResponse:
    holding.release(_found(key), clock.now())
    told = gettext("It is released: every outlet carries it within a minute. A letter that was paused for it waits.")
    return done(request, told, "console:article", key)


@require_POST
@desk(Right.PUBLISH)
def restore(request: HttpRequest, key: UUID) -> HttpResponse:
    kills.restore(_found(key), clock.now())
    return done(request, gettext("It is back: every outlet carries it within a minute."), "console:article", key)


def _found(key: UUID) -> Article:
    return get_object_or_404(Article, pk=key)


def _chosen(asked: dict[str, str]) -> ArticleQuerySet:
    """What the desk may ask for; anything else is as if it had not been asked."""
    found = Article.objects.called(asked["words"])
    allowed = {"language": newsroom().languages, "status": STATES, "kind": KINDS}
    for name, values in allowed.items():
        if asked[name] in values:
            found = found.filter(**{name: asked[name]})
    return found.order_by(*ORDERS.get(asked["order"], ORDERS["newest"]))


def _choices() -> dict[str, list[tuple[str, str]]]:
    return {
        "language": [("", gettext("every language")), *((one, language_name(one)) for one in newsroom().languages)],
        "status": [("", gettext("every state")), *((one, state_name(one)) for one in STATES)],
        "kind": [("", gettext("every kind")), *((one, kind_name(one)) for one in KINDS)],
        "order": [
            ("newest", gettext("the newest first")),
            ("changed", gettext("what changed last first")),
            ("title", gettext("by title")),
        ],
    }


def _lead() -> str:
    published = Article.objects.published().count()
    told = ngettext("%(n)s article is published", "%(n)s articles are published", published)
    rest = {status: Article.objects.filter(status=status).count() for status in ("scheduled", "held", "withdrawn")}
    return gettext("%(published)s, %(scheduled)s scheduled, %(held)s held, %(withdrawn)s withdrawn.") % {
        "published": told % {"n": number(published)},
        **{status: number(count) for status, count in rest.items()},
    }


def _translations(article: Article) -> ArticleQuerySet:
    if not article.translation:
        return Article.objects.none()
    return Article.objects.filter(translation=article.translation).exclude(pk=article.pk).order_by("language", "id")

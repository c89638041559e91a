"""Names of authors: one is taken off every outlet for somebody's safety, or stands again."""

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from service.content.actions.bylines import remove_byline, restore_byline, still_named
from service.content.models import Article, Author
from service.newsroom.current import newsroom
from service.people.rules.roles import Right
from service.toolbox import clock

from .door import desk, done
from .leaves import leaf
from .pages import language_of, page


@require_safe
@desk(Right.PUBLISH)
def names(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("words", "").replace("\x00", "").strip()
    found = Author.objects.called(words).annotate(count=Count("articles")).order_by("slug")
    told = {"title": gettext("Names"), "words": words, "leaf": leaf(request, found)}
    return page(request, "names.html", {**told, "withheld": Author.objects.withheld().order_by("slug")})


@require_safe
@desk(Right.PUBLISH)
def name(request: HttpRequest, slug: str) -> HttpResponse:
    """How many articles it stands on, and which name it in their own words: before it goes, and after."""
    author = get_object_or_404(Author, slug=slug)
    standing = {"count": Article.objects.seen().filter(authors=author).count(), "still_named": still_named(author)}
    told = {"title": author.name(language_of(request)), "author": author, "others": _others(author)}
    return page(request, "name.html", {**told, **standing})


@require_POST
@desk(Right.PUBLISH, again=True)
def remove(request: HttpRequest, slug: str) -> HttpResponse:
    removal = remove_byline(get_object_or_404(Author, slug=slug), clock.now())
    told = ngettext(
        "The name is withheld: %(n)s article is told again without it.",
        "The name is withheld: %(n)s articles are told again without it.",
        removal.articles,
    )
    return done(request, told % {"n": removal.articles}, "console:name", slug)


@require_POST
@desk(Right.PUBLISH, again=True)
def restore(request: HttpRequest, slug: str) -> HttpResponse:
    count = restore_byline(get_object_or_404(Author, slug=slug), clock.now())
    told = ngettext("The name stands again on %(n)s article.", "The name stands again on %(n)s articles.", count)
    return done(request, told % {"n": count}, "console:name", slug)


def _others(author: Author) -> list[Author]:
    """The same name under another slug: the CMS may know one person twice."""
    known = {author.name(language) for language in newsroom().languages}
    return [one for one in Author.objects.exclude(pk=author.pk) if any(one.is_called(name) for name in known)]

"""Was this helpful? The answer that a letter's link brings is shown first, and counts when it is sent:
what only looks at links, as mail scanners do, votes nothing."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt

from service.content.models import Article
from service.editions.models import Edition, EditionItem
from service.feedback import actions
from service.feedback.rules import LONGEST_COMMENT
from service.newsroom.current import newsroom
from service.toolbox import clock

from .asking import TRAP
from .messages import message
from .pages import page, show_or_act

YES, NO = "yes", "no"
REPUBLISH = "republish"
_LOOKED_AT = 20_000  # characters of a comment


@csrf_exempt
@show_or_act
def letter(request: HttpRequest, token: str, item: str, chosen: str) -> HttpResponse:
    """About a story of a digest. Whether the token is anybody's, no answer tells."""
    stood = _item(int(item))
    language = stood.edition.language
    with translation.override(language):
        if not actions.is_open(stood.edition.mailing_key, clock.now()):
            return _over(request, language)
        if request.method != "POST" or request.POST.get("answer") not in (YES, NO):
            return _ask(request, stood, chosen)
        return _answered(request, token, stood)


@csrf_exempt
@show_or_act
def republish(request: HttpRequest, article_id: str) -> HttpResponse:
    """From the page for whoever republishes: no token, and what a program fills in is dropped."""
    article = get_object_or_404(Article.objects.published(), pk=article_id)
    said = request.POST.get("answer")
    if request.method != "POST" or said not in (YES, NO):
        return HttpResponseRedirect(reverse("republish", args=[article.pk]))
    with translation.override(article.language):
        try:
            if not request.POST.get(TRAP):
                actions.answer_openly(REPUBLISH, article.key, clock.now(), yes=said == YES, title=article.title)
        except actions.TooMany as error:
            return message(request, gettext("Not now"), gettext(str(error)), language=article.language, status=429)
        return message(request, gettext("Thank you"), gettext("Your answer is counted."), language=article.language)


def _item(number: int) -> EditionItem:
    gone_out = Edition.objects.public().filter(kind="weekly")
    shown = EditionItem.objects.shown().filter(edition__in=gone_out)
    return get_object_or_404(shown.select_related("edition", "article"), pk=number)


def _answered(request: HttpRequest, token: str, stood: EditionItem) -> HttpResponse:
    said, comment = request.POST["answer"], request.POST.get("comment", "")[:_LOOKED_AT]
    edition, article = stood.edition, stood.article
    given = {"title": article.title, "comment": comment}
    try:
        open_still = actions.answer(edition.mailing_key, article.key, token, clock.now(), yes=said == YES, **given)
    except actions.TooLong as error:
        return _ask(request, stood, said, comment, {"comment": gettext(str(error))})
    except actions.TooMany as error:
        return message(request, gettext("Not now"), gettext(str(error)), language=edition.language, status=429)
    if not open_still:
        return _over(request, edition.language)
    sentence = gettext("Your answer is counted. If you change your mind, open the link in the letter again.")
    return message(request, gettext("Thank you"), sentence, language=edition.language)


def _ask(
    request: HttpRequest, stood: EditionItem, chosen: str, comment: str = "", errors: dict[str, str] | None = None
) -> HttpResponse:
    values = {
        "story": stood.article.title,
        "chosen": chosen,
        "comment": comment,
        "longest": LONGEST_COMMENT,
        "errors": errors or {},
    }
    return page(request, "feedback.html", values, language=stood.edition.language, status=422 if errors else 200)


def _over(request: HttpRequest, language: str) -> HttpResponse:
    sentence = gettext(
        "Thank you for opening it. Answers about this letter were taken for two weeks; the desk (%(desk)s) still "
        "reads every mail."
    )
    told = sentence % {"desk": newsroom().editors}
    return message(request, gettext("The count is over"), told, language=language)

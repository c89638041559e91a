"""Pages for whoever republishes: the answer to a notice, and the word that an article was used."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt

from service.audience.intake import allow
from service.content.models import Article
from service.partners.actions import acknowledging
from service.partners.actions.facts import facts
from service.partners.actions.uses import report_use
from service.partners.actions.whose import our_hosts, partner_at
from service.partners.models import Told
from service.partners.rules.addresses import NotAPage, page_elsewhere
from service.partners.rules.telling import CORRECTED, NEVER_USED, TAKEN_DOWN, answers
from service.toolbox import clock
from service.toolbox.tokens import BadToken

from .asking import came
from .forms import check_address
from .messages import message
from .pages import language_of, page, show_or_act


@csrf_exempt  # it trusts the link, no cookie
@show_or_act
def acknowledge(request: HttpRequest, token: str) -> HttpResponse:
    try:
        told = acknowledging.open_link(token)
    except BadToken as error:
        with translation.override(language_of(request)):
            return message(request, gettext("This link does not work"), gettext(str(error)), status=404)
    with translation.override(facts(told).language):
        answer = request.POST.get("answer", "")
        if request.method != "POST":
            return _ask(request, told)
        if answer not in answers(told.notice.kind):
            return _ask(request, told, {"answer": gettext("Choose one of the answers.")})
        acknowledging.acknowledge(told, acknowledging.LINK, clock.now(), answer)
        sentence = gettext("Your answer is noted, and no more reminders come. If it changes, open the link again.")
        return message(request, gettext("Thank you"), sentence, language=facts(told).language)


@csrf_exempt
@show_or_act
def used(request: HttpRequest, article_id: Any) -> HttpResponse:
    """Somebody used an article and says so. Also one that was withdrawn since: then they hear of it."""
    article = get_object_or_404(Article.objects.seen(), pk=article_id)
    with translation.override(article.language):
        typed = {name: request.POST.get(name, "").strip() for name in ("url", "organisation", "contact")}
        if request.method != "POST":
            return _form(request, article, typed, {})
        errors = _errors(typed)
        if errors:
            return _form(request, article, typed, errors)
        if allow(came(request), clock.now()):
            url, who, contact = typed["url"], typed["organisation"], typed["contact"]
            partner = partner_at(url)
            report_use(article, url, "form", clock.now(), partner=partner, organisation=who, contact=contact)
        sentence = gettext("We have noted it, and look at the page soon. Thank you for telling us.")
        return message(request, gettext("Thank you"), sentence, language=article.language)


def _ask(request: HttpRequest, told: Told, errors: dict[str, str] | None = None) -> HttpResponse:
    known = facts(told)
    values = {
        "heading": _heading(known.kind),
        "title": known.title,
        "title_language": told.notice.version.article.language,
        "note": known.note,
        "pages": known.pages,
        "copy": known.copy,
        "chosen": told.answer,
        "options": [(answer, _words(known.kind)[answer], "") for answer in answers(known.kind)],
        "errors": errors or {},
    }
    return page(request, "acknowledge.html", values, language=known.language, status=422 if errors else 200)


def _errors(typed: dict[str, str]) -> dict[str, str]:
    errors = dict[str, str]()
    try:
        page_elsewhere(typed["url"], our_hosts())
    except NotAPage:
        errors["url"] = gettext("That is not the whole address of a page of yours. It begins with https://.")
    if typed["contact"]:
        check_address(typed["contact"], errors, "contact")
    return errors


def _form(request: HttpRequest, article: Article, typed: dict[str, str], errors: dict[str, str]) -> HttpResponse:
    values = {"title": article.title, "typed": typed, "errors": errors}
    return page(request, "used.html", values, language=article.language, status=422 if errors else 200)


def _heading(kind: str) -> str:
    return {
        "withdrawal": gettext("Take this article down now"),
        "byline": gettext("Take the name of the author off now"),
        "correction": gettext("Please correct this article"),
    }[kind]


def _words(kind: str) -> dict[str, str]:
    done = gettext("Corrected") if kind == "correction" else gettext("The name is taken off")
    return {
        TAKEN_DOWN: gettext("Taken down: no page, feed or letter of ours carries it"),
        CORRECTED: done,
        NEVER_USED: gettext("Never used: we did not publish it"),
    }

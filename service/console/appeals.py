"""Donation calls: what runs when, how it reads in a letter, what came of it, and where none may stand."""

from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from service.appeals.actions import campaigns
from service.appeals.actions.calling import today
from service.appeals.actions.campaigns import PARTS, Written
from service.appeals.models import Campaign
from service.appeals.rules.calling import TOP
from service.content.models import Article
from service.editions.actions.curate import keep_from_asking
from service.editions.actions.trial import latest_weekly, letter_with
from service.editions.models import Edition
from service.newsroom.current import newsroom
from service.newsroom.rules import NO_ASK, Ask
from service.people.rules.roles import Right
from service.toolbox import clock
from service.toolbox.errors import ServiceError
from service.toolbox.letters import language_name

from .askings import calendar, lead, letters
from .door import desk, done
from .editions import letter_policy
from .ledger import name_of
from .pages import page
from .wordings import CAMPAIGN_STATES, PLACEMENTS


@require_safe
@desk(Right.SEE)
def appeals(request: HttpRequest) -> HttpResponse:
    day = today(clock.now())
    told = {
        "title": gettext("Appeals"),
        "lead": lead(day),
        "calendar": calendar(day),
        "letters": letters(),
        "standing": newsroom().asks,
        "budget": newsroom().ask_budget,
        "states": CAMPAIGN_STATES,
    }
    return page(request, "appeals.html", told)


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Right.EDIT)
def write(request: HttpRequest) -> HttpResponse:
    """A new one. What is wrong is told beside what was written."""
    return _written(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Right.EDIT)
def rewrite(request: HttpRequest, slug: str) -> HttpResponse:
    return _written(request, _found(slug))


@xframe_options_sameorigin
@require_POST
@desk(Right.EDIT)
def trial(request: HttpRequest, language: str) -> HttpResponse:
    """What was written, not saved yet, in the newest letter that there is: for a frame."""
    try:
        edition = latest_weekly(language)
        if edition is None:
            raise ServiceError(gettext("There is no letter in this language yet to show it in."))
        body = letter_with(edition, _told(request.POST), clock.now()).html
        kind = "text/html"
    except ServiceError as error:
        body, kind = str(error), "text/plain"
    headers = {"Content-Security-Policy": letter_policy(), "Cache-Control": "no-store"}
    return HttpResponse(body, content_type=f"{kind}; charset=utf-8", headers=headers)


@require_POST
@desk(Right.EDIT)
def end(request: HttpRequest, slug: str) -> HttpResponse:
    campaigns.end(_found(slug), clock.now())
    return done(request, gettext("It has ended: no letter from now on carries it."), "console:appeals")


@require_POST
@desk(Right.EDIT)
def remove(request: HttpRequest, slug: str) -> HttpResponse:
    campaigns.remove(_found(slug))
    return done(request, gettext("It is removed."), "console:appeals")


@require_POST
@desk(Right.EDIT)
def beside_article(request: HttpRequest, key: UUID) -> HttpResponse:
    """Whether a call may stand beside that story. A letter that is frozen already stays as it is."""
    forbidden = request.POST.get("state") == "none"
    article = get_object_or_404(Article, pk=key)
    Article.objects.filter(pk=article.pk).update(no_appeal=forbidden)
    told = gettext("No call for donations stands beside this story in any letter from now on.")
    if not forbidden:
        told = gettext("Calls for donations may stand beside this story again.")
    return done(request, told, "console:article", key)


@require_POST
@desk(Right.EDIT)
def in_edition(request: HttpRequest, slug: str) -> HttpResponse:
    """Whether that draft asks at all."""
    edition = get_object_or_404(Edition, slug=slug)
    silent = request.POST.get("state") == "none"
    keep_from_asking(edition, name_of(request.user), clock.now(), silent=silent)
    told = gettext("This letter asks nobody for a donation.") if silent else gettext("This letter may ask again.")
    return done(request, told, "console:edition", slug)


def _written(request: HttpRequest, campaign: Campaign | None) -> HttpResponse:
    error = ""
    if request.method == "POST":
        try:
            saved = campaigns.save(campaign, _told(request.POST))
            return done(request, gettext("It is saved."), "console:appeal", saved.slug)
        except ServiceError as wrong:
            error = str(wrong)
    typed = _typed(campaigns.written(campaign) if campaign else Written())
    values = {
        "title": campaign.name if campaign else gettext("Write a campaign"),
        "campaign": campaign,
        "state": campaign.state(today(clock.now())) if campaign else "",
        "typed": {name: request.POST.get(name, "") for name in typed} if error else typed,
        "error": error,
        "placements": [(value, gettext(label)) for value, label in PLACEMENTS.items()],
        "names": {language: language_name(language) for language in newsroom().languages},
    }
    return page(request, "appeal.html", values, status=422 if error else 200)


def _typed(told: Written) -> dict[str, str]:
    """By the names of the form's fields."""
    asks = {(language, part): told.asks.get(language, NO_ASK) for language in newsroom().languages for part in PARTS}
    return {
        "name": told.name,
        "placement": told.placement,
        "everywhere": "on" if told.everywhere else "",
        "starts": told.starts.isoformat() if told.starts else "",
        "ends": told.ends.isoformat() if told.ends else "",
        "goal": str(told.goal or ""),
        "currency": told.currency,
        **{f"{part}-{language}": getattr(ask, part) for (language, part), ask in asks.items()},
    }


def _told(form: QueryDict) -> Written:
    """Raises ServiceError for what can't be read."""
    goal = form.get("goal", "").replace(" ", "").replace(",", "").replace(".", "")
    if goal and not goal.isdecimal():
        raise ServiceError(gettext("The goal is a whole number, without a sign of the currency."))
    return Written(
        name=form.get("name", "").strip()[:100],
        placement=form.get("placement", TOP),
        everywhere="everywhere" in form,
        starts=_day(form.get("starts", "")),
        ends=_day(form.get("ends", "")),
        goal=int(goal) if goal else None,
        currency=form.get("currency", "").strip().upper(),
        asks={one: Ask(*(form.get(f"{part}-{one}", "").strip() for part in PARTS)) for one in newsroom().languages},
    )


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text.strip(), "%Y-%m-%d").date() if text.strip() else None  # noqa: DTZ007
    except ValueError:
        raise ServiceError(gettext("A day is written like 2026-12-24.")) from None


def _found(slug: str) -> Campaign:
    return get_object_or_404(Campaign, slug=slug)

"""What a partner wants under one name: filters, tried on the latest articles before they are saved."""

from dataclasses import fields

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from service.content.models import Country, Topic
from service.newsroom.current import newsroom
from service.newsroom.rules import KINDS
from service.partners.actions.agreeing import add_feed
from service.partners.actions.choosing import tried
from service.partners.actions.selecting import select_again
from service.partners.models import PartnerFeed
from service.partners.rules.selection import Selection
from service.people.rules.roles import Right
from service.toolbox import clock
from service.toolbox.letters import language_name

from .door import desk, done
from .pages import language_of, page
from .partners import found
from .wordings import ARTICLE_KINDS

Options = list[tuple[str, str]]


@require_safe
@desk(Right.SEE)
def feed(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """With what its filter lets through; asked with choices in the address, those are tried and not saved."""
    one = _feed(pk, name)
    chosen = _selection(request.GET) if request.GET else one.selection
    values = {
        "title": gettext("Feed “%(feed)s” of %(partner)s") % {"feed": one.name, "partner": one.partner},
        "feed": one,
        "partner": one.partner,
        "lists": [(name, label, options, set(getattr(chosen, name))) for name, label, options in _lists(request)],
        "tried": tried(chosen, clock.now()),
    }
    whole = "HX-Request" not in request.headers
    return page(request, "partner_feed.html" if whole else "_partner_feed_tried.html", values)


@require_POST
@desk(Right.PARTNERS)
def feed_add(request: HttpRequest, pk: int) -> HttpResponse:
    one = add_feed(found(pk), request.POST.get("name", ""))
    return done(request, gettext("There it is; choose what it holds."), "console:partner_feed", pk, one.name)


@require_POST
@desk(Right.PARTNERS)
def feed_save(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """A filter that is narrowed withdraws what falls out of it."""
    lost = select_again(_feed(pk, name), _selection(request.POST), clock.now())
    told = ngettext(
        "Saved. %(count)d article that they were given is withdrawn from them.",
        "Saved. %(count)d articles that they were given are withdrawn from them.",
        lost,
    )
    return done(request, told % {"count": lost} if lost else gettext("Saved."), "console:partner_feed", pk, name)


def _feed(pk: int, name: str) -> PartnerFeed:
    one = PartnerFeed.objects.select_related("partner").filter(partner=pk, name=name).first()
    if one is None:
        raise Http404
    return one


def _selection(asked: QueryDict) -> Selection:
    """Of what is ticked, whatever is known."""
    known = _known()
    return Selection(**{
        field.name: tuple(one for one in asked.getlist(field.name) if one in known[field.name.removeprefix("not_")])
        for field in fields(Selection)
    })  # fmt: skip


def _known() -> dict[str, set[str]]:
    return {
        "languages": set(newsroom().languages),
        "kinds": set(KINDS),
        "topics": set(Topic.objects.values_list("slug", flat=True)),
        "countries": set(Country.objects.values_list("slug", flat=True)),
    }


def _lists(request: HttpRequest) -> list[tuple[str, str, Options]]:
    """What can be ticked: field, its label, and (value, words)."""
    language = language_of(request)
    topics, countries = (
        sorted(((one.slug, one.name(language)) for one in rows), key=lambda one: one[1])
        for rows in (Topic.objects.all(), Country.objects.all())
    )
    kinds = [(kind, gettext(ARTICLE_KINDS[kind])) for kind in KINDS]
    return [
        ("languages", gettext("Only in these languages"), [(one, language_name(one)) for one in newsroom().languages]),
        ("topics", gettext("Only on these topics"), topics),
        ("countries", gettext("Only about these countries"), countries),
        ("kinds", gettext("Only of these kinds"), kinds),
        ("not_topics", gettext("Never on these topics"), topics),
        ("not_countries", gettext("Never about these countries"), countries),
        ("not_kinds", gettext("Never of these kinds"), kinds),
    ]

"""What a partner wants under one name: filters, tried on the latest articles before they are saved."""

from dataclasses import fields

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from service.content.kinds import kind_name
from service.content.models import Country, Topic
from service.newsroom.current import newsroom
from service.newsroom.rules import KINDS
from service.partners.actions.agreeing import add_feed
from service.partners.actions.choosing import tried
from service.partners.actions.selecting import remove_feed, select_again
from service.partners.models import Partner, PartnerFeed
from service.partners.rules.selection import Selection
from service.people.rules.roles import Right
from service.toolbox import clock
from service.toolbox.letters import language_name

from .door import desk, done
from .pages import language_of, page
from .partners import found
from .wordings import FILTERS

Options = list[tuple[str, str]]


@require_safe
@desk(Right.SEE)
def feed(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """With what its filter lets through; asked with choices in the address, those are tried and not saved."""
    one = _feed(pk, name)
    title = gettext("Feed “%(feed)s” of %(partner)s") % {"feed": one.name, "partner": one.partner}
    return _shown(request, one.partner, title, one.selection, feed=one)


@require_safe
@desk(Right.PARTNERS)
def feed_new(request: HttpRequest, pk: int) -> HttpResponse:
    partner = found(pk)
    title = gettext("A new feed for %(partner)s") % {"partner": partner}
    return _shown(request, partner, title, Selection())


@require_POST
@desk(Right.PARTNERS)
def feed_add(request: HttpRequest, pk: int) -> HttpResponse:
    one = add_feed(found(pk), request.POST.get("name", ""), _selection(request.POST), clock.now())
    said = gettext("There it is, and every key of theirs for feeds opens it.")
    return done(request, said, "console:partner_feed", pk, one.name)


@require_POST
@desk(Right.PARTNERS)
def feed_save(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """A filter that is narrowed withdraws what falls out of it."""
    lost = select_again(_feed(pk, name), _selection(request.POST), clock.now())
    return done(request, _and_withdrawn(gettext("Saved."), lost), "console:partner_feed", pk, name)


@require_POST
@desk(Right.PARTNERS)
def feed_remove(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Its address answers 404 from now on."""
    lost = remove_feed(_feed(pk, name), clock.now())
    return done(request, _and_withdrawn(gettext("The feed is removed."), lost), "console:partner", pk)


def _and_withdrawn(said: str, lost: int) -> str:
    told = ngettext(
        "%(count)d article that they were given is withdrawn from them.",
        "%(count)d articles that they were given are withdrawn from them.",
        lost,
    )
    return f"{said} {told % {'count': lost}}" if lost else said


def _shown(
    request: HttpRequest, partner: Partner, title: str, saved: Selection, feed: PartnerFeed | None = None
) -> HttpResponse:
    chosen = _selection(request.GET) if "tried" in request.GET else saved
    through = tried(chosen, clock.now())
    count = sum(one.chosen for one in through)
    told = ngettext(
        "%(count)d of the last %(all)d articles comes through.",
        "%(count)d of the last %(all)d articles come through.",
        count,
    )
    whole = "HX-Request" not in request.headers
    values = {
        "title": title,
        "feed": feed,
        "partner": partner,
        "name": request.GET.get("name", ""),
        "lists": [(name, label, options, set(getattr(chosen, name))) for name, label, options in _lists(request)],
        "sentence": told % {"count": count, "all": len(through)},
        "tried": through,
        "whole": whole,
    }
    return page(request, "partner_feed.html" if whole else "_partner_feed_tried.html", values)


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
    options = {
        "languages": [(one, language_name(one)) for one in newsroom().languages],
        "topics": topics,
        "countries": countries,
        "kinds": [(kind, kind_name(kind)) for kind in KINDS],
    }
    return [(name, gettext(label), options[name.removeprefix("not_")]) for name, label in FILTERS.items()]

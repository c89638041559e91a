"""The weekly digest."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext
from markupsafe import Markup

from service.content.models import Article, ArticleQuerySet
from service.delivery.rules.compiled import slot
from service.feedback.actions import most_helpful
from service.newsroom.current import newsroom
from service.newsroom.rules import Ask
from service.toolbox import html, prose

from ..houses import known_hosts
from ..models import Edition, EditionItem
from ..ordering import FIRST
from ..rules import MOST_RELATED
from ..segments import EVERYBODY, Segment, matched
from .call import asking, between, call_of, standing
from .notices import notices_in
from .story import Share, Story, plain_address, plain_link, story

PRIORITY = 5
FEEDBACK = "feedback"
MOST_ELSEWHERE = 5
_CHOSEN = "chosen"


@dataclass(frozen=True, slots=True)
class Section:
    name: str
    stories: tuple[Story, ...]


@dataclass(frozen=True, slots=True)
class EditorsLetter:
    """Finished in both forms; all of it "" where nobody wrote one."""

    html: Markup
    text: str
    signed: str


def values(edition: Edition, now: datetime, segment: Segment = EVERYBODY) -> dict[str, Any]:
    """`sections` in order, the first story of all being the lead: what is pinned, then what the reader chose.
    `see_also` are older links; `elsewhere` are stories that exist in another language only. `asks` has, by a
    story's key, where the answer to 'was this helpful' goes, but for /yes or /no at its end."""
    ask = standing(edition.language)
    items = list(
        edition.shown_items.select_related("article").prefetch_related(
            "article__authorships__author", "article__countries", "article__topics"
        )
    )
    chosen = _chosen(edition, items, segment)
    names: dict[str, list[Story]] = {FIRST: [], _CHOSEN: []}
    for item in items:
        name = FIRST if item.pinned else _CHOSEN if item.pk in chosen else item.section
        names.setdefault(name, []).append(_worded(item, ask))
    sections = tuple(Section(section_name(name), tuple(stories)) for name, stories in names.items() if stories)
    useful, foreign = _useful(edition, ask), _elsewhere(edition, ask) if segment.elsewhere else ()
    own = [one for section in sections for one in section.stories]
    call = call_of(edition, edition.language, now)
    return {
        "letter": _letter(edition, segment),
        "lead": sections[0].stories[0] if sections else None,
        "sections": sections,
        "see_also": _see_also(edition, items),
        "notices": notices_in(edition),
        **asking(call, segment, between(call, own, [*useful, *foreign])),
        "elsewhere": foreign,
        "useful": useful,
        "asks": {item.article.key: f"{slot(FEEDBACK)}/{item.pk}" for item in items},
        "reads": lambda story: plain_link(story, segment),
        "count": len(items),
        "date": edition.period_end or now,
    }


def section_name(name: str) -> str:
    return {
        FIRST: gettext("Top stories"),
        _CHOSEN: gettext("What you chose"),
        "latest-investigation": gettext("Latest investigation"),
        "featured": gettext("Featured"),
        "analysis": gettext("News analysis"),
        "briefs": gettext("Briefs"),
        "organization": gettext("About the organization"),
        "see-also": gettext("See also"),
    }[name]


def subjects(article: Article) -> frozenset[str]:
    """In the words in which readers' interests are kept."""
    topics = {f"topic:{topic.slug}" for topic in article.topics.all()}
    return frozenset(topics | {f"country:{country.slug}" for country in article.countries.all()})


def only_elsewhere(edition: Edition) -> ArticleQuerySet:
    """Published in the edition's time, in another language alone."""
    if not edition.period_start or not edition.period_end:
        return Article.objects.none()
    came = Article.objects.first_seen_between(edition.period_start, edition.period_end).published()
    here = Article.objects.published().in_language(edition.language).filter(translation=OuterRef("translation"))
    return came.exclude(language=edition.language).filter(Q(translation="") | ~Exists(here)).newest_first()


def _letter(edition: Edition, segment: Segment) -> EditorsLetter:
    address = partial(plain_address, segment=segment)
    signed = edition.signed if edition.letter else ""
    return EditorsLetter(prose.to_html(edition.letter), prose.to_text(edition.letter, address), signed)


def _worded(item: EditionItem, ask: Ask) -> Story:
    """As the desk words it for this letter alone."""
    own = story(item.article, ask)
    return replace(own, title=item.headline or own.title, standfirst=item.standfirst or own.standfirst)


def _elsewhere(edition: Edition, ask: Ask) -> tuple[Story, ...]:
    return tuple(story(article, ask) for article in only_elsewhere(edition)[:MOST_ELSEWHERE])


def found_useful(language: str, now: datetime) -> list[str]:
    """The ids of the stories that readers found useful in the last digest, the most helpful first. Noted when the next
    is drafted: who votes later voids no approval."""
    last = Edition.objects.public().weekly(language).filter(drafted_at__lt=now).order_by("-drafted_at").first()
    if last is None or not newsroom().show_useful:
        return []
    told = {item.article.key: str(item.article_id) for item in last.items.select_related("article")}
    return [told[key] for key in most_helpful(last.mailing_key) if key in told]


def _useful(edition: Edition, ask: Ask) -> tuple[Story, ...]:
    """Not what stands in this one already."""
    if not edition.useful or not newsroom().show_useful:
        return ()
    there = Article.objects.published().filter(pk__in=edition.useful).exclude(pk__in=edition.items.values("article"))
    articles = {str(article.pk): article for article in there}
    return tuple(story(articles[pk], ask) for pk in edition.useful if pk in articles)


def _chosen(edition: Edition, items: list[EditionItem], segment: Segment) -> set[int]:
    """The items that lead in this segment's letter."""
    one = edition.interests.filter(number=segment.number).order_by("id").first() if segment.number > 0 else None
    if one is None:
        return set()
    places = matched(one.interests, [subjects(item.article) for item in items])
    return {items[place].pk for place in places}


def _see_also(edition: Edition, items: list[EditionItem]) -> tuple[Share, ...]:
    """Up to three links that the stories themselves point to, else older stories on the lead's topic;
    none of a story that stands in this letter, or was left out of it."""
    if "see-also" not in newsroom().sections or not items:
        return ()
    drafted = edition.items.all()
    here = set(drafted.values_list("article__canonical_url", flat=True))
    hosts = known_hosts()
    told = [link for item in items for link in item.article.see_also if not html.leads_elsewhere(link["url"], hosts)]
    links = [Share(link["title"] or link["url"], link["url"]) for link in told]
    lead = items[0].article
    older = (
        Article.objects.published()
        .in_language(edition.language)
        .filter(topics__in=lead.topics.all(), published__lt=lead.published)
        .exclude(pk__in=drafted.values("article"))
        .distinct()
        .newest_first()[:MOST_RELATED]
    )
    links += [Share(article.title, article.canonical_url) for article in older]
    gone = Article.objects.filter(status__in=["held", "withdrawn"], canonical_url__in=[link.url for link in links])
    here.update(gone.values_list("canonical_url", flat=True))
    fresh = {link.url: link for link in links if link.url not in here}
    return tuple(fresh.values())[:MOST_RELATED]

"""A story as a letter shows it: finished words and addresses, nothing to decide."""

from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

from babel.dates import format_date
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext

from service.attribution.rules import compose
from service.content.kinds import kind_name
from service.content.models import Article
from service.newsroom.current import newsroom
from service.newsroom.rules import Ask

from ..segments import QUIET, Segment


@dataclass(frozen=True, slots=True)
class Share:
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Story:
    """`twin_url` is the same story in the other language, or ""; `label` is kind and country."""

    id: UUID
    key: str
    language: str
    label: str
    kind: str
    title: str
    standfirst: str
    byline: str
    date: str
    url: str
    republish_url: str
    shares: tuple[Share, ...]
    twin_url: str
    twin_label: str
    twin_language: str
    licence_name: str
    licence_url: str
    image_url: str
    image_alt: str
    image_credit: str


def story(article: Article, ask: Ask) -> Story:
    """For a letter in the article's language, which must be the active one."""
    house = newsroom()
    told = compose(article, house, ask)
    twin = _twin(article)
    pictured = house.show_images and bool(article.image_url)
    return Story(
        id=article.id,
        key=article.key,
        language=article.language,
        label=_label(article),
        kind=article.kind,
        title=article.title,
        standfirst=article.standfirst,
        byline=told.byline,
        date=format_date(article.published.astimezone(house.zone), "long", locale=article.language),
        url=article.canonical_url,
        republish_url=settings.SITE_URL + reverse("republish", args=[article.id]),
        shares=_shares(article),
        twin_url=twin.canonical_url if twin else "",
        twin_label=_READ_IN.get(twin.language, twin.language) if twin else "",
        twin_language=twin.language if twin else "",
        licence_name=told.licence_name,
        licence_url=told.licence_deed,
        image_url=article.image_url if pictured else "",
        image_alt=article.image_alt,
        image_credit=article.credit,
    )


def plain_link(one: Story, segment: Segment) -> str:
    """Where a quiet letter's link leads: by the domain that names nobody, if there is one."""
    quiet = newsroom().quiet if segment.form == QUIET else None
    return f"{quiet.site}{reverse('story', args=[one.id])}" if quiet and quiet.site else one.url


def plain_address(url: str, segment: Segment) -> str:
    """How a link of the editor's is written in a letter of that kind. In a quiet one, "" where it leads
    elsewhere than to a story: no other stands on the domain that names nobody."""
    quiet = newsroom().quiet if segment.form == QUIET else None
    if not quiet or not quiet.site:
        return url
    article = Article.objects.published().filter(canonical_url=url).first()
    return f"{quiet.site}{reverse('story', args=[article.id])}" if article else ""


# Said in the language that it leads to: whoever reads that one understands it.
_READ_IN = {"en": "Read in English", "es": "Léelo en español"}


def _label(article: Article) -> str:
    countries = [country.name(article.language) for country in article.countries.all()]
    return " · ".join([kind_name(article.kind), *countries[:2]])


def _shares(article: Article) -> tuple[Share, ...]:
    """Plain links: no script, no button of anybody's, nothing that tells who shared."""
    address, title = quote(article.canonical_url, safe=""), quote(article.title, safe="")
    return (
        Share(gettext("Mail"), f"mailto:?subject={title}&body={address}"),
        Share("WhatsApp", f"https://wa.me/?text={title}%20{address}"),
        Share("Telegram", f"https://t.me/share/url?url={address}&text={title}"),
        Share(gettext("Link to copy"), article.canonical_url),
    )


def _twin(article: Article) -> Article | None:
    if not article.translation:
        return None
    others = Article.objects.published().filter(translation=article.translation)
    return others.exclude(language=article.language).order_by("language", "id").first()

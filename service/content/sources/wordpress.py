"""WordPress by its REST API (`/wp-json/wp/v2/`), as any visitor may read it.

The list is walked by `modified` ascending from the cursor, `<modified_gmt>|<page>`: a run that stops
halfway goes on at its page, and a run that got to the end begins next time at the newest change it
saw. Posts behind a password are `Gone` to everybody and so to us.
"""

import html
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urljoin

from service.toolbox.fetch import Answer, Fetcher, FetchFailed, host_of

from ..rules.drafts import Draft, Gone, Item, Person, Picture, Place, Portion, SourceTrouble, Term, Unreadable
from ..rules.places import slugify

PER_PAGE = 100
TRIES = 4
LONGEST_WAIT_SECONDS = 30.0
_GONE = (401, 403, 404, 410)
_TAXONOMIES = {"category": "category", "post_tag": "tag"}


def read(place: Place, now: datetime) -> Iterator[Portion]:
    """Posts changed since the cursor, oldest change first, a page at a time."""
    site = _Site(place)
    since, _, page_text = place.cursor.partition("|")
    page, newest = int(page_text or 1), since
    while True:
        posts = site.page(page, since)
        items = tuple(site.item(post) for post in posts)
        newest = max([newest, *(str(post.get("modified_gmt") or "") for post in posts)])
        last = len(posts) == 0 or page >= site.pages
        page += 1
        yield Portion(items, f"{newest}|" if last else f"{since}|{page}")
        if last:
            return


def ask(place: Place, external_id: str) -> Item:
    """That one post, now. Raises SourceTrouble where the site gives no clear answer."""
    site = _Site(place)
    answer = site.get(f"posts/{int(external_id)}", _embed=1)
    if answer.status in _GONE:
        return Gone(external_id, f"the site answers {answer.status} for it")
    post = _json(answer)
    if not isinstance(post, dict) or str(post.get("id")) != external_id:
        raise SourceTrouble(f"{answer.url} answered with something that is not post {external_id}.")
    return site.item(post)


def present_ids(place: Place) -> Iterator[str]:
    """The ids of all posts that the site shows to everybody."""
    site, page = _Site(place), 1
    while True:
        posts = site.page(page, "", _fields="id", orderby="id", order="asc")
        yield from (str(post["id"]) for post in posts if "id" in post)
        if not posts or page >= site.pages:
            return
        page += 1


class _Site:
    """One conversation with a site: its address, its patience, how many pages it said it has."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._root = place.address.rstrip("/") + "/"
        self._fetcher = Fetcher(trusted_hosts=[host_of(place.address)])
        self._per_page = PER_PAGE
        self.pages = 1

    def page(self, page: int, since: str, **params: str | int) -> list[dict[str, Any]]:
        wanted: dict[str, str | int] = {
            "per_page": self._per_page,
            "page": page,
            "orderby": "modified",
            "order": "asc",
            **({} if "_fields" in params else {"_embed": 1}),
            **params,
        }
        if since:
            # One second earlier: posts of the very second of the cursor may have come after it.
            before = datetime.fromisoformat(since) - timedelta(seconds=1)
            wanted["modified_after"] = before.replace(tzinfo=UTC).isoformat()
        answer = self.get("posts", **wanted)
        if answer.status == 400 and page > 1:
            return []  # rest_post_invalid_page_number: past the last page
        if answer.status == 400 and self._per_page > 10:
            self._per_page = 10  # some sites cap it lower than WordPress does
            return self.page(page, since, **params)
        posts = _json(answer)
        if not isinstance(posts, list) or not all(isinstance(post, dict) for post in posts):
            raise SourceTrouble(f"{answer.url} did not answer with a list of posts.")
        self.pages = _whole(answer.headers.get("x-wp-totalpages"), default=1)
        total = _whole(answer.headers.get("x-wp-total"), default=len(posts))
        if not posts and total:
            raise SourceTrouble(f"{answer.url} says it has {total} posts, and lists none.")
        return posts

    def get(self, path: str, **params: str | int) -> Answer:
        """Waits and tries again on 429 and 5xx; a site that stays in trouble is told as such."""
        url = urljoin(self._root, f"wp-json/wp/v2/{path}")
        trouble = ""
        for attempt in range(TRIES):
            try:
                answer = self._fetcher.get(url, **params)
            except FetchFailed as error:
                trouble, wait = str(error), float(attempt)
            else:
                if answer.status != 429 and answer.status < 500:
                    return answer
                trouble = f"{url} answers {answer.status}."
                wait = float(_whole(answer.headers.get("retry-after"), default=attempt))
            if attempt < TRIES - 1:
                time.sleep(min(wait, LONGEST_WAIT_SECONDS))
        raise SourceTrouble(trouble)

    def item(self, post: dict[str, Any]) -> Item:
        external_id = str(post.get("id", ""))
        title = _rendered(post.get("title"))
        if _protected(post):
            return Gone(external_id, "it is behind a password")
        try:
            return self._draft(post, external_id, title)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            return Unreadable(
                external_id, title, f"The site's answer for it lacks something ({error!r}). Look at the post."
            )

    def _draft(self, post: dict[str, Any], external_id: str, title: str) -> Draft:
        embedded = post.get("_embedded") or {}
        told = post.get("meta")
        meta = told if isinstance(told, dict) else {}  # without the plugin it is an empty list
        link = str(post["link"])
        return Draft(
            external_id=external_id,
            guid=html.unescape(_rendered(post.get("guid"))),
            url=link,
            language=_language(post, link, self._place),
            translation=_translation(post),
            title=title,
            standfirst=_standfirst(post),
            body=_rendered(post.get("content")),
            authors=_authors(post, embedded),
            terms=_terms(embedded),
            picture=_picture(embedded),
            published=_moment(post.get("date_gmt")),
            change=str(meta.get("byline_change") or ""),
            note=str(meta.get("byline_note") or ""),
        )


def _json(answer: Answer) -> Any:
    kind = answer.headers.get("content-type", "")
    if answer.status != 200 or "json" not in kind:
        raise SourceTrouble(
            f"{answer.url} answered {answer.status} with {kind or 'no content type'} instead of JSON. "
            "Is the site under maintenance, or its REST API closed?"
        )
    try:
        return json.loads(answer.body)
    except ValueError as error:
        raise SourceTrouble(f"{answer.url} broke off in the middle of its answer.") from error


def _rendered(value: Any) -> str:
    return str(value.get("rendered") or "") if isinstance(value, dict) else str(value or "")


def _whole(text: str | None, default: int) -> int:
    return int(text) if text and text.isdigit() else default


def _protected(post: dict[str, Any]) -> bool:
    content = post.get("content")
    closed = isinstance(content, dict) and content.get("protected") is True
    return closed or post.get("status") not in ("publish", None)


def _moment(text: Any) -> datetime | None:
    """WordPress writes `date_gmt` without a zone, and zeros where it has no date."""
    if not text or str(text).startswith("0000"):
        return None
    return datetime.fromisoformat(str(text)).replace(tzinfo=UTC)


def _language(post: dict[str, Any], link: str, place: Place) -> str:
    """Polylang's `lang`, WPML's locale, else the first part of the path, else the source's own."""
    told = str(post.get("lang") or post.get("wpml_current_locale") or "")[:2].lower()
    return told if told in place.languages else place.language_of(link)


def _translation(post: dict[str, Any]) -> str:
    """One key for all translations of a post: the smallest of their ids."""
    found = post.get("translations")
    if isinstance(found, dict):
        ids = [int(value) for value in found.values() if str(value).isdigit()]
    else:
        others = post.get("wpml_translations") or []
        ids = [int(entry["id"]) for entry in others if isinstance(entry, dict) and "id" in entry]
    if not ids:
        return ""
    return f"wordpress:{min([*ids, int(post['id'])])}"


def _standfirst(post: dict[str, Any]) -> str:
    """The hand-written excerpt. WordPress marks one that it made itself with a bracketed ellipsis."""
    if "byline_standfirst" in post:
        return str(post["byline_standfirst"] or "")
    excerpt = _rendered(post.get("excerpt"))
    made_up = any(mark in excerpt for mark in ("[&hellip;]", "[…]", "[...]"))
    return "" if made_up else excerpt


def _authors(post: dict[str, Any], embedded: dict[str, Any]) -> tuple[Person, ...]:
    """Co-Authors Plus and PublishPress answer with a list of their own; else the one author."""
    several = post.get("coauthors") or post.get("authors")
    people = several if isinstance(several, list) else embedded.get("author") or []
    return tuple(
        Person(str(one.get("slug") or one.get("user_nicename") or slugify(name)), name)
        for one in people
        if isinstance(one, dict) and (name := str(one.get("display_name") or one.get("name") or ""))
    )


def _terms(embedded: dict[str, Any]) -> tuple[Term, ...]:
    groups = embedded.get("wp:term") or []
    return tuple(
        Term(_TAXONOMIES[term["taxonomy"]], str(term["slug"]), str(term["name"]))
        for group in groups
        if isinstance(group, list)
        for term in group
        if term.get("taxonomy") in _TAXONOMIES
    )


def _picture(embedded: dict[str, Any]) -> Picture | None:
    media = (embedded.get("wp:featuredmedia") or [{}])[0]
    if not isinstance(media, dict) or not media.get("source_url"):
        return None
    details = media.get("media_details") or {}
    return Picture(
        url=str(media["source_url"]),
        alt=str(media.get("alt_text") or ""),
        credit=_rendered(media.get("caption")),
        width=int(details.get("width") or 0),
        height=int(details.get("height") or 0),
    )

"""An edition becomes a letter."""

import re
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from service.delivery.rules.compiled import Envelope, slot
from service.newsroom.current import newsroom
from service.toolbox.letters import Letter, letter

from ..kinds import KINDS
from ..kinds.weekly import FEEDBACK
from ..models import Edition
from ..segments import EVERYBODY, HTML, QUIET, Segment

# As templates/email/_parts.html asks it: a line of its own with two links.
_QUESTION = re.compile(rf'<br>[^<]*(?:<a [^>]*href="{slot(FEEDBACK)}[^>]*>[^<]*</a>[^<]*){{2}}')


def compose(edition: Edition, now: datetime, segment: Segment = EVERYBODY, *, styled: bool = True) -> Letter:
    """With a slot where each reader's own unsubscribe link goes; the same for the same rows."""
    language = segment.language or edition.language
    with translation.override(language):
        values = {**_values(edition, segment), **KINDS[edition.kind].values(edition, now, segment)}
        name = f"quiet_{edition.kind}" if segment.form == QUIET else edition.kind
        return letter(name, language, values, text_only=segment.form != HTML, styled=styled)


def envelope(edition: Edition, subject: str, segment: Segment = EVERYBODY) -> Envelope:
    """Of a quiet letter, nothing names the newsroom that a mail program shows or a relay sees."""
    house, language = newsroom(), segment.language or edition.language
    quiet = house.quiet if segment.form == QUIET else None
    sender = quiet.from_address if quiet else house.from_address
    domain = sender.rpartition("@")[2]
    return Envelope(
        from_name=quiet.from_name[language] if quiet else house.name,
        from_address=sender,
        subject=subject,
        reply_to="" if quiet else house.editors,
        list_id=f"<{edition.kind}-{language}.{domain if quiet else house.domain}>",
        feedback_id=f"{edition.slug}:{edition.kind}:{domain if quiet else house.domain}:byline",
        unsubscribe=True,
        bounces=quiet.bounces if quiet else house.bounces,
    )


def site(segment: Segment) -> str:
    """Where a letter's own links begin."""
    quiet = newsroom().quiet if segment.form == QUIET else None
    return quiet.site if quiet and quiet.site else str(settings.SITE_URL)


def without_questions(html: str) -> str:
    """For whoever is none of its readers: only they can answer."""
    return _QUESTION.sub("", html)


def answers_begin(token: str, one: Segment = EVERYBODY) -> str:
    """Where that token's answers go, but for the story and the answer at the end."""
    return site(one) + reverse(FEEDBACK, args=[token, 0, "yes"]).removesuffix("/0/yes")


def _values(edition: Edition, segment: Segment) -> dict[str, Any]:
    house, begins, language = newsroom(), site(segment), segment.language or edition.language
    return {
        "newsroom": house,
        "edition": edition,
        "links": {
            "unsubscribe": slot("unsubscribe"),
            "preferences": f"{begins}{reverse('preferences_ask')}?language={language}",
            "web": begins + reverse("edition", args=[edition.slug]),
            "site": house.sites[language],
            "feeds": f"{begins}{reverse('feeds')}?language={language}",
        },
    }

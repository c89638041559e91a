"""A template and values become a letter: subject, HTML with its styles inlined, and text.

`templates/email/<name>/` holds `subject.txt`, `body.html` and `body.txt`. Names that a template asks
for and nobody gave are errors. Inlining happens once per letter, over the whole document, and never
touches the network or the disk.
"""

import hashlib
import logging
import os
import textwrap
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, ngettext
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context, select_autoescape
from jinja2.runtime import Context

from .html import one_line

# premailer reads it at import: its own default of 128 entries is smaller than one sheet's styles.
os.environ.setdefault("PREMAILER_CACHE_MAXSIZE", "4096")
from premailer import Premailer

TEXT_COLUMNS = 72
WARN_HTML_BYTES = 90_000


@dataclass(frozen=True, slots=True)
class Letter:
    """`html` is "" for a letter that is text alone."""

    subject: str
    html: str
    text: str

    @property
    def is_heavy(self) -> bool:
        """Mail programs cut an HTML part off near 100 KB."""
        return len(self.html.encode()) > WARN_HTML_BYTES


def letter(name: str, language: str, values: dict[str, Any], *, text_only: bool = False, styled: bool = True) -> Letter:
    """Raises jinja2.UndefinedError for a value that the template needs and did not get. Not `styled`, its rules
    are not written into its tags: quick, to compare and not to send."""
    with translation.override(language):
        given = {"language": language, **values}
        subject = _environment().get_template(f"{name}/subject.txt").render(given)
        text = _environment().get_template(f"{name}/body.txt").render(given)
        html = "" if text_only else _environment().get_template(f"{name}/body.html").render(given)
        html = inlined(html) if html and styled else html
    return Letter(one_line(subject), html, _tidy(text))


def version(name: str) -> str:
    """12 hex digits that change when a file does from which such a letter is made."""
    folder = settings.TEMPLATES_DIR / "email"
    files = sorted([*folder.glob("_*"), *(folder / name).iterdir()])
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()[:12]


def inlined(html: str) -> str:
    return str(
        Premailer(
            html,
            allow_network=False,
            keep_style_tags=True,
            strip_important=False,
            preserve_internal_links=True,
            align_floating_images=False,
            cssutils_logging_level=logging.CRITICAL,
        ).transform()
    )


def jinja(folder: str, **options: Any) -> Environment:
    """An environment as letters and pages share it: strict, escaped in HTML, translated, with dates."""
    environment = Environment(
        loader=FileSystemLoader([settings.TEMPLATES_DIR / folder, settings.TEMPLATES_DIR]),
        autoescape=select_autoescape(["html", "xml"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        **options,
    )
    environment.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    environment.filters.update(date=_date, day=_day, hour=_hour, wrap=_wrap)
    environment.globals["language_name"] = language_name
    return environment


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return jinja("email")


@pass_context
def _date(context: Context, day: date) -> str:
    """A day that has no hour, so no zone either."""
    return str(format_date(day, "long", locale=context["language"]))


@pass_context
def _day(context: Context, moment: datetime, zone: ZoneInfo) -> str:
    """The day in full, as the reader's language writes it."""
    return str(format_date(moment.astimezone(zone), "long", locale=context["language"]))


@pass_context
def _hour(context: Context, moment: datetime, zone: ZoneInfo) -> str:
    return str(format_datetime(moment.astimezone(zone), gettext("EEEE d MMMM, HH:mm"), locale=context["language"]))


def language_name(code: str) -> str:
    """In the language that is being read."""
    return str(Locale.parse(code).get_display_name(translation.get_language()) or code)


def _wrap(text: str, indent: str = "") -> str:
    """Paragraphs at 72 columns; an address is never broken."""
    return "\n\n".join(
        textwrap.fill(
            " ".join(paragraph.split()),
            TEXT_COLUMNS,
            initial_indent=indent,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for paragraph in str(text).split("\n\n")
    )


def _tidy(text: str) -> str:
    lines = [line.rstrip() for line in text.strip().split("\n")]
    out: list[str] = []
    for line in lines:
        if line or (out and out[-1]):
            out.append(line)
    return "\n".join(out) + "\n"

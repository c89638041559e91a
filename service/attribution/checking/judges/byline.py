"""Does a byline name the newsroom? Not a sentence about it, not its name in the text, not another
newsroom whose name begins or ends like ours."""

import re
import unicodedata

from ..locate import Place
from ..page import Line
from ..quotes import joined, short
from ..shingles import words
from ..values import Judgement, Original

# A byline may stand between a teaser and the text, or lead its first paragraph.
_LEADING_WORDS = 60
_LONGEST_BYLINE = 30
_BY = re.compile(
    r"\W*(by|words by|story by|text by|written by|reporting by|author|from|"
    r"por|texto|textos|escrito por|autor(a|es)?|firma|redacci[oó]n)\b\W*",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"(publish|appeared|republish|courtesy|source|credit|permission|partner|licen[cs]e|"
    r"publicad|public[oó]|republic|tomad|fuente|cr[eé]dito|permiso|alianza|cortes[ií]a|licencia)",
    re.IGNORECASE,
)
_SEAM = "\x1f"  # between two text nodes: names don't run across it
_DATE_WORDS = {
    *("january", "february", "march", "april", "may", "june", "july", "august", "september", "october"),
    *("november", "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov"),
    *("dec", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "updated"),
    *("published", "posted", "on", "originally", "publicado", "enero", "febrero", "marzo", "abril", "mayo"),
    *("junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre", "lunes", "martes"),
    *("miercoles", "jueves", "viernes", "sabado", "domingo", "ene", "abr", "ago", "dic", "el", "by", "por"),
    *("staff", "para", "for", "de", "from", "en", "in", "at", "author", "autor", "redaccion", "texto"),
}


def judge(place: Place, original: Original) -> Judgement:
    lines = byline_lines(place)
    named = [line for line in lines if _names(line, original)]
    for line in named:
        if _is_byline(line, original):
            return Judgement("byline", "pass", "byline_names", short(line.text))
    for line in named:
        if _CREDIT.search(line.text):
            return Judgement("byline", "unsure", "byline_credit", short(line.text))
    shown = [line for line in lines if _BY.match(line.text) or line.author] or place.before
    return Judgement("byline", "fail", "byline_missing", joined(shown[-3:]))


def byline_lines(place: Place) -> list[Line]:
    """Around the text; and what leads it without being ours."""
    leading = [line for line in place.inside if line.start < place.start + _LEADING_WORDS]
    foreign = [line for line in leading if not all(place.marks[line.start : line.end])]
    return [*place.before, *(line for line in foreign if line not in place.before), *place.after]


def _names(line: Line, original: Original) -> bool:
    text = _SEAM.join(line.runs)
    for author in original.authors:
        text = re.sub(re.escape(author), _SEAM, text, flags=re.IGNORECASE)
    name = original.attribution.organisation
    for found in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE):
        before, after = text[: found.start()], text[found.end() :]
        if not _belongs(re.search(r"(\w+)[ \xa0-]*$", before)) and not _belongs(re.match(r"[ \xa0-]*(\w+)", after)):
            return True
    return False


def _belongs(neighbour: re.Match[str] | None) -> bool:
    """A capital next to the name makes it another name: El Cauce, Cauce Sur. 'By Cauce' isn't one."""
    if neighbour is None or not neighbour[1][0].isupper():
        return False
    return _plain(neighbour[1]) not in _DATE_WORDS or _plain(neighbour[1]) == "el" and neighbour[1][0] == "E"


def _plain(word: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKD", word.casefold()) if letter.isalpha())


def _is_byline(line: Line, original: Original) -> bool:
    """It begins as one, stands where themes put one, names the author too, or says nothing else."""
    lead = _lead(line, original)
    if _BY.match(line.text):
        return lead
    here = words(line.text)
    if len(here) > _LONGEST_BYLINE:
        return False
    authors = [author for author in original.authors if _holds(here, words(author))]
    if (line.author or authors) and not _CREDIT.match(line.text):
        return True
    rest = [word for word in here if word not in words(original.attribution.organisation)]
    return all(word in _DATE_WORDS or word.isdigit() for word in rest)


def _lead(line: Line, original: Original) -> bool:
    """A long line that begins with 'By' must name the newsroom in its first sentence or so."""
    start = words(line.text)[:_LONGEST_BYLINE]
    return _holds(start, words(original.attribution.organisation))


def _holds(text: list[str], name: list[str]) -> bool:
    return any(text[at : at + len(name)] == name for at in range(len(text) - len(name) + 1))

"""Does a byline name the newsroom? Not a sentence about it, not its name in the text, not another
newsroom whose name begins or ends like ours."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from ..locate import Place
from ..page import Line, Run, joined
from ..quotes import row, short
from ..shingles import words
from ..values import Judgement, Original

# A byline may stand between a teaser and the text, or lead its first paragraph.
_LEADING_WORDS = 60
_LONGEST_BYLINE = 30
# 'Lucía Ferrer, special to Cauce' is a byline; 'Lucía Ferrer covers the coast for Cauce …' a note on her.
_WORDS_BESIDE = 3
_MOST_RUNS = 12
_BY = re.compile(
    r"\W*(by|words by|story by|text by|written by|reporting by|author|from|"
    r"por|texto|textos|escrito por|autor(a|es)?|firma|redacci[oó]n)\b\W*",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"(publish|appeared|republish|courtesy|source|credit|permission|partner|licen[cs]e|information from|"
    r"publicad|public[oó]|republic|tomad|fuente|cr[eé]dito|permiso|alianza|informaci[oó]n de|cortes[ií]a|licencia)",
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
    named = [line for line in lines if _names(line.runs, original)]
    for line in named:
        if _is_byline(place, line, original):
            return Judgement("byline", "pass", "byline_names", short(line.text))
    for line in named:
        if _CREDIT.search(line.text) or _authors_in(line, original):
            return Judgement("byline", "unsure", "byline_credit", short(line.text))
    shown = [line for line in lines if _BY.match(line.text) or _marked(place, line)] or place.before
    return Judgement("byline", "fail", "byline_missing", row(shown[-3:]))


def byline_lines(place: Place) -> list[Line]:
    """Around the text; and what leads it without being ours."""
    leading = [line for line in place.inside if place.start <= line.start < place.start + _LEADING_WORDS]
    foreign = [line for line in leading if not all(place.marks[line.start : line.end])]
    return [*place.before, *foreign, *place.after]


def _names(runs: Iterable[Run], original: Original) -> bool:
    text = _SEAM.join(run.text for run in runs)
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
    return _plain(neighbour[1]) not in _DATE_WORDS or (_plain(neighbour[1]) == "el" and neighbour[1][0] == "E")


def _plain(word: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKD", word.casefold()) if letter.isalpha())


def _is_byline(place: Place, line: Line, original: Original) -> bool:
    """It begins as one, stands where themes put one, or says little beside the names."""
    for said in _beginnings(line):
        if _BY.match(said) and _holds(words(said)[:_LONGEST_BYLINE], words(original.attribution.organisation)):
            return True
    if _BY.match(line.text):
        return False
    if _names(_marked(place, line), original):
        return True
    rest = f" {' '.join(words(line.text))} "
    for name in (original.attribution.organisation, *original.authors):
        rest = rest.replace(f" {' '.join(words(name))} ", "  ")
    others = [word for word in rest.split() if word not in _DATE_WORDS and not word.isdigit()]
    return len(others) <= (_WORDS_BESIDE if _authors_in(line, original) else 0)


def _marked(place: Place, line: Line) -> list[Run]:
    """What a theme marks as the byline; an element around our text that is called so says nothing."""
    return [run for run in line.runs if run.author >= 0 and run.author not in place.holders]


def _beginnings(line: Line) -> Iterator[str]:
    """The line, and what follows a change of type in it: a title may stand before the byline."""
    return (joined(line.runs[at:]) for at in range(min(len(line.runs), _MOST_RUNS)))


def _authors_in(line: Line, original: Original) -> bool:
    here = words(line.text)
    return any(_holds(here, words(author)) for author in original.authors)


def _holds(text: list[str], name: list[str]) -> bool:
    return any(text[at : at + len(name)] == name for at in range(len(text) - len(name) + 1))

"""The words of an attribution, per language. They are terms, so they stand here and not in a
catalogue that somebody may leave half translated."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.toolbox.errors import ServiceError


@dataclass(frozen=True, slots=True)
class Phrases:
    """Each is a pattern for str.format."""

    byline: str
    byline_nobody: str
    conjunction: str
    top: str
    licence: str
    bottom: str
    report: str
    report_link: str
    report_subject: str
    correction: str
    withdrawal: str
    corrected_title: str
    withdrawn_title: str

    def join(self, names: Sequence[str]) -> str:
        """`A`, `A and B`, `A, B and C`. Spanish writes `e` before a name that sounds like i."""
        if len(names) < 2:
            return "".join(names)
        conjunction = self.conjunction
        if conjunction == "y" and _sounds_like_i(names[-1]):
            conjunction = "e"
        return f"{', '.join(names[:-1])} {conjunction} {names[-1]}"


_PHRASES = {
    "en": Phrases(
        byline="By {authors}, {organisation}",
        byline_nobody="By {organisation}",
        conjunction="and",
        top="Originally published by {organisation} on {date}.",
        licence="Licence: {licence}.",
        bottom="Read the original at {organisation}: {title}.",
        report="Have you used this article? {link}.",
        report_link="Tell us",
        report_subject="We used your article: {title} ({key})",
        correction="Correction: {note}",
        withdrawal="{organisation} has withdrawn this article. {note}",
        corrected_title="CORRECTED: {title}",
        withdrawn_title="RETRACTED: {title}",
    ),
    "es": Phrases(
        byline="Por {authors}, {organisation}",
        byline_nobody="Por {organisation}",
        conjunction="y",
        top="Publicado originalmente por {organisation} el {date}.",
        licence="Licencia: {licence}.",
        bottom="Lea el original en {organisation}: {title}.",
        report="¿Usó este artículo? {link}.",
        report_link="Cuéntenos",
        report_subject="Usamos su artículo: {title} ({key})",
        correction="Corrección: {note}",
        withdrawal="{organisation} ha retirado este artículo. {note}",
        corrected_title="CORREGIDO: {title}",
        withdrawn_title="RETIRADO: {title}",
    ),
}


def phrases(language: str) -> Phrases:
    """Raises ServiceError for a language that nobody has written the terms in."""
    if language not in _PHRASES:
        known = ", ".join(sorted(_PHRASES))
        raise ServiceError(
            f"There is no attribution in {language!r} (there is: {known}). "
            "Add it to service/attribution/phrases.py, or leave the language out of newsroom.toml."
        )
    return _PHRASES[language]


def _sounds_like_i(name: str) -> bool:
    start = name.strip().lower()
    return start.startswith(("i", "í", "hi", "hí")) and not start.startswith(("hia", "hie", "ia", "ie"))

"""How a letter is looked at on the desk: by whom, in which form, on what. All of it stands in the address."""

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext, gettext_noop

from service.appeals.rules.asking import ASK, LINK, PLAIN, THANKS
from service.editions.models import Edition
from service.editions.segments import HTML, QUIET, TEXT, Segment
from service.newsroom.current import newsroom
from service.toolbox.letters import language_name

FORMS = {HTML: gettext_noop("HTML"), TEXT: gettext_noop("text alone"), QUIET: gettext_noop("quiet mode")}
ASKED = {
    ASK: gettext_noop("with a donation call"),
    LINK: gettext_noop("with a link to the donation page alone"),
    THANKS: gettext_noop("with thanks for a gift"),
    PLAIN: gettext_noop("without any"),
}
SCREENS = {"desk": gettext_noop("a desk"), "phone": gettext_noop("a phone")}
LIGHTS = {"light": gettext_noop("light"), "dark": gettext_noop("dark")}
_DARK = "@media (prefers-color-scheme:dark)"


@dataclass(frozen=True, slots=True)
class Look:
    """`number`: which of the week's sets of stories leads; 0: the desk's own order."""

    form: str = HTML
    asked: str = ASK
    screen: str = "desk"
    light: str = "light"
    number: int = 0

    @property
    def segment(self) -> Segment:
        return Segment(self.form, PLAIN if self.form == QUIET else self.asked, number=self.number)

    @property
    def format(self) -> str:
        return "html" if self.form == HTML else "txt"

    @property
    def query(self) -> str:
        told = QueryDict(mutable=True)
        told.update({"form": self.form, "asked": self.asked, "light": self.light, "number": str(self.number)})
        return str(told.urlencode())

    def shown(self, html: str) -> str:
        """In the dark, the letter's own rules for it always hold."""
        return html.replace(_DARK, "@media all") if self.light == "dark" else html


def look(asked: QueryDict) -> Look:
    """Whatever is unknown there is as a reader has it who chose nothing."""
    number = asked.get("number", "")
    return Look(
        _one_of(FORMS, asked.get("form", "")),
        _one_of(ASKED, asked.get("asked", "")),
        _one_of(SCREENS, asked.get("screen", "")),
        _one_of(LIGHTS, asked.get("light", "")),
        int(number) if number.isdecimal() and len(number) < 4 else 0,
    )


def choices(edition: Edition, chosen: Look) -> list[tuple[str, str, list[tuple[str, str]], str]]:
    """Fields of a form: name, label, options, what is chosen."""
    forms = {form: told for form, told in FORMS.items() if form != QUIET or newsroom().quiet}
    numbers = sorted(set(edition.interests.filter(number__gt=0).values_list("number", flat=True)))
    sets = {"0": gettext_noop("all stories, in the desk's order")}
    fields = [
        ("form", gettext("Form"), forms, chosen.form),
        ("asked", gettext("Asked to give"), ASKED, chosen.asked),
        ("screen", gettext("On"), SCREENS, chosen.screen),
        ("light", gettext("In"), LIGHTS, chosen.light),
    ]
    told = [(name, label, [(key, gettext(word)) for key, word in of.items()], now) for name, label, of, now in fields]
    if numbers:
        options = [(key, gettext(word)) for key, word in sets.items()]
        options += [(str(one), gettext("set %(number)d of chosen subjects") % {"number": one}) for one in numbers]
        told.append(("number", gettext("Readers of"), options, str(chosen.number)))
    return told


def _one_of(known: dict[str, str], wanted: str) -> str:
    return wanted if wanted in known else next(iter(known))


def told(one: Segment) -> str:
    """Who gets it, in words: `HTML, with a donation call, set 2 of chosen subjects`."""
    words = [gettext(FORMS[one.form]), gettext(ASKED[one.ask])]
    if one.elsewhere:
        words.append(gettext("with stories of other languages"))
    if one.number > 0:
        words.append(gettext("set %(number)d of chosen subjects") % {"number": one.number})
    if one.language:
        words.append(gettext("for readers of %(language)s") % {"language": language_name(one.language)})
    return ", ".join(words)

"""Must somebody pay or sign in to read it? A hint for a person to look at: the licence forbids commercial
use. Asking for a newsletter's address is none."""

import re

from ..furniture import is_gate
from ..locate import Place
from ..page import Page
from ..quotes import short
from ..values import Judgement, Original

_LONGEST_GATE = 500
_NOT_FREE = re.compile(r"isAccessibleForFree[\"']?\s*:\s*[\"']?(false|no)\b", re.IGNORECASE)
_PHRASE = re.compile(
    r"(subscribe|sign in|sign up|log ?in|register|become a (member|subscriber)) to (read|continue|keep reading|unlock)|"
    r"(post|article|story|content|page) is (only )?(for|available to) ((paying|paid) )?(subscribers|members)|"
    r"(subscribers?|members?)[ -]only (content|article|story)|to continue reading,? (please )?(subscribe|sign|log)|"
    r"free articles? (left|remaining)|"
    r"suscr[ií]b(ase|ete|irse|[ií])[^.]{0,20} para (leer|seguir|continuar|acceder)|"
    r"(exclusiv[oa]|s[oó]lo) (para|de) (suscriptores|socios|abonados|miembros)|"
    r"(inici[ae] sesi[oó]n|reg[ií]str[ae](te|se)) para (leer|seguir leyendo|continuar)|"
    r"para (seguir|continuar) leyendo,? (suscr|inici|reg[ií]str)",
    re.IGNORECASE,
)


def judge(place: Place, original: Original) -> Judgement:
    for line in [*place.before, *place.inside, *place.after]:
        if _PHRASE.search(line.text) and not all(place.marks[line.start : line.end]):
            return Judgement("paywall", "unsure", "paywall_hint", short(line.text))
    sign = _gate(place.page) or _says_so(place.page)
    if sign:
        return Judgement("paywall", "unsure", "paywall_hint", sign)
    return Judgement("paywall", "pass", "paywall_none")


def _gate(page: Page) -> str:
    """What is longer than a gate's few words is a theme's name for the whole page."""
    said = (" ".join(node.element.text_content().split()) for node in page.nodes if is_gate(node.element))
    return next((short(text) for text in said if 0 < len(text) <= _LONGEST_GATE), "")


def _says_so(page: Page) -> str:
    scripts = page.root.xpath("//script[@type='application/ld+json']")
    found = (_NOT_FREE.search(script.text or "") for script in scripts)
    return next((short(match[0]) for match in found if match), "")

"""Readers who get the same letter are one segment, so that renditions stay few however many readers.

A reader's letter depends on its form, on whether it asks for donations, names the donation page, thanks for
a gift or does none of that, on whether stories of another language stand in it (an alert's one story: in
which language they read), and on which of the week's stories they chose. Only what the week's stories tell
apart counts: two readers with other topics who match the same stories share a letter. The twelve sets of
stories with the most readers get a letter of their own; whoever matches another set gets the stories in the
desk's order, which is number 0. Plain Python.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from service.appeals.rules.asking import ASK

HTML, TEXT, QUIET = "html", "text", "quiet"
MOST_NUMBERS = 12
NOTHING = -1  # no story of the week is about what the reader chose


@dataclass(frozen=True, slots=True)
class Segment:
    """`number` is the set of stories that leads; 0: none does. `language` is the readers' own, where it
    is not the edition's. `ask` is one of appeals/rules/asking.py: ASK, LINK, THANKS, PLAIN."""

    form: str = HTML
    ask: str = ASK
    elsewhere: bool = False
    number: int = 0
    language: str = ""

    @property
    def key(self) -> str:
        both = "both" if self.elsewhere else "one"
        return ".".join([self.form, self.ask, both, str(self.number), *filter(None, [self.language])])


EVERYBODY = Segment()


def segment(key: str) -> Segment:
    """From what `Segment.key` gave."""
    form, ask, languages, number, *language = key.split(".")
    return Segment(form, ask, languages == "both", int(number), "".join(language))


def matched(interests: str, subjects: Iterable[frozenset[str]]) -> frozenset[int]:
    """Which of the stories, by their place, are about what was chosen. `interests` is what
    `Choices.interests` gives; each story's subjects are the same kind of words."""
    chosen = set(interests.split(" "))
    return frozenset(place for place, told in enumerate(subjects) if told & chosen)


def numbers(
    readers: Mapping[str, int], subjects: list[frozenset[str]], taken: Mapping[frozenset[int], int]
) -> dict[str, int]:
    """A number for each of those interests: `readers` says how many chose it, `taken` which sets of
    stories have one already. The same readers get the same numbers."""
    sets = {interests: matched(interests, subjects) for interests in readers}
    weights: Counter[frozenset[int]] = Counter()
    for interests, count in readers.items():
        weights[sets[interests]] += count
    everything = frozenset(range(len(subjects)))
    ranked = sorted((one for one in weights if one), key=lambda one: (-weights[one], sorted(one)))
    known = {**taken, frozenset(): NOTHING, everything: 0}
    for one in ranked:
        if one not in known and sum(number > 0 for number in known.values()) < MOST_NUMBERS:
            known[one] = max(0, *known.values()) + 1
    return {interests: known.get(one, 0) for interests, one in sets.items()}

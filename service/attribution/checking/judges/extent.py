"""How much of the article stands there."""

from ..locate import Place
from ..quotes import quote
from ..values import Judgement, Original

# A cut clause or a lost line at the end is no excerpt.
_LEAST_SHARE = 0.85


def judge(place: Place, original: Original) -> Judgement:
    share = (place.last - place.first) / max(len(place.text_words), 1)
    if share >= _LEAST_SHARE:
        return Judgement("text", "pass", "text_whole", quote(place, place.start))
    return Judgement("text", "unsure", "text_excerpt", quote(place, place.start))


def ends_early(place: Place) -> bool:
    return place.last < _LEAST_SHARE * len(place.text_words)


def begins_late(place: Place) -> bool:
    return place.first > (1 - _LEAST_SHARE) * len(place.text_words)

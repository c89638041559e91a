"""The hour of each language's weekly digest, as the desk chooses it."""

from datetime import time
from zoneinfo import available_timezones

from django.utils.translation import gettext

from service.newsroom.current import newsroom
from service.toolbox.errors import ServiceError

from ..models import Schedule


def schedules() -> list[Schedule]:
    """A row per language of newsroom.toml, made with a Friday hour on first use."""
    house = newsroom()
    for name in house.languages:
        Schedule.objects.get_or_create(language=name, defaults={"zone": house.timezone})
    return list(Schedule.objects.filter(language__in=house.languages).order_by("language"))


def choose_hour(language: str, weekday: str, at: str, zone: str, *, active: bool) -> Schedule:
    """`weekday` 0 is Monday; `at` is HH:MM in that IANA zone. Inactive: no digest is drafted by itself.
    Raises ServiceError that says what is not understood."""
    chosen = next((one for one in schedules() if one.language == language), None)
    if chosen is None:
        raise ServiceError(gettext("There is no newsroom in “%(language)s”.") % {"language": language})
    if weekday not in {str(number) for number, _ in Schedule.DAYS}:
        raise ServiceError(gettext("Choose a day of the week."))
    if zone not in available_timezones():
        raise ServiceError(gettext("The zone “%(zone)s” is unknown. Write it like America/Bogota.") % {"zone": zone})
    try:
        chosen.at = time.fromisoformat(at)
    except ValueError:
        raise ServiceError(gettext("“%(hour)s” is no hour. Write it like 09:00.") % {"hour": at}) from None
    chosen.weekday, chosen.zone, chosen.active = int(weekday), zone, active
    chosen.save(update_fields=["weekday", "at", "zone", "active"])
    return chosen

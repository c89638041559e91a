"""What is held about whoever reads feeds, for the same list as everything else."""

from datetime import timedelta

from django.utils.translation import gettext_noop as _

from service.audience.retention import Rule

from .actions.polls import fold_and_forget

POLLS = Rule(
    "counted polls",
    _("How often a program asked for a feed on a day, by the program's name. Not who, and not from where."),
    _("13 months. Programs that hardly asked are counted together once the day is over."),
    timedelta(days=396),
    fold_and_forget,
)

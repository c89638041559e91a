"""Very many addresses at once: which are there, who of them gets nothing, and rows for the new ones."""

from collections.abc import Collection, Iterable, Mapping

from service.toolbox import addresses
from service.toolbox.pour import pour

from ..models import Address, Suppression
from ..rules.verdicts import is_suppressed


def kept_out(fingerprints: Iterable[str]) -> set[str]:
    """Those whose latest entry in the ledger says that they get nothing, also of addresses long erased."""
    entries = Suppression.objects.filter(fingerprint__in=list(fingerprints)).order_by("id")
    latest = dict(entries.values_list("fingerprint", "reason"))
    return {fingerprint for fingerprint, reason in latest.items() if is_suppressed(reason, asked_for=False)}


def rows_of(fingerprints: Collection[str]) -> dict[str, int]:
    """The ids of the addresses that are there."""
    return dict(Address.objects.filter(fingerprint__in=fingerprints).values_list("fingerprint", "id"))


def add(normalised: Mapping[str, str]) -> dict[str, int]:
    """Sealed rows for new addresses, by fingerprint. Raises IntegrityError where somebody else adds one of
    them this instant. In one order for everybody: two who add the same ones must not wait for each other."""
    marks = sorted(normalised)
    told = [(one, addresses.seal(normalised[one]), addresses.provider_group(normalised[one])) for one in marks]
    return dict(zip(marks, pour(Address, ["fingerprint", "sealed", "group"], told), strict=True))

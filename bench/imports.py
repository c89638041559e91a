"""A list of a million readers by `byline import_subscribers`, a tenth of it for comparison."""

from __future__ import annotations

from pathlib import Path

from service.audience.models import Consent, Subscriber

from .digest import fresh
from .processes import Run, byline
from .sizes import sized
from .table import Row

READERS = 1_000_000
LANGUAGES = ("en", "es")


def measure(folder: Path) -> list[Row]:
    few, many = sized(READERS // 10), sized(READERS)
    small, large = _imported(folder, few), _imported(folder, many)
    return [
        Row(f"import a list of {many:,} readers", large.seconds, None, "s", "≤ 180 s"),
        Row("the same", many / large.seconds, few / small.seconds, "rows/s", "", f"{few:,} readers"),
        Row("the most memory for it", large.peak_mb, small.peak_mb, "MB", "flat", f"{few:,} readers"),
    ]


def _imported(folder: Path, count: int) -> Run:
    """Each reader has a domain like many others, or one of their own."""
    fresh()
    path = folder / f"{count}.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("email,name,language,confirmed_at\n")
        for n in range(count):
            domain = f"mail-{n % 50_000}.example" if n % 2 else "gmail.com"
            file.write(f'reader-{n}@{domain},"Reader, {n}",{LANGUAGES[n % 2]},2024-05-01 10:00:00\n')
    run = byline("import_subscribers", str(path), "--source", "the form on our old site")
    assert Subscriber.objects.active().count() == Consent.objects.count() == count
    path.unlink()
    return run

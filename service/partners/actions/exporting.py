"""The impact as a table for a donor's report."""

import csv
from typing import TextIO

from service.toolbox.cells import neutral

from .impact import impact

COLUMNS = [
    *("title", "published", "language", "original", "pages", "outlets", "countries"),
    *("well attributed", "with faults", "still live", "partners given it"),
]


def export_impact(out: TextIO, month: str = "") -> int:
    """A row per article, as CSV; cells that a spreadsheet would compute are neutralised. Returns how many.
    Raises ServiceError."""
    rows = impact(month)
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in rows:
        article = row.article
        told = [article.title, f"{article.published:%Y-%m-%d}", article.language, article.canonical_url, row.pages]
        told += ["; ".join(row.outlets), " ".join(row.countries), row.well, row.faults, row.live, row.given]
        writer.writerow([neutral(str(cell)) for cell in told])
    return len(rows)

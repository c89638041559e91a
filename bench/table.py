"""A measurement and the table of all."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Row:
    """`ours` and `baseline` in `unit`; a ratio is ours over baseline. None where there is no baseline."""

    what: str
    ours: float
    baseline: float | None
    unit: str
    budget: str
    against: str = ""

    @property
    def ratio(self) -> str:
        return f"{self.ours / self.baseline:.2f}" if self.baseline else ""


def show(rows: list[Row]) -> str:
    heads = ["what", "ours", "baseline", "ratio", "unit", "budget", "baseline is"]
    lines = [
        [row.what, _number(row.ours), _number(row.baseline), row.ratio, row.unit, row.budget, row.against]
        for row in rows
    ]
    widths = [max(len(line[at]) for line in [heads, *lines]) for at in range(len(heads))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in [heads, ["-" * width for width in widths], *lines]
    )


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.3f}" if value < 10 else f"{value:,.0f}"

"""What a chart shows. `templates/console/_charts.html` draws it as SVG, with its numbers as a table beneath."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, log10

WIDTH, HEIGHT = 640, 180
LEFT, BOTTOM, TOP = 56, 26, 10


@dataclass(frozen=True, slots=True)
class Bar:
    """In the drawing's own units; `label` and `value` are what the table says."""

    label: str
    value: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """A bar for each value, over time. `unit` is what is counted, `axis` what the labels are; `told` says a
    value in words."""

    title: str
    unit: str
    axis: str
    points: Sequence[tuple[str, int]]
    told: Callable[[int], str] = str

    @property
    def top(self) -> int:
        """Where the scale ends: one, two or five times a power of ten."""
        most = max([value for _, value in self.points], default=0)
        if most <= 0:
            return 1
        power: int = 10 ** int(log10(most))
        return next(step * power for step in (1, 2, 5, 10) if step * power >= most)

    @property
    def ticks(self) -> list[tuple[int, float]]:
        """Values with their height: none, half and all of the scale."""
        values = sorted({0, self.top // 2, self.top})
        return [(value, self._y(value)) for value in values]

    @property
    def bars(self) -> list[Bar]:
        step = (WIDTH - LEFT) / max(len(self.points), 1)
        width = min(step * 0.8, 40)
        return [
            Bar(label, value, LEFT + number * step + (step - width) / 2, self._y(value), width, self._height(value))
            for number, (label, value) in enumerate(self.points)
        ]

    @property
    def labelled(self) -> list[Bar]:
        """So few of them that their labels don't touch."""
        return self.bars[:: ceil(len(self.points) / 8) or 1]

    def _height(self, value: int) -> float:
        return (HEIGHT - BOTTOM - TOP) * value / self.top

    def _y(self, value: int) -> float:
        return HEIGHT - BOTTOM - self._height(value)

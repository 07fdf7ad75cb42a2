"""One question asked of stores of several sizes, in alternating rounds, as rows and as a chart."""

import statistics
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from bench.measure import Row, Side
from bench.place import own_store
from bot.export.charts.svg import THEMES, drawing, rounded_box, svg_text
from bot.store import Store

FLAT = 1.2
"""Of the smallest store's figure."""

_WIDTH, _LEFT, _ONE, _BAR, _GAP, _MOST = 1000, 330, 200.0, 18, 30, 2.2


@dataclass(frozen=True)
class Series:
    """Figures of each round at each size, sizes ascending; ``of`` says what is counted."""

    what: str
    unit: str
    of: str
    sizes: tuple[int, ...]
    figures: tuple[tuple[float, ...], ...]
    bound: bool = True

    def rows(self) -> list[Row]:
        """Each larger size against the smallest."""
        small = f"{self.sizes[0]:,} {self.of}"
        wanted = ("<=", FLAT) if self.bound else None
        return [
            Row(f"{self.what}, {size:,} {self.of}", small, self.unit, found, self.figures[0],
                "grow", wanted)  # type: ignore[arg-type]
            for size, found in zip(self.sizes[1:], self.figures[1:], strict=True)
        ]  # fmt: skip

    def ratios(self) -> list[tuple[int, float]]:
        """By size, the median of the rounds' ratios to the smallest."""
        return [
            (size, statistics.median(a / b for a, b in zip(found, self.figures[0], strict=True)))
            for size, found in zip(self.sizes, self.figures, strict=True)
        ]


@asynccontextmanager
async def stores(count: int) -> AsyncIterator[list[tuple[Store, str]]]:
    """So many at once, with their addresses.

    Nothing is written to disk, where gigabytes would be all one measures.
    """
    async with AsyncExitStack() as stack:
        found = [await stack.enter_async_context(own_store()) for _ in range(count)]
        for store, _ in found:
            await store.redis.config_set("appendonly", "no")
        yield found


async def climb(rounds: int, sides: Sequence[Side]) -> tuple[tuple[float, ...], ...]:
    """Each side once unmeasured, then in rounds, up and down in turns."""
    for side in sides:
        await side()
    found: list[list[float]] = [[] for _ in sides]
    for number in range(rounds):
        for place in range(len(sides))[:: -1 if number % 2 else 1]:
            found[place].append(await sides[place]())
    return tuple(map(tuple, found))


def side_of(ask: Callable[[Store], Side], of: Sequence[Store]) -> list[Side]:
    """The same question to each store."""
    return [ask(store) for store in of]


def chart(found: Sequence[Series]) -> str:
    """Bars of the ratio to the smallest size, one group a question, as SVG."""
    theme, y = THEMES["light"], 96.0
    title = "What an item takes as the store grows"
    note = "against the smallest size; the line is as much, the grey 20 % more"
    parts = [
        svg_text(24, 40, title, size=24, fill=theme.ink, weight=700),
        svg_text(24, 68, note, size=15, fill=theme.muted),
    ]
    for series in found:
        height = _GAP + _BAR * len(series.sizes)
        parts += _group(series, y)
        y += height
    ground = [
        rounded_box(_LEFT + _ONE, 84, _ONE * (FLAT - 1), y - 84, theme.faint, 0),
        rounded_box(_LEFT + _ONE - 1, 84, 2, y - 84, theme.muted, 0),
    ]
    return drawing(_WIDTH, y + 16, theme.paper, [*ground, *parts]) + "\n"


def _group(series: Series, top: float) -> list[str]:
    theme, drawn = THEMES["light"], list[str]()
    drawn.append(svg_text(24, top + 15, series.what, size=15, fill=theme.ink, weight=600))
    for number, (size, ratio) in enumerate(series.ratios()):
        y = top + number * _BAR
        fill = theme.soft if ratio <= FLAT else theme.fall
        drawn.append(rounded_box(_LEFT, y, _ONE * min(ratio, _MOST), _BAR - 3, fill, 2))
        said = f"{ratio:.2f}, {size:,} {series.of}"
        x = _LEFT + _ONE * min(max(ratio, FLAT), _MOST) + 8
        drawn.append(svg_text(x, y + 12, said, size=13, fill=theme.muted))
    return drawn

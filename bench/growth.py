"""Ten, a hundred, a thousand times as much: what an item takes of time and memory.

``python -m bench growth --size 1000000`` goes up to a million posts and readers and ten thousand
channels; it needs 6 GB of memory and about half an hour. By default it stops at a tenth of that.
"""

from bench.growth_posts import of_posts
from bench.growth_readers import of_channels, of_readers
from bench.growth_series import Series, chart
from bench.measure import Options, Report, run

SIZE, TINY = 100_000, (60, 120, 240)
"""Sizes below these would drown in what the server's connections take and give back."""


def main(arguments: list[str]) -> int:
    """Measure; ``--size`` is the most posts, the most readers, a hundred times the channels."""
    return run("growth", arguments, measure)


async def measure(options: Options) -> Report:
    """Three sizes of each, the smallest of which the others are measured against."""
    report, size = Report("growth"), options.size or SIZE
    posts, readers, channels = (100, 10, 1), (1000, 10, 1), (size // 10, 1000, 100)
    found: list[Series] = await of_posts(options, _sizes(options, size, posts))
    found += await of_readers(options, _sizes(options, size, readers))
    found += await of_channels(options, _sizes(options, size, channels))
    report.rows = [row for series in found for row in series.rows()]
    report.note("posts are of 120 days, so more of them are more in every week")
    if options.json:
        options.json.with_suffix(".svg").write_text(chart(found), encoding="utf-8")
    return report


def _sizes(options: Options, size: int, parts: tuple[int, ...]) -> tuple[int, ...]:
    """These parts of the size, ascending, each once."""
    return TINY if options.tiny else tuple(sorted({size // part for part in parts}))

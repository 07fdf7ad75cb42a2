"""Ten, a hundred, a thousand times as much: what an item takes of time and memory.

``python -m bench growth --size 1000000`` goes up to a million posts and readers and ten thousand
channels; it needs 6 GB of memory and about half an hour. By default it stops at a tenth of that.
"""

from bench.growth_posts import of_posts
from bench.growth_readers import of_channels, of_readers
from bench.growth_series import Series, chart
from bench.measure import Options, Report, run

SIZE, TINY = 100_000, 600


def main(arguments: list[str]) -> int:
    """Measure; ``--size`` is the most posts, the most readers, a hundred times the channels."""
    return run("growth", arguments, measure)


async def measure(options: Options) -> Report:
    """Three sizes of each, the smallest of which the others are measured against."""
    report, size = Report("growth"), options.of(SIZE, TINY)
    found: list[Series] = await of_posts(options, _sizes(size // 100, size // 10, size))
    found += await of_readers(options, _sizes(size // 1000, size // 10, size))
    found += await of_channels(options, _sizes(10, size // 1000, size // 100))
    report.rows = [row for series in found for row in series.rows()]
    report.note("posts are of 120 days, so more of them are more in every week")
    if options.json:
        options.json.with_suffix(".svg").write_text(chart(found), encoding="utf-8")
    return report


def _sizes(*wanted: int) -> tuple[int, ...]:
    """Ascending, each once; a tiny run has no thousandth."""
    return tuple(sorted({max(5, size) for size in wanted}))

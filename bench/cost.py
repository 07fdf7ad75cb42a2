"""Money per post by OpenAI's rules of caching and billing, as its fake applies them (C1).

Real labelled posts with 700 written tokens an answer at the default model's prices, tokens counted
by the model's own vocabulary: each post after half an hour of silence (cold), then one after
another (warm). Without the posts beside the checkout seeds stand in, and the page says so.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from bench import seeds
from bench.measure import Options, Report, Row, run
from bot.collect.text.links import links_in_text
from bot.evaluation import read_cases
from bot.extract.budget.meter import Meter
from bot.extract.budget.pricing import price_of
from bot.extract.llm.client import OpenAIClient
from bot.extract.llm.configured import NO_KEY
from bot.extract.llm.model import Model
from bot.model import Post
from tests.fakes.openai import FakeOpenAI
from tests.fakes.openai_cache import Bill
from tests.fakes.openai_platform import Platform, as_openai

MODEL = "gpt-6-luna"
WRITTEN = 700  # tokens of an answer, both cards and the event
COLD, WARM = 1_000.0, 500.0  # micro-dollars a post, the bounds of C1
SETS = ("seed_posts", "dev_posts")
GOLDEN = Path(__file__).resolve().parents[2] / "shared" / "data" / "golden"
TINY = 3


def main(arguments: list[str]) -> int:
    """Measure what reading a post costs."""
    return run("cost", arguments, measure)


async def measure(options: Options) -> Report:
    """Cold and warm, billed by the platform and booked by us."""
    report, posts = Report("cost"), _posts(options.tiny)
    cold = await _read(posts, timedelta(minutes=31))
    warm = await _read(posts, timedelta(seconds=20))
    for what, side, bound in (("cold", cold, COLD), ("warm", warm, WARM)):
        each = (sum(side.readings) / len(posts),)
        row = Row(f"reading a post, {what}", "the bound", "micro-dollars", each, (bound,), "C1",
                  ("<=", 1.0))  # fmt: skip
        report.rows.append(row)
    booked, paid = cold.booked + warm.booked, cold.billed + warm.billed
    report.rows.append(Row("booked by us", "billed", "micro-dollars", (booked,), (paid,)))
    prefix = max(bill.cache_written for bill in cold.bills)
    missed = sum(bill.cached < prefix for bill in warm.bills[1:])
    report.note(f"{len(posts)} posts, {WRITTEN} tokens an answer; prefix {prefix} tokens")
    report.note(f"warm calls that did not read the prefix from the cache: {missed}")
    return report


class _Side(NamedTuple):
    """Bills of the platform; what each reading, without its repair, and all calls cost by us."""

    bills: list[Bill]
    readings: list[float]
    booked: float

    @property
    def billed(self) -> float:
        """Micro-dollars of all calls by the platform."""
        return sum(bill.micro_dollars for bill in self.bills)


async def _read(posts: Sequence[Post], apart: timedelta) -> _Side:
    """Read the posts one after another, so far apart by the platform's clock."""
    clock, readings, booked = _Clock(), list[float](), 0.0
    platform = Platform(clock=clock, written=WRITTEN)
    async with FakeOpenAI(platform=platform) as fake:
        with as_openai(fake.url) as url:
            talk, price = OpenAIClient(NO_KEY, url), price_of(MODEL)
            made = Model(api_key=NO_KEY, model=MODEL, base_url=url, price=price, talk=talk)
            async with made as model:
                for post in posts:
                    meter = Meter()
                    await model.analyse(post, meter=meter)
                    readings.append(meter.calls[0].usage.cost)
                    booked += meter.usage.cost
                    clock.now += apart
    return _Side(platform.bills, readings, booked)


class _Clock:
    """The platform's time."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def _posts(tiny: bool) -> list[Post]:
    files = [GOLDEN / f"{name}.jsonl" for name in SETS]
    if tiny or not all(path.is_file() for path in files):
        return [seeds.post(number) for number in range(1, TINY + 1)]
    return [case.post for path in files for case in read_cases(path, links_in_text)]

"""From a post in a channel where the bot is an admin to the alert of a follower (C6).

The real program of all stages, a model that answers at once; a post that is no part of an album
waits for no quiet window.
"""

import asyncio
import tempfile
from pathlib import Path

from bench.chaos_world import CAP_USD, text_of
from bench.measure import Options, Report, Row, middle, quantile, run
from bench.place import own_store
from bench.soak_world import TOPICS, read
from bot.model import Subscription
from bot.store import Store
from tests.e2e.bot_process import bot, environment
from tests.fakes.botapi import TOKEN, FakeBotApi
from tests.fakes.openai import KEY, FakeOpenAI
from tests.fakes.openai_answers import makes
from tests.fakes.pages import page, written
from tests.fakes.tme import FakeTme

POSTS, TINY = 40, 4  # of a round
APART = 0.3  # seconds between two posts; a follower gets one in so many and waits for no turn
LIMIT = 1.0  # seconds
WITHIN = 30.0  # seconds at most till an alert
HANDLE, NUMBER = "pane_alert", 7_200_000
CAP = 1_000_000  # alerts a day


def main(arguments: list[str]) -> int:
    """Measure how long an alert takes."""
    return run("alert", arguments, measure)


async def measure(options: Options) -> Report:
    """Seconds till the alert, at the 95th percentile, by round."""
    report = Report("alert")
    async with (
        own_store() as (store, url),
        FakeBotApi() as api,
        FakeOpenAI() as model,
        FakeTme() as site,
    ):
        model.default = makes(read)
        shown = [written(1, "Made up.", hours_ago=1)]
        site.serve(HANDLE, page(HANDLE, shown, channel_id=NUMBER, title=HANDLE, older=False))
        await _follow(store)
        with tempfile.TemporaryDirectory(prefix="ftk") as home:
            async with bot(_environment(Path(home), api, model, site, url)):
                await api.until(lambda fake: fake.queue.polls > 0)
                await _waited(api, [0])
                size = options.of(POSTS, TINY)
                rounds = [
                    await _waited(api, range(1 + number * size, 1 + (number + 1) * size))
                    for number in range(options.rounds)
                ]
    found = tuple(quantile(waits, 0.95) for waits in rounds)
    limits = (LIMIT,) * len(found)
    what = "channel post to alert sent"
    report.rows.append(Row(what, "the limit", "s p95", found, limits, "C6", ("<=", 1.0)))
    every = [wait for waits in rounds for wait in waits]
    report.note(f"{len(every)} alerts: median {middle(every):.3f} s, longest {max(every):.3f} s")
    return report


async def _follow(store: Store) -> None:
    """One follower a topic."""
    for chat, topic in enumerate(TOPICS, start=100):
        follower = Subscription(
            chat_id=chat, active=False, alerts=(topic,), alert_cap=CAP, at_night="ring"
        )
        await store.subscriptions.save(follower, None)


def _environment(
    home: Path, api: FakeBotApi, model: FakeOpenAI, site: FakeTme, url: str
) -> dict[str, str]:
    known = {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_BASE": api.url,
        "OPENAI_API_KEY": KEY,
        "OPENAI_BASE_URL": model.url,
        "OPENAI_PRICE": "1,4",
        "DAILY_BUDGET_USD": str(CAP_USD),
        "PREVIEW_BASE_URL": site.base_url,
        "PAPERS": "off",
        "CHANNELS": HANDLE,
        "REDIS_URL": url,
    }
    return dict(environment(home, **known))


async def _waited(api: FakeBotApi, numbers: "range | list[int]") -> list[float]:
    """How long each post's alert took."""
    waits = []
    for number in numbers:
        began = asyncio.get_running_loop().time()
        chat = 100 + number % len(TOPICS)
        before = len(api.sent(chat))
        api.channel_post(text_of(number), -(10**12 + NUMBER), handle=HANDLE, title=HANDLE)
        await api.until(lambda fake: len(fake.sent(chat)) > before, WITHIN)  # noqa: B023
        waits.append(asyncio.get_running_loop().time() - began)
        await asyncio.sleep(APART)
    return waits

"""How long readers wait while one of them taps, asks or queries inline as fast as he can (C5).

The real program polls the tests' Bot API; twenty readers ask and tap, one after another, beside
one who does not wait for answers. A round is a fifth of the minute that each attack lasts, so a
wait that grows shows in the last. What has no answer in the end counts for as long as it waited.
"""

import asyncio
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count, cycle
from pathlib import Path
from typing import NamedTuple

from bench import seeds
from bench.measure import Options, Report, Row, cpu_seconds, middle, quantile, run
from bench.place import own_store
from tests.e2e.bot_process import bot, environment
from tests.fakes.botapi import TOKEN, FakeBotApi
from tests.fakes.botapi_duties import Delivered

SECONDS, TINY_SECONDS = 60.0, 3.0
LIMIT = 1.0  # seconds
POSTS, TINY_POSTS = 2_000, 50
READERS = range(1_000, 1_020)
HOSTILE = 666
EVERY = 0.25  # seconds between two questions of readers: each asks every five
SETTLING = 15.0  # seconds at most till the last answer
QUESTIONS = ("/help", "/topics", "/digest", "/topic quantization", "tap")
FLOOD = ("/digest week", "/search attention benchmark", "/topic quantization", "/topics")
BUTTONS = ("T:1", "T:2", "t:quantization:1", "t:agents:1", "d:week:0:1")


class Attack(NamedTuple):
    """What the hostile reader does so many times a second."""

    name: str
    per_second: float
    act: Callable[["Crowd", int], None]


@dataclass
class Crowd:
    """The readers and when each has asked; the answers that have come."""

    api: FakeBotApi
    screens: dict[int, Delivered] = field(default_factory=dict)
    asked: dict[int, float] = field(default_factory=dict)
    waits: list[tuple[float, float]] = field(default_factory=list)
    _seen: int = 0
    _done: int = 0

    async def meet(self) -> None:
        """Each reader, the hostile one, too, has a screen with buttons."""
        for chat in (*READERS, HOSTILE):
            self.api.say("/help", chat)
        everybody = {*READERS, HOSTILE}
        await self.api.until(lambda api: {d.chat_id for d in api.deliveries} >= everybody)
        self.screens = {item.chat_id: item for item in self.api.deliveries}
        self.look(lambda _: None)

    async def ask(self, end: float) -> None:
        """The readers ask in turn; one who still waits does not ask again."""
        now = asyncio.get_running_loop().time
        acts = cycle(QUESTIONS)
        for chat in cycle(READERS):
            if now() >= end:
                return
            if chat not in self.asked:
                self.asked[chat] = now()
                act = next(acts)
                if act == "tap":
                    self.api.press(self.screens[chat], f"T:{1 + int(now()) % 2}")
                else:
                    self.api.say(act, chat)
            await asyncio.sleep(EVERY)

    async def watch(self) -> None:
        """Note answers as they come, until cancelled."""
        while True:
            self.look(self.answered)
            await self.api.until(lambda api: self._new(api), 3600)

    def answered(self, chat: int) -> None:
        """The reader has an answer, a message or the same one changed."""
        if (began := self.asked.pop(chat, None)) is not None:
            self.waits.append((began, asyncio.get_running_loop().time() - began))

    def look(self, tell: Callable[[int], None]) -> None:
        """Tell whose answers have come since the last look."""
        sent, done = self.api.deliveries[self._seen :], self.api.done[self._done :]
        self._seen, self._done = self._seen + len(sent), self._done + len(done)
        for item in sent:
            tell(item.chat_id)
        for call in done:
            if call.method == "editmessagetext":
                tell(int(call.params["chat_id"]))

    def _new(self, api: FakeBotApi) -> bool:
        return len(api.deliveries) > self._seen or len(api.done) > self._done

    def end(self) -> None:
        """Whoever still waits has waited until now."""
        for chat in [*self.asked]:
            self.answered(chat)


def _tap(crowd: Crowd, number: int) -> None:
    crowd.api.press(crowd.screens[HOSTILE], BUTTONS[number % len(BUTTONS)])


def _ask(crowd: Crowd, number: int) -> None:
    crowd.api.say(FLOOD[number % len(FLOOD)], HOSTILE)


def _query(crowd: Crowd, number: int) -> None:
    crowd.api.ask_inline(f"attention {number}", HOSTILE)


ATTACKS = (
    Attack("one taps four times a second", 4, _tap),
    Attack("one taps 50 times a second", 50, _tap),
    Attack("one asks 50 times a second", 50, _ask),
    Attack("one queries inline 260 times a second", 260, _query),
)


def main(arguments: list[str]) -> int:
    """Attack."""
    return run("fairness", arguments, measure)


async def measure(options: Options) -> Report:
    """Seconds till the answer to others, at the 95th percentile, by attack."""
    report = Report("fairness")
    seconds = TINY_SECONDS if options.tiny else SECONDS
    async with own_store() as (store, url), FakeBotApi() as api:
        await seeds.fill(store, options.of(POSTS, TINY_POSTS))
        with tempfile.TemporaryDirectory(prefix="ftk") as home:
            env = environment(
                Path(home), TELEGRAM_BOT_TOKEN=TOKEN, TELEGRAM_API_BASE=api.url, REDIS_URL=url
            )
            async with bot(env, "telegram") as process:
                await api.until(lambda fake: fake.queue.polls > 0)
                crowd = Crowd(api)
                await crowd.meet()
                quiet = await _under(crowd, None, seconds / 4)
                for attack in ATTACKS:
                    spent = cpu_seconds(process.pid)
                    waits = await _under(crowd, attack, seconds)
                    cores = (cpu_seconds(process.pid) - spent) / seconds
                    report.rows.append(_row(attack, waits, options.rounds, seconds))
                    _tell(report, f"{attack.name} ({cores:.2f} of a core)", waits)
                _tell(report, "nobody does any of it", quiet)
    return report


async def _under(crowd: Crowd, attack: Attack | None, seconds: float) -> list[tuple[float, float]]:
    """When others asked, from the beginning, and how long each waited."""
    loop = asyncio.get_running_loop()
    crowd.waits, began = [], loop.time()
    watching = asyncio.create_task(crowd.watch())
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(crowd.ask(began + seconds))
        if attack:
            tasks.create_task(_attacked(crowd, attack, began, began + seconds))
    with suppress(TimeoutError):
        await crowd.api.until(lambda _: not crowd.asked, SETTLING)
    watching.cancel()
    crowd.end()
    return [(at - began, wait) for at, wait in crowd.waits]


async def _attacked(crowd: Crowd, attack: Attack, began: float, end: float) -> None:
    loop = asyncio.get_running_loop()
    for number in count():
        due = began + number / attack.per_second
        if due >= end:
            return
        await asyncio.sleep(max(0.0, due - loop.time()))
        attack.act(crowd, number)


def _row(attack: Attack, waits: list[tuple[float, float]], rounds: int, seconds: float) -> Row:
    """A round is a slice of the attack."""
    slices = [
        [wait for at, wait in waits if int(at * rounds / seconds) == number]
        for number in range(rounds)
    ]
    found = tuple(quantile(part, 0.95) for part in slices if part)
    limits = (LIMIT,) * len(found)
    return Row(attack.name, "the limit", "s p95", found, limits, "C5", ("<=", 1.0))


def _tell(report: Report, name: str, waits: list[tuple[float, float]]) -> None:
    found = [wait for _, wait in waits]
    report.note(
        f"{name}: {len(found)} answers to others, median {middle(found):.3f} s, "
        f"longest {max(found):.3f} s"
    )

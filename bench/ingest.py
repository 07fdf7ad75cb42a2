"""Ingest under kills: updates of all kinds, handlers that raise, poison; the lost and doubled.

``python -m bench ingest --updates 4500 --kills 20``. Two real processes with one token run side by
side, as in a rolling deployment; one of them is killed again and again. Exit code 1 when an update
was lost, had two effects, or updates stood still for more than ``LONGEST_STALL``.
"""

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from bot.config import Settings
from bot.store import Store, keys, open_store
from tests.e2e.bot_process import BotProcess, bot, environment
from tests.fakes import botapi_answers as answers
from tests.fakes.botapi import TOKEN, FakeBotApi

LONGEST_STALL = 5.0  # seconds in which updates wait and none is confirmed
RAISING = 0.05  # share of updates whose handler raises the first time
ASKING = 0.05  # share of commands that are answered
POISON = 10
SOURCES = 20  # channels that post
ADMIN = 7
SETTLED = 90.0  # seconds at most for the rest, two leases of a dead worker's items included


@dataclass
class World:
    """The fake server, the store behind the bot, and what every update should come to."""

    api: FakeBotApi
    store: Store
    posts: set[str] = field(default_factory=set)
    chats: set[int] = field(default_factory=set)
    poison: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Report:
    """What came of a run."""

    updates: int
    kills: int
    raised: int
    lost: list[str]
    doubled: list[str]
    dead: int
    unfinished: int
    stall: float
    seconds: float

    @property
    def holds(self) -> bool:
        """True when it is as promised."""
        whole = not self.lost and not self.doubled and not self.unfinished
        return whole and self.dead == POISON and self.stall <= LONGEST_STALL


class Watch:
    """The longest time in which updates waited at the server and none was confirmed."""

    def __init__(self, api: FakeBotApi) -> None:
        self._api, self.longest = api, 0.0

    async def run(self) -> None:
        """Look until cancelled."""
        last, since = self._api.queue.confirmed, time.monotonic()
        while True:
            await asyncio.sleep(0.02)
            confirmed = self._api.queue.confirmed
            if confirmed != last or not self._api.queue.pending:
                last, since = confirmed, time.monotonic()
            self.longest = max(self.longest, time.monotonic() - since)


def main(arguments: list[str]) -> int:
    """Run and print; 1 when something is not as promised."""
    parser = argparse.ArgumentParser(prog="bench ingest")
    parser.add_argument("--updates", type=int, default=4500)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    report = asyncio.run(run(chosen.updates, chosen.kills, chosen.seed))
    print(
        f"{report.updates} updates, {report.kills} kills, {report.raised} handlers raised, "
        f"{report.seconds:.0f} s\n"
        f"lost            {len(report.lost)} {report.lost[:5] or ''}\n"
        f"doubled         {len(report.doubled)} {report.doubled[:5] or ''}\n"
        f"dead letters    {report.dead} of {POISON} undecodable\n"
        f"unfinished      {report.unfinished}\n"
        f"longest stall   {report.stall:.1f} s of {LONGEST_STALL:.0f}"
    )
    return int(not report.holds)


async def run(updates: int, kills: int, seed: int = 1) -> Report:
    """One run from nothing to its report."""
    started, chance = time.monotonic(), random.Random(seed)
    async with _world() as (world, env), AsyncExitStack() as stack:
        pair = [_Restarted(env, stack), _Restarted(env, stack)]
        for one in pair:
            await one.start()
        await world.api.until(lambda api: api.queue.polls > 0)
        watch = Watch(world.api)
        watching = asyncio.create_task(watch.run())
        feeding = asyncio.create_task(_feed(world, updates, kills, chance))
        for number in range(kills):
            await asyncio.sleep(chance.uniform(0, 2))
            for one in pair:
                await one.ready()
            await pair[number % 2].kill_and_start()  # in turns, so that it is the one that polls
        await feeding
        await _settle(world)
        watching.cancel()
        seconds = time.monotonic() - started
        return await _report(world, updates, kills, watch.longest, seconds)


@asynccontextmanager
async def _world() -> AsyncIterator[tuple[World, dict[str, str]]]:
    with tempfile.TemporaryDirectory(prefix="ftk") as folder:
        home = Path(folder)
        settings = Settings(_env_file=None, fortochka_home=home / "data")
        async with FakeBotApi() as api, open_store(settings) as store:
            known = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_BASE": api.url}
            probed = {"ON_UNKNOWN_SEND": "probe"}
            for source in range(SOURCES):
                await store.sources.listen(str(2_000_000_000 + source))
            yield World(api, store), {**environment(home, **known, **probed)}


class _Restarted:
    """A process that is started again whenever it was killed."""

    def __init__(self, env: dict[str, str], stack: AsyncExitStack) -> None:
        self._env, self._stack = env, stack
        self._process: BotProcess | None = None

    async def start(self) -> None:
        self._process = await self._stack.enter_async_context(bot(self._env, "telegram"))

    async def ready(self) -> None:
        """Wait until it is at work, as whoever rolls a new version out does."""
        assert self._process is not None
        await self._process.said('"event": "telegram"')

    async def kill_and_start(self) -> None:
        """Kill it without a warning."""
        assert self._process is not None
        await self._process.kill()
        await self.start()


async def _feed(world: World, updates: int, kills: int, chance: random.Random) -> None:
    """All updates, evenly over about the time that the kills take."""
    poisoned = set(chance.sample(range(updates), POISON))
    pause = kills * 3.5 / updates
    for number in range(updates):
        if number in poisoned:
            _push_poison(world, number)
        elif (share := chance.random()) < RAISING:
            await _command(world, number, "/subscribe", raising=True)
        elif share < RAISING + ASKING:
            await _command(world, number, "/help", raising=False)
        else:
            _post(world, number)
        await asyncio.sleep(pause)


def _push_poison(world: World, number: int) -> None:
    update = world.api.queue.take_id()
    kinds: tuple[dict[str, object], ...] = (
        {"message": {"date": "soon"}},
        {"message": number},
        {"callback_query": {"id": []}},
    )
    raw = json.dumps({"update_id": update, **kinds[number % len(kinds)]})
    world.api.queue.push_raw(update, raw)
    world.poison.add(update)


def _post(world: World, number: int) -> None:
    channel = 2_000_000_000 + number % SOURCES
    handle = f"made_up_{number % SOURCES}"
    message = world.api.channel_post(
        f"made-up post number {number}", int(f"-100{channel}"), handle=handle
    )
    world.posts.add(f"{channel}/{message['message_id']}")


async def _command(world: World, number: int, text: str, *, raising: bool) -> None:
    """A command in a group of its own, whose last message is known, so that a probe can tell."""
    chat, user = int(f"-100{3_000_000_000 + number}"), ADMIN + number
    greeting = await world.api.run("sendmessage", {"chat_id": chat, "text": "made-up greeting"})
    await world.store.redis.set(keys.chat_last(chat), greeting["message_id"])
    if raising:
        world.api.admins.add((chat, user))
        world.api.order(answers.server_error(), method="getChatMember", chat=chat)
    world.api.say(text, user, chat=chat)
    world.chats.add(chat)


async def _settle(world: World) -> None:
    """Until nothing waits; what still does after a while is counted as unfinished."""
    deadline = time.monotonic() + SETTLED
    while time.monotonic() < deadline and (  # noqa: ASYNC110 - the store has no event for it
        world.api.queue.pending or await _waiting(world.store)
    ):
        await asyncio.sleep(0.2)


async def _waiting(store: Store) -> int:
    return await store.update_stream.waiting() + await store.outbox_stream.waiting()


async def _report(world: World, updates: int, kills: int, stall: float, seconds: float) -> Report:
    rows = cast("list[tuple[str, dict[str, str]]]", await world.store.redis.xrange(keys.POSTS))
    taken = Counter(fields["key"] for _, fields in rows)
    sent = Counter(d.chat_id for d in world.api.deliveries if d.text != "made-up greeting")
    letters = [letter async for letter in world.store.dead_letters.letters()]
    buried = {json.loads(letter.fields["body"])["update_id"] for letter in letters}
    lost = [*(world.posts - taken.keys()), *map(str, world.chats - sent.keys())]
    lost += [f"poison {update}" for update in world.poison - buried]
    counts: list[tuple[object, int]] = [*taken.items(), *sent.items()]
    members = [call for call in world.api.done if call.method == "getchatmember"]
    return Report(
        updates,
        kills,
        len({call.params["chat_id"] for call in members}),
        lost,
        [str(name) for name, count in counts if count > 1],
        len(letters),
        await _waiting(world.store),
        stall,
        seconds,
    )


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

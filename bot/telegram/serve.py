"""The Telegram stage: polling, answering, taking in posts and sending, side by side."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog
from aiogram import Bot

from bot.collect.fetch import Fetcher
from bot.config import Settings
from bot.model import utc_now
from bot.store import Store
from bot.store.albums import QUIET
from bot.store.lease import LEASE, poller
from bot.store.search import Search
from bot.telegram import broadcast
from bot.telegram.collecting import Collector
from bot.telegram.courier import SETTLING, OnUnknown
from bot.telegram.dispatch import dispatcher, wanted_updates
from bot.telegram.inbox import Inbox, answer
from bot.telegram.intake import ASKING, Intake, Pace
from bot.telegram.leading import lead
from bot.telegram.menu import introduce
from bot.telegram.owner import introduce_to_owners
from bot.telegram.poll import poll
from bot.telegram.running import Running, running_by
from bot.telegram.sender import send
from bot.telegram.webhook import Hook, receive
from bot.telegram.wire import Ended, TokenRefused, connect

log = structlog.get_logger()


class Ways(NamedTuple):
    """What of the stage can be set."""

    finder: Search
    clock: Callable[[], datetime] = utc_now
    polled: Callable[[], None] = lambda: None
    owners: frozenset[int] = frozenset()
    on_unknown: OnUnknown | None = None
    settling: timedelta = SETTLING
    quiet: timedelta = QUIET
    hook: Hook | None = None
    lease: timedelta = LEASE
    asking: Pace = ASKING
    running: Running = Running()


async def serve(
    settings: Settings, store: Store, polled: Callable[[], None], stop: asyncio.Event
) -> None:
    """Run the stage until ``stop``; one of ``Ended`` ends it, which says why in one line."""
    token = settings.telegram_bot_token
    if token is None:
        raise TokenRefused
    bot = connect(token.get_secret_value(), settings.telegram_api_base, settings.telegram_proxy)
    owners = frozenset(settings.admin_ids)
    try:
        async with Fetcher(settings.preview_base_url, proxy=settings.preview_proxy) as fetcher:
            ways = Ways(
                finder=Search(settings.fortochka_home, store),
                polled=polled,
                owners=owners,
                on_unknown=settings.on_unknown_send,
                hook=_hook(settings),
                running=running_by(settings, fetcher),
            )
            log.info("telegram", bot=await introduce(bot, store))
            await introduce_to_owners(bot, store, owners)
            await work(bot, store, stop, ways)
    finally:
        await bot.session.close()


async def work(bot: Bot, store: Store, stop: asyncio.Event, ways: Ways) -> None:
    """All parts of the stage until ``stop``; when one ends, the others drain and end, too."""
    halt = asyncio.Event()
    collector = Collector(store, ways.quiet)
    routes = dispatcher(store, collector, ways.owners, ways.clock, ways.finder, ways.running)
    inbox = Inbox(bot, store, routes, collector)
    following = asyncio.create_task(_follow(stop, halt))
    parts = (
        _updates(bot, store, wanted_updates(routes), ways, halt),
        answer(inbox, store, halt),
        collector.gather_albums(halt),
        broadcast.feed(store, halt),
        ways.finder.run(halt),
        send(bot, store, halt, on_unknown=ways.on_unknown, settling=ways.settling),
    )
    try:
        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(_part(part, halt)) for part in parts]
    finally:
        following.cancel()
    for ended in (task.result() for task in running):
        if ended:
            raise ended


def _hook(settings: Settings) -> Hook | None:
    secret = settings.webhook_secret
    if settings.webhook_url is None or secret is None:
        return None
    return Hook(settings.webhook_url, secret.get_secret_value(), settings.webhook_port)


async def _updates(
    bot: Bot, store: Store, allowed: Sequence[str], ways: Ways, halt: asyncio.Event
) -> None:
    """Updates as Telegram brings them, or as the one process that may poll fetches them."""
    intake = Intake(bot, store, ways.asking)

    def fetch(stop: asyncio.Event) -> Awaitable[None]:
        return poll(bot, intake, allowed, stop, ways.polled)

    try:
        if ways.hook:
            await receive(bot, intake, allowed, ways.hook, halt, ways.polled)
        else:
            await lead(poller(store.redis, ways.lease), fetch, halt, idle=ways.polled)
    finally:
        await intake.drain()


async def _follow(stop: asyncio.Event, halt: asyncio.Event) -> None:
    await stop.wait()
    halt.set()


async def _part(part: Awaitable[None], halt: asyncio.Event) -> Ended | None:
    """What ended a part that needs no trace; a cancelled Redis call may swallow its cancelling."""
    try:
        await part
    except Ended as error:
        return error
    finally:
        halt.set()
    return None

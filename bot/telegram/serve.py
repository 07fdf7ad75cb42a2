"""The Telegram stage: receiving, answering, collecting and sending, side by side."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import NamedTuple

import structlog
from aiogram import Bot

from bot.collect.preview.fetch import Fetcher
from bot.config import Settings
from bot.store import Store
from bot.store.connection.clock import Clock
from bot.store.content.albums import ALBUM_QUIET
from bot.store.errors import StoreUnavailable
from bot.store.queue.lease import LEADER_LEASE, poller
from bot.supervision import Run, Supervisor
from bot.telegram.dispatch import dispatcher, wanted_updates
from bot.telegram.handlers import broadcast
from bot.telegram.handlers.owner import introduce_to_owners
from bot.telegram.handlers.registry.source_list import check_lists
from bot.telegram.receive.channel_posts import Collector
from bot.telegram.receive.inbox import Inbox, answer
from bot.telegram.receive.intake import ASKING, AskingRate, Intake
from bot.telegram.receive.leader import lead_polling
from bot.telegram.receive.poll import poll
from bot.telegram.receive.webhook import Webhook, receive_updates
from bot.telegram.replies.deployment import Deployment, deployment_of
from bot.telegram.replies.menu import introduce
from bot.telegram.replies.open_questions import QUESTION_PATIENCE, attend_questions
from bot.telegram.send.delivery import SETTLING, OnUnknown
from bot.telegram.send.sender import send
from bot.telegram.send.session import Ended, TokenRefused, connect_bot
from bot.wait import relay

log = structlog.get_logger()


class TelegramOptions(NamedTuple):
    """What of the stage can be set."""

    clock: Clock | None = None
    polled: Callable[[], None] = lambda: None
    on_unknown: OnUnknown | None = None
    settling: timedelta = SETTLING
    quiet: timedelta = ALBUM_QUIET
    hook: Webhook | None = None
    lease: timedelta = LEADER_LEASE
    asking: AskingRate = ASKING
    running: Deployment = Deployment()
    supervisor: Supervisor | None = None
    patience: timedelta = QUESTION_PATIENCE


async def serve(
    settings: Settings,
    store: Store,
    polled: Callable[[], None],
    stop: asyncio.Event,
    supervisor: Supervisor | None = None,
) -> None:
    """Run the stage until ``stop``; one of ``Ended`` ends it, which says why in one line."""
    token = settings.telegram_bot_token
    if token is None:
        raise TokenRefused
    bot = connect_bot(
        token.get_secret_value(),
        settings.telegram_api_base,
        settings.telegram_proxy,
        store.counts,
    )
    try:
        async with Fetcher(settings.preview_base_url, proxy=settings.preview_proxy) as fetcher:
            options = TelegramOptions(
                polled=polled,
                on_unknown=settings.on_unknown_send,
                hook=_hook(settings),
                running=deployment_of(settings, fetcher),
                supervisor=supervisor,
            )
            await _introduced(bot, store, settings)
            await work(bot, store, stop, options)
    finally:
        await bot.session.close()


async def _introduced(bot: Bot, store: Store, settings: Settings) -> None:
    """Set the menus; without them the stage does all its work."""
    try:
        if username := await introduce(bot, store, settings.web_url or "", settings.languages[0]):
            await store.sent_files.serve_by(bot.id)
        log.info("telegram", bot=username)
        await introduce_to_owners(bot, store)
    except (Ended, StoreUnavailable):
        raise
    except Exception as error:  # a convenience's edge: without menus the stage does its work
        log.error("menu not set", error=type(error).__name__, exc_info=True)


async def work(bot: Bot, store: Store, stop: asyncio.Event, options: TelegramOptions) -> None:
    """All parts of the stage until ``stop``; when one has ``Ended``, the others drain and end."""
    halt = asyncio.Event()
    following = asyncio.create_task(relay(stop, halt))
    supervisor = options.supervisor or Supervisor()
    try:
        await supervisor.keep(_parts(bot, store, halt, options), halt, (Ended,))
    finally:
        following.cancel()


def _parts(
    bot: Bot, store: Store, halt: asyncio.Event, options: TelegramOptions
) -> dict[str, Run]:
    collector = Collector(store, options.quiet)
    routes = dispatcher(store, collector, options.clock, options.running)
    inbox = Inbox(bot, store, routes, collector)
    sending = partial(
        send, bot, store, halt, on_unknown=options.on_unknown, settling=options.settling
    )
    return {
        "telegram.updates": partial(_updates, bot, store, wanted_updates(routes), options, halt),
        "telegram.answers": partial(answer, inbox, store, halt),
        "telegram.albums": partial(collector.gather_albums, halt),
        "telegram.broadcasts": partial(broadcast.feed_broadcast, store, halt),
        "telegram.lists": partial(check_lists, store, options.running, halt),
        "telegram.forget": partial(store.erasure.keep_rewriting, halt),
        "telegram.questions": partial(
            attend_questions, bot, store, halt, options.clock, options.patience
        ),
        "telegram.sender": sending,
    }


def _hook(settings: Settings) -> Webhook | None:
    secret = settings.webhook_secret
    if settings.webhook_url is None or secret is None:
        return None
    host, port = settings.webhook_host, settings.webhook_port
    return Webhook(settings.webhook_url, secret.get_secret_value(), port, host)


async def _updates(
    bot: Bot, store: Store, allowed: Sequence[str], options: TelegramOptions, halt: asyncio.Event
) -> None:
    """Updates as Telegram brings them, or as the one process that may poll fetches them."""
    intake = Intake(bot, store, options.asking)

    def fetch(stop: asyncio.Event) -> Awaitable[None]:
        return poll(bot, intake, allowed, stop, options.polled)

    try:
        if options.hook:
            await receive_updates(bot, intake, allowed, options.hook, halt, options.polled)
        else:
            await lead_polling(
                poller(store.redis, options.lease), fetch, halt, idle=options.polled
            )
    finally:
        await intake.drain()

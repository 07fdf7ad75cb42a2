"""The stages in one process: started together, stopped by a signal, drained in time."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from functools import partial
from typing import TypeVar

import structlog

from bot import __version__, config
from bot.app.clock_skew import watch_clock_skew
from bot.app.emptied import Renew, StoreWatch
from bot.app.health import Health, served
from bot.app.logs import set_up
from bot.app.loop_lag import watch_loop_lag
from bot.app.shutdown import listen, until_stopped
from bot.app.token_check import NoAnswer, TokenRejected, check_token
from bot.config import ConfigError, Settings
from bot.errors import CommandError
from bot.extract import backfill
from bot.extract.llm.concurrency import MOST
from bot.extract.worker import Analyst
from bot.mcp.extra import check_extra
from bot.publish.answer_messages import answer_queued
from bot.publish.owner_notices import tell_of_model, tell_of_shutdown, tell_owners
from bot.publish.schedule import run_schedule
from bot.publish.worker import join_story
from bot.store import Store, open_store
from bot.store.errors import StoreUnavailable
from bot.store.queue.worker import consume
from bot.supervision import Run, leaves
from bot.wait import until

log = structlog.get_logger()

_T = TypeVar("_T")

_NAMED = 5  # sources that the log names
STAGES = ("collect", "extract", "publish", "telegram", "web")

_OPENINGS = 20  # tries at the start
_BETWEEN = 3.0  # seconds between two of them
SOURCES_LOOK = 15.0  # seconds between two looks whether there is a list of watched channels


async def run_checked(named: Sequence[str] = (), *, new_bot: bool = False) -> None:
    """Load the settings, check that the stages can work with them, run; all when none is named.

    ``new_bot``: the readers are handed over to the token's bot.
    """
    settings = config.load()
    set_up(settings)
    log.info("starting", version=__version__)
    for slip in config.slips():
        log.warning("unknown setting", reason=slip)
    stages = named or [stage for stage in STAGES if stage != "web" or settings.web_port]
    if "telegram" in stages:
        await _check_token(settings)
    if "web" in stages and not settings.web_port:
        raise ConfigError("WEB_PORT: is not set; choose a port for the pages, such as 8082")
    if "web" in stages and settings.mcp_token:
        check_extra("MCP_TOKEN")
    await run(settings, stages, new_bot=new_bot)


async def _check_token(settings: Settings) -> None:
    if settings.telegram_bot_token is None:
        raise ConfigError("TELEGRAM_BOT_TOKEN: is not set; get a token from @BotFather")
    token = settings.telegram_bot_token.get_secret_value()
    try:
        await check_token(token, settings.telegram_api_base, settings.telegram_proxy)
    except TokenRejected as error:
        raise ConfigError(str(error)) from None
    except NoAnswer as error:
        log.warning("telegram unavailable", reason=str(error))


async def _patiently(ask: Callable[[], Awaitable[_T]], stop: asyncio.Event) -> _T:
    """What is asked of the store before its parts run; an outage is waited for, as later ones are.

    A server that is not there at first is an address to be mended: ``StoreError`` at once.
    """
    for _ in range(_OPENINGS):
        with suppress(StoreUnavailable):
            return await ask()
        log.warning("store unavailable", stage="start", then="asks again")
        if await until(stop, _BETWEEN):
            break
    return await ask()


async def _check_bot(settings: Settings, store: Store) -> None:
    """``ConfigError`` for the token of another bot: its readers are strangers to these chats."""
    serving = await store.sent_files.serving_bot()
    if serving in (None, settings.bot_id):
        return
    name = await store.sent_files.username()
    called = f"@{name} (id {serving})" if name else f"the bot with id {serving}"
    raise ConfigError(
        f"TELEGRAM_BOT_TOKEN: is of another bot than the data, which are those of {called}; "
        "nothing was sent. Put its token back, name a FORTOCHKA_HOME or REDIS_URL of its own, "
        "or hand the readers over: fortochka run --new-bot"
    )


async def run(settings: Settings, stages: Sequence[str], *, new_bot: bool = False) -> None:
    """Run stages until SIGTERM or SIGINT; a second signal ends the process at once."""
    stop = asyncio.Event()
    health = Health(telegram="telegram" in stages, daily_budget=settings.daily_budget_usd)
    listen(stop)
    async with AsyncExitStack() as stack:
        store = await _patiently(lambda: stack.enter_async_context(open_store(settings)), stop)
        for notice in store.notices:
            log.warning("store notice", reason=notice)
        if "telegram" in stages and not new_bot:
            await _patiently(partial(_check_bot, settings, store), stop)
        await stack.enter_async_context(
            served(health, store, settings.health_port, settings.health_host)
        )
        health.troubles["stages"] = "starting"
        parts: dict[str, Run] = {
            "loop-lag": partial(watch_loop_lag, stop, health.lag),
            "clock-skew": partial(watch_clock_skew, store, health, stop),
        }
        if {"publish", "telegram", "web"} & {*stages}:
            parts["read-model"] = partial(store.read_model.run, stop)
        renew: list[Renew] = []
        for stage in stages:
            parts |= await _stage(stage, settings, store, health, stop, stack, renew)
        watch = StoreWatch(store, settings.fortochka_home, settings.languages[0], renew)
        parts["store-identity"] = partial(watch.watch, stop)
        health.troubles.pop("stages")
        watched = await _patiently(partial(_watched, store, stages), stop)
        log.info("started", version=__version__, stages=",".join(stages), **watched)
        await until_stopped(parts, health.supervisor, stop)
    log.info("stopped")


async def _watched(store: Store, stages: Sequence[str]) -> dict[str, object]:
    """What is really watched, for the log: ``CHANNELS`` only adds each name once."""
    if "collect" not in stages:
        return {}
    sources = await store.sources.list()
    read = [source.name for source in sources if not source.rest]
    more = f" and {len(read) - _NAMED} more" if len(read) > _NAMED else ""
    names = ", ".join(read[:_NAMED]) + more or "none"
    return {"sources": len(read), "names": names, "paused": len(sources) - len(read)}


async def _stage(
    stage: str,
    settings: Settings,
    store: Store,
    health: Health,
    stop: asyncio.Event,
    stack: AsyncExitStack,
    renew: list[Renew],
) -> Mapping[str, Run]:
    """The parts of a stage by their names; what it puts into an empty store goes to ``renew``."""
    if stage == "collect":
        renew.append(partial(store.sources.seed, settings.channels))
        return {
            "collect.previews": await _collect(settings, store, stop, stack),
            "collect.sources": partial(_keep_sources, settings, store, stop),
            **await _papers(settings, store, stop, stack),
        }
    if stage == "extract":
        return await _extract(settings, store, stop, stack, renew)
    if stage == "publish":
        return await _publish(settings, store, stop, stack)
    if stage == "web":
        return {"web": _web(settings, store, stop)}
    return {"telegram": _telegram(settings, store, health, stop)}


async def _publish(
    settings: Settings, store: Store, stop: asyncio.Event, stack: AsyncExitStack
) -> Mapping[str, Run]:
    analyst = await analyst_for(settings, store, stack)
    reading = partial(
        consume,
        store.entry_stream,
        partial(join_story, store, judge=analyst.judge),
        consumer=_name("publish"),
        stop=stop,
    )
    return {
        "publish.stories": reading,
        "publish.questions": partial(
            consume,
            store.question_stream,
            partial(answer_queued, store, answerer=analyst.answerer),
            consumer=_name("questions"),
            stop=stop,
        ),
        "publish.schedule": partial(run_schedule, store, stop, opening=analyst.opening),
    }


async def _collect(
    settings: Settings, store: Store, stop: asyncio.Event, stack: AsyncExitStack
) -> Run:
    from bot.collect.preview.fetch import Fetcher
    from bot.collect.preview.watch import Watcher

    fetcher = await stack.enter_async_context(
        Fetcher(settings.preview_base_url, proxy=settings.preview_proxy)
    )
    await _patiently(partial(store.sources.seed, settings.channels), stop)
    every = timedelta(seconds=settings.preview_interval) if settings.preview_interval else None
    backfill = timedelta(days=settings.backfill_days)
    tell = partial(tell_owners, store, language=settings.languages[0])
    watcher = Watcher(store, fetcher, tell, every=every, backfill=backfill)
    return partial(watcher.watch, stop)


async def _papers(
    settings: Settings, store: Store, stop: asyncio.Event, stack: AsyncExitStack
) -> Mapping[str, Run]:
    """A part for each source that is asked about papers."""
    if settings.papers == "off":
        return {}
    from bot.collect.papers.arxiv import ArxivPapers
    from bot.collect.papers.crossref import CrossrefPapers
    from bot.collect.papers.reader import PaperReader
    from bot.collect.papers.site import PaperSite

    arxiv, crossref = [
        await stack.enter_async_context(PaperSite(url, contact=settings.papers_contact))
        for url in (settings.papers_base_url, settings.crossref_base_url)
    ]
    readers = [
        PaperReader(store, ArxivPapers(arxiv)),
        PaperReader(store, CrossrefPapers(crossref, settings.papers_contact)),
    ]
    return {f"collect.{each.name}": partial(each.run, stop) for each in readers}


async def _keep_sources(settings: Settings, store: Store, stop: asyncio.Event) -> None:
    """Watch the channels of the settings again when the list of the watched ones was lost."""
    while not await until(stop, SOURCES_LOOK):
        try:
            await store.sources.bring_back(settings.channels)
        except StoreUnavailable as error:
            log.debug("store unavailable", stage="sources", error=type(error).__name__)


async def _extract(
    settings: Settings,
    store: Store,
    stop: asyncio.Event,
    stack: AsyncExitStack,
    renew: list[Renew],
) -> Mapping[str, Run]:
    analyst = await analyst_for(settings, store, stack)
    await analyst.announce()
    renew.append(analyst.announce)
    parts: dict[str, Run] = {
        "extract.posts": partial(
            consume,
            store.post_stream,
            analyst.handle,
            consumer=_name("extract"),
            stop=stop,
            concurrency=MOST,  # how many ask the model at once is the gate's to say
        )
    }
    if analyst.models:
        parts["extract.backfill"] = partial(backfill.feed_backlog, store, stop)
        parts["extract.shutdowns"] = _shutdowns(settings, store, stop)
    return parts


def _shutdowns(settings: Settings, store: Store, stop: asyncio.Event) -> Run:
    """The daily look at when the models shut down."""
    from bot.extract.llm.configured import key_of
    from bot.extract.model_shutdown import shutdown_date, watch_shutdowns

    models = [name for name in (settings.openai_model, settings.openai_second_model) if name]
    look = partial(shutdown_date, key_of(settings), settings.openai_base_url)
    tell = partial(tell_of_shutdown, store, settings.languages[0])
    return partial(watch_shutdowns, store, models, look, tell, stop)


async def analyst_for(settings: Settings, store: Store, stack: AsyncExitStack) -> Analyst:
    """The analyst that the settings name: with a model where there is a key or an own server."""
    if not settings.has_model:
        return Analyst(store)
    from bot.extract.llm.configured import model_of

    names = (settings.openai_model, settings.openai_second_model)
    first, second = [
        await stack.enter_async_context(model_of(settings, name, store)) if name else None
        for name in names
    ]
    return Analyst(
        store,
        first,
        second=second,
        daily_cap=settings.daily_budget_usd,
        tell=partial(tell_of_model, store, settings.languages[0]),
    )


def _telegram(settings: Settings, store: Store, health: Health, stop: asyncio.Event) -> Run:
    from bot.telegram.send.session import Ended, TokenRefused
    from bot.telegram.serve import serve

    async def telegram() -> None:
        try:
            await serve(settings, store, health.polled, stop, health.supervisor)
        except (Ended, ExceptionGroup) as error:
            causes = leaves(error)
            if not all(isinstance(cause, Ended) for cause in causes):
                raise
            reasons = list(map(str, causes))
            if health.polled_at and any(isinstance(cause, TokenRefused) for cause in causes):
                log.error("telegram ended", reason=reasons[0])  # the token was good until now
                health.troubles["telegram"] = "; ".join(reasons)
                await stop.wait()  # the other stages go on; a restart would be refused at once
            raise ExceptionGroup(
                "telegram", [CommandError(reason) for reason in reasons]
            ) from None

    return telegram


def _web(settings: Settings, store: Store, stop: asyncio.Event) -> Run:
    from bot.web.serve import serve_archive

    if settings.mcp_token is None:
        return partial(serve_archive, settings, store, stop)
    from bot.mcp.http import mcp_answers

    answers = partial(mcp_answers, settings, settings.mcp_token, store)
    return partial(serve_archive, settings, store, stop, answers)


def _name(stage: str) -> str:
    return f"{stage}-{secrets.token_hex(4)}"

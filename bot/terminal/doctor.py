"""The doctor: looks at everything the bot stands on; each ✗ comes with one line that mends it."""

import json
import shutil
import time
from collections.abc import AsyncIterator
from dataclasses import asdict
from zoneinfo import available_timezones

from bot import __version__, config
from bot.app.token_check import NoAnswer, TokenRejected
from bot.config import ConfigError, Settings
from bot.errors import CommandError
from bot.store import Store, open_store
from bot.store.connection.clock import describe_skew
from bot.store.connection.home import check_room, is_open, open_to_others, prepare
from bot.store.errors import ServerError, StoreError
from bot.store.sources.sources import Source
from bot.terminal.examine.findings import Finding, show_finding
from bot.terminal.examine.sources import SEEDED_ONCE, SOURCES_PART, look_at
from bot.terminal.examine.telegram import (
    ask_telegram,
    bot_finding,
    owners_finding,
    webhook_finding,
)
from bot.terminal.show import print_text

LEAST_DISK = 1 << 30  # bytes
_MOST_NAMED = 5  # files that are open to others
_MOST_LOOKED = 20  # channels
LEAST_ZONES = 400  # a host without time zones has a handful


async def examine(*, as_json: bool = False) -> None:
    """Print the findings; ``CommandError`` when one of them is a ✗."""
    found = [finding async for finding in _findings()]
    if as_json:
        print_text(json.dumps([asdict(each) for each in found], ensure_ascii=False))
    else:
        for each in found:
            show_finding(each)
    broken = [each.part for each in found if each.mark == "✗"]
    if broken:
        raise CommandError(f"doctor: {', '.join(broken)}")


async def _findings() -> AsyncIterator[Finding]:
    yield Finding("✓", "Fortochka", f"version {__version__}")
    try:
        settings = config.load()
    except ConfigError as error:
        for line in str(error).splitlines():
            yield Finding("✗", "Settings", line, "correct it in the environment or .env")
        return
    yield Finding("✓", "Settings", "all readable")
    for slip in config.slips():
        yield Finding("!", "Settings", *slip.split("; ", 1))
    home = _home(settings)
    yield home
    if home.mark == "✗" and settings.redis_url is None:
        yield Finding("✗", "Store", "there is no place for it", "see Home")
    else:
        async for finding in _store(settings):
            yield finding
    telegram, username = await _telegram(settings)
    yield telegram
    yield await owners_finding(settings, username)
    async for finding in _model(settings):
        yield finding
    async for finding in _sources(settings):
        yield finding
    yield _disk(settings)
    yield _zones()


def _home(settings: Settings) -> Finding:
    """The folder of all local data: it can be written to, by this user alone."""
    home = settings.fortochka_home
    try:
        prepare(home)
        check_room(home)
    except ConfigError as error:
        return Finding("✗", "Home", *str(error).split("; ", 1))
    if found := open_to_others(home):
        names = ", ".join(path.name for path in found[:_MOST_NAMED])
        return Finding("✗", "Home", f"open to other users: {names}", f"chmod -R go= {home}")
    if is_open(home.resolve()):
        says = f"{home} is open to other users, and holds more than this program's files"
        return Finding("!", "Home", says, "name a folder of its own; those files are closed")
    return Finding("✓", "Home", f"{home} · this user's alone")


async def _store(settings: Settings) -> AsyncIterator[Finding]:
    try:
        async with open_store(settings) as store:
            began = time.perf_counter()
            await store.redis.ping()
            milliseconds = 1000 * (time.perf_counter() - began)
            skew, other = await store.clock_skew(), await _other_bot(settings, store)
    except (StoreError, ServerError, ConfigError) as error:
        yield Finding("✗", "Store", str(error), "see docs/operating.md")
        return
    kind = "embedded" if settings.redis_url is None else "yours"
    says = f"{kind} · version {store.server_version} · {milliseconds:.1f} ms"
    yield Finding("✓", "Store", says)
    if other:
        yield Finding("✗", "Store", *other)
    for notice in store.notices:
        yield Finding("!", "Store", notice, "see docs/operating.md")
    if skew and (says := describe_skew(skew)):
        yield Finding("!", "Clock", says, "set both by NTP; digests go by the store's clock")


async def _other_bot(settings: Settings, store: Store) -> tuple[str, str] | None:
    """What is said where the data are those of another bot than the token's."""
    serving = await store.sent_files.serving_bot()
    if settings.bot_id is None or serving in (None, settings.bot_id):
        return None
    fix = "put its token back, or hand the readers over: fortochka run --new-bot"
    return f"the data are those of another bot (id {serving})", fix


async def _telegram(settings: Settings) -> tuple[Finding, str]:
    """What Telegram says of the token, and the bot's username where it tells it."""
    if settings.telegram_bot_token is None:
        fix = "set TELEGRAM_BOT_TOKEN for a bot: fortochka setup"
        return Finding("!", "Telegram", "no token: terminal commands only", fix), ""
    try:
        me = await ask_telegram(settings)
        hook = await ask_telegram(settings, "getWebhookInfo")
    except TokenRejected as error:
        return Finding("✗", "Telegram", str(error), "@BotFather → /mybots → API Token"), ""
    except NoAnswer as error:
        fix = "check the network, TELEGRAM_API_BASE and TELEGRAM_PROXY"
        return Finding("✗", "Telegram", f"no answer ({error})", fix), ""
    return webhook_finding(settings, me, hook) or bot_finding(me), me["username"]


async def _model(settings: Settings) -> AsyncIterator[Finding]:
    if not settings.has_model:
        fix = "set OPENAI_API_KEY or OPENAI_BASE_URL for summaries"
        yield Finding("!", "Model", "none: posts are quoted", fix)
        return
    from bot.terminal.examine.model import examine_model  # loads openai

    async for finding in examine_model(settings):
        yield finding


async def _sources(settings: Settings) -> AsyncIterator[Finding]:
    """How many channels are read, what ``CHANNELS`` names in vain, and a look at some."""
    known, removed = await _known_sources(settings)
    there = {each.handle.casefold() for each in known} | {handle.casefold() for handle in removed}
    new = [handle for handle in settings.channels if handle.casefold() not in there]
    read = [each for each in known if not each.rest]
    if known:
        says = f"{len(read)} read, {len(known) - len(read)} paused"
        more = f", {len(new)} more at the next start" if new else ""
        yield Finding("✓", SOURCES_PART, f"{says}{more} · {SEEDED_ONCE}")
    elif not new:
        yield Finding(
            "!", SOURCES_PART, "none", "fortochka sources add, or add the bot to a channel"
        )
    for handle in removed:
        fix = f"fortochka sources add {handle}, or take it out there"
        yield Finding(
            "!", SOURCES_PART, f"@{handle} stands in CHANNELS, but was removed since", fix
        )
    previewed = [each for each in read if each.route == "preview" and each.handle]
    troubled_first = sorted(previewed, key=lambda each: each.state in {"ok", "quiet"})
    handles = [*new, *(each.handle for each in troubled_first)]
    async for looked in look_at(settings, handles[:_MOST_LOOKED]):
        yield looked.finding()
    if left := len(handles[_MOST_LOOKED:]):
        yield Finding("✓", SOURCES_PART, f"{left} more are told of by fortochka sources")


async def _known_sources(settings: Settings) -> tuple[tuple[Source, ...], list[str]]:
    """The sources of the store, and what of ``CHANNELS`` was removed; none without a store."""
    try:
        async with open_store(settings) as store:
            gone = [each for each in settings.channels if await store.sources.is_removed(each)]
            return await store.sources.list(), gone
    except (StoreError, ServerError, ConfigError):  # said in a line of its own
        return (), []


def _disk(settings: Settings) -> Finding:
    place = settings.fortochka_home
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    says = f"{free / (1 << 30):.1f} GiB free"
    if free < LEAST_DISK:
        return Finding("✗", "Disk", says, "make room, or move FORTOCHKA_HOME")
    return Finding("✓", "Disk", says)


def _zones() -> Finding:
    found = len(available_timezones())
    if found < LEAST_ZONES:
        return Finding("✗", "Zones", f"{found} time zones", "install the package tzdata")
    return Finding("✓", "Zones", f"{found} time zones")

"""The doctor: looks at everything the bot stands on; each ✗ comes with one line that mends it."""

import json
import re
import shutil
import time
from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import timedelta
from zoneinfo import available_timezones

from bot import __version__, config
from bot.app.token_check import NoAnswer, TokenRejected, check_token
from bot.collect.preview.errors import SourceError
from bot.collect.preview.fetch import Fetcher
from bot.config import ConfigError, Settings
from bot.errors import CommandError
from bot.store import open_store
from bot.store.connection.clock import describe_skew
from bot.store.connection.home import check_room, is_open, open_to_others, prepare
from bot.store.errors import ServerError, StoreError
from bot.store.keys.owner import OWNER_CODE_KEPT
from bot.store.readers.owners import OWNER_LINK
from bot.terminal.examining_model import Finding
from bot.terminal.show import out, print_text

LEAST_DISK = 1 << 30  # bytes
_MOST_NAMED = 5  # files that are open to others
LEAST_ZONES = 400  # a host without time zones has a handful


async def examine(*, as_json: bool = False) -> None:
    """Print the findings; ``CommandError`` when one of them is a ✗."""
    found = [finding async for finding in _findings()]
    if as_json:
        print_text(json.dumps([asdict(each) for each in found], ensure_ascii=False))
    else:
        for each in found:
            fix = f" → {each.fix}" if each.fix else ""
            out.print(f"{each.mark} {each.part:<9} {each.says}{fix}", markup=False)
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
    home = _home(settings)
    yield home
    if home.mark == "✗" and settings.redis_url is None:
        yield Finding("✗", "Store", "there is no place for it", "see Home")
    else:
        async for finding in _store(settings):
            yield finding
    telegram = await _telegram(settings)
    yield telegram
    yield await _owners(settings, telegram)
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
            info = await store.redis.info("server")
            milliseconds = 1000 * (time.perf_counter() - began)
            skew = await store.clock_skew()
    except (StoreError, ServerError, ConfigError) as error:
        yield Finding("✗", "Store", str(error), "see REDIS_URL in the README")
        return
    kind = "embedded" if settings.redis_url is None else "yours"
    version = info.get("valkey_version") or info.get("redis_version")
    yield Finding("✓", "Store", f"{kind} · version {version} · {milliseconds:.1f} ms")
    if skew and (says := describe_skew(skew)):
        yield Finding("!", "Clock", says, "set both by NTP; digests go by the store's clock")


async def _telegram(settings: Settings) -> Finding:
    if settings.telegram_bot_token is None:
        fix = "set TELEGRAM_BOT_TOKEN for a bot"
        return Finding("!", "Telegram", "no token: terminal commands only", fix)
    line = (
        settings.telegram_bot_token.get_secret_value(),
        settings.telegram_api_base,
        settings.telegram_proxy,
    )
    try:
        me, hook = await check_token(*line), await check_token(*line, "getWebhookInfo")
    except TokenRejected as error:
        return Finding("✗", "Telegram", str(error), "@BotFather → /mybots → API Token")
    except NoAnswer as error:
        fix = "check the network, TELEGRAM_API_BASE and TELEGRAM_PROXY"
        return Finding("✗", "Telegram", f"no answer ({error})", fix)
    if hook.get("url"):
        fix = "call deleteWebhook, or stop the other program"
        return Finding("✗", "Telegram", f"@{me['username']} · a webhook is set", fix)
    inline = "on" if me.get("supports_inline_queries") else "off"
    return Finding("✓", "Telegram", f"@{me['username']} · inline {inline}")


async def _owners(settings: Settings, telegram: Finding) -> Finding:
    """Who owns the bot; while nobody does, the link that makes one, once."""
    if settings.admin_ids:
        return Finding("✓", "Owners", f"{len(settings.admin_ids)} by ADMIN_IDS")
    try:
        async with open_store(settings) as store:
            owners, code = await store.owners.all(), await store.owners.code()
    except (StoreError, ServerError, ConfigError):
        return Finding("!", "Owners", "unknown without a store", "set ADMIN_IDS")
    if owners:
        return Finding("✓", "Owners", f"{len(owners)} by a one-time link")
    name = re.match(r"@(\w+)", telegram.says)
    if name is None:
        return Finding("!", "Owners", "none", "set ADMIN_IDS, or ask again when Telegram answers")
    hours = OWNER_CODE_KEPT // timedelta(hours=1)
    link = f"https://t.me/{name[1]}?start={OWNER_LINK}{code}"
    return Finding("!", "Owners", "none", f"open {link} (once, within {hours} h) or set ADMIN_IDS")


async def _model(settings: Settings) -> AsyncIterator[Finding]:
    if not settings.has_model:
        fix = "set OPENAI_API_KEY or OPENAI_BASE_URL for summaries"
        yield Finding("!", "Model", "none: posts are quoted", fix)
        return
    from bot.terminal.examining_model import examine_model  # loads openai

    async for finding in examine_model(settings):
        yield finding


async def _sources(settings: Settings) -> AsyncIterator[Finding]:
    if not settings.channels:
        yield Finding("!", "Sources", "no CHANNELS", "name some, or add the bot to a channel")
    async with Fetcher(settings.preview_base_url, proxy=settings.preview_proxy) as fetcher:
        for handle in settings.channels:
            yield await _source(fetcher, handle)


async def _source(fetcher: Fetcher, handle: str) -> Finding:
    try:
        fetched = await fetcher.get_page(handle)
    except SourceError as error:
        says, _, fix = str(error).partition(": ")
        reason, _, remedy = fix.partition(": ")
        return Finding("✗", "Sources", f"{says} {reason}", remedy)
    posts = fetched.page.posts if fetched else ()
    last = f"last post {posts[-1].published_at:%Y-%m-%d %H:%M} UTC" if posts else "no posts yet"
    return Finding("✓", "Sources", f"@{handle} · {last}")


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

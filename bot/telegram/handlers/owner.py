"""The owner's screens: /stats, /costs, /errors and their buttons; others are refused politely."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog
from aiogram import Bot, F, Router
from aiogram.exceptions import AiogramError
from aiogram.types import BotCommand, BotCommandScopeChat, CallbackQuery

from bot.extract.worker import READERS_SHARE
from bot.i18n import messages, owner_messages
from bot.model import Language, Screen
from bot.publish.owner_notices import cost_report, owner_language, tell_of_accepted
from bot.screens.callbacks.owner import OWNER_ACTS, Press
from bot.screens.costs_screen import costs_screen
from bot.screens.owner_screens import Day, errors_screen, grouped, stats_screen, users_screen
from bot.store import Store
from bot.telegram.middleware.filters import Asks, FromOwner, Pressed
from bot.telegram.replies.composers import plain_view
from bot.telegram.replies.deployment import Deployment
from bot.telegram.replies.menu import commands
from bot.telegram.replies.reply import Context

log = structlog.get_logger()
DAY = timedelta(days=1)
MOST_LETTERS = 2_000
"""Dead letters that one screen looks at."""

OwnerView = Callable[[Context, Deployment], Awaitable[Screen]]


async def stats_view(context: Context, running: Deployment) -> Screen:
    """The dashboard as of now."""
    store, now = context.store, context.now
    today = now.date()
    day = Day(
        entries=await store.entries.between(now - DAY, now),
        posts_waiting=await store.post_stream.waiting(),
        messages_waiting=await store.outbox_stream.waiting(),
        dead=await store.dead_letters.count(),
        readers=await store.subscriptions.count(),
        spent=await store.usage.spent(today),
        cap=running.daily_cap if running.price else 0.0,
        counters=await store.usage.of(today),
        delivered=await store.open_rate.delivered(today),
        opened=await store.open_rate.share(today),
        sources=await store.sources.list(),
    )
    return stats_screen(day, context.reader.language)


async def costs_view(context: Context, running: Deployment) -> Screen:
    """What the model cost today and in 30 days."""
    cap = running.daily_cap if running.price else 0.0
    return costs_screen(
        await cost_report(context.store, context.now.date(), cap, readers_share=READERS_SHARE),
        context.reader.language,
    )


async def errors_view(context: Context, running: Deployment) -> Screen:
    """What was set aside, by cause."""
    letters = [letter async for letter in context.store.dead_letters.letters()]
    return errors_screen(grouped(letters[-MOST_LETTERS:]), context.reader.language)


async def users_view(context: Context, _: Deployment) -> Screen:
    """How many readers there are and what they chose."""
    readers = [reader async for reader in context.store.subscriptions.everyone()]
    return users_screen(readers, context.now, context.reader.language)


VIEWS: dict[str, OwnerView] = {
    "stats": stats_view,
    "users": users_view,
    "costs": costs_view,
    "errors": errors_view,
}


async def send_owner_screen(
    _: object,
    view: OwnerView,
    context: Context,
    running: Deployment,
) -> None:
    """Send the screen that the command names."""
    await context.reply.send(await view(context, running))


async def refresh_owner_screen(
    _: CallbackQuery,
    pressed: Press,
    context: Context,
    running: Deployment,
) -> None:
    """Show that screen again as it is now."""
    await context.reply.toast()
    await context.reply.show(await VIEWS[pressed.act](context, running))


async def settle_dead_letters(_: CallbackQuery, pressed: Press, context: Context) -> None:
    """Give a group of dead letters back to their stream, or delete it."""
    store = context.store
    await context.reply.toast()
    letters = [letter async for letter in store.dead_letters.letters()]
    groups = grouped(letters[-MOST_LETTERS:])
    wanted = [name for group in groups if group.name == pressed.subject for name in group.ids]
    act = store.dead_letters.retry if pressed.act == "retry" else store.dead_letters.drop
    done = sum([await act(name) for name in wanted])
    d = owner_messages(context.reader.language)
    said = (d.errors_retried if pressed.act == "retry" else d.errors_hidden).format(count=done)
    rest = [group for group in groups if group.name != pressed.subject]
    await context.reply.show(errors_screen(rest, context.reader.language, said))


async def refuse_command(_: object, context: Context) -> None:
    """An owner's command from somebody else."""
    await context.reply.send(
        plain_view(context.reader, messages(context.reader.language).not_allowed)
    )


async def refuse_button(_: CallbackQuery, context: Context) -> None:
    """An owner's button under somebody else's finger, or in a group."""
    await context.reply.toast(messages(context.reader.language).not_allowed)


async def introduce_to_owners(bot: Bot, store: Store) -> None:
    """Give each owner a menu with the owner's commands, which nobody else sees, and any news."""
    owners = await store.owners.all()
    if not owners:
        log.warning("no owner: see fortochka doctor")
    for owner in sorted(owners):
        own = owner_commands(await owner_language(store, owner))
        try:
            await bot.set_my_commands(own, scope=BotCommandScopeChat(chat_id=owner))
        except AiogramError as error:  # who never wrote to the bot has no chat with it yet
            log.info("owner menu not set", owner=owner, error=type(error).__name__)
    await tell_of_accepted(store)


def owner_commands(language: Language) -> list[BotCommand]:
    """The readers' menu and the owner's."""
    texts = owner_messages(language).owner_commands()
    own = [BotCommand(command=name, description=text) for name, text in texts.items()]
    return [*commands(language), *own]


def router() -> Router:
    """The routes of this behaviour."""
    found = Router(name="owner")
    for name, view in VIEWS.items():
        found.message.register(
            send_owner_screen, Asks(name), FromOwner(), lambda _, v=view: {"view": v}
        )
    found.callback_query.register(refresh_owner_screen, Pressed(frozenset(VIEWS)), FromOwner())
    found.callback_query.register(
        settle_dead_letters, Pressed(frozenset({"retry", "hide"})), FromOwner()
    )
    return found


def refusals() -> Router:
    """The routes for owners' commands and buttons that no owner used; after all others."""
    found = Router(name="refusals")
    private = F.chat.type == "private"
    own = Asks(
        "stats", "users", "costs", "errors", "sources", "broadcast", "invite", "allow", "deny"
    )
    found.message.register(refuse_command, own, private)
    found.callback_query.register(refuse_button, Pressed(OWNER_ACTS))
    return found

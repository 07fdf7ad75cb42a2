"""Sources managed in the chat: /sources, /add, pasted names, and their buttons.

An owner pastes names or links and adds what was found; a reader may suggest them to the owners.
"""

import json
from collections.abc import Iterable
from datetime import timedelta

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message

from bot.collect.text.pasted_handles import Pasted, read_pasted
from bot.i18n import messages, owner_messages
from bot.model import Delivery, Screen
from bot.screens.callbacks.owner import Press
from bot.screens.rich_text import inert
from bot.screens.source_screens import (
    remove_sure_screen,
    source_screen,
    sources_screen,
    suggest_screen,
    suggestion_screen,
)
from bot.store import Store
from bot.telegram.handlers.source_preview import HISTORY_DAYS, examine_source
from bot.telegram.middleware.filters import FromOwner, Pressed
from bot.telegram.replies.composers import plain_view
from bot.telegram.replies.deployment import Deployment
from bot.telegram.replies.reply import Context

_WEEK = timedelta(days=7)
SUGGESTIONS = 5
"""Messages with suggestions that a reader may send a day."""

ACTS = frozenset({"sources", "source", "pause", "resume", "sure", "remove", "look", "add"})
_READ = 4_000  # characters of a message that are looked at


async def pasted_names(message: Message) -> bool | dict[str, Pasted]:
    """Filter: a private message that is a list of channels and nothing else."""
    text = (message.text or message.caption or "")[:_READ]
    if message.chat.type != "private" or text.startswith("/"):
        return False
    found = read_pasted(text)
    return {"pasted": found} if found.is_list else False


async def add(
    _: object,
    command: CommandObject,
    context: Context,
    running: Deployment,
    owners: frozenset[int],
) -> None:
    """/add with names after it."""
    found = read_pasted((command.args or "")[:_READ], bare=True)
    if not found.handles and not found.private:
        await context.reply.send(
            plain_view(context.reader, owner_messages(context.reader.language).add_usage)
        )
        return
    await _named(_, found, context, running, owners)


async def _named(
    _: object,
    pasted: Pasted,
    context: Context,
    running: Deployment,
    owners: frozenset[int],
) -> None:
    """Look at them for an owner, offer a reader to suggest them."""
    reader, reply = context.reader, context.reply
    if reader.chat_id in owners:
        await reply.send(await examine_source(context, running, pasted))
    elif pasted.handles:
        token = await context.store.pending_actions.keep(json.dumps(pasted.handles))
        await reply.send(suggest_screen(pasted.handles, token, reader.language))
    else:
        link = owner_messages(reader.language).private.format(link=inert(pasted.private[0]))
        await reply.send(plain_view(reader, link))


async def _sources(_: object, context: Context) -> None:
    """/sources: all of them with their health."""
    found = await context.store.sources.list()
    await context.reply.send(sources_screen(found, 1, context.reader.language, context.now))


async def pressed_source(
    _: CallbackQuery,
    pressed: Press,
    context: Context,
    running: Deployment,
) -> None:
    """Do what an owner's button says and show what came of it."""
    await context.reply.toast()
    match pressed.act:
        case "sources":
            screen = await _list(context, pressed.number)
        case "look":
            names = read_pasted(pressed.subject, bare=True)
            screen = await examine_source(context, running, names)
        case "add":
            screen = await _add(context, pressed)
        case _:
            screen = await _change(context, pressed)
    await context.reply.show(screen)


async def _change(context: Context, pressed: Press) -> Screen:
    store = context.store
    ref, page = pressed.subject, pressed.number
    if not await store.sources.has(ref):
        return await _list(context, page)
    source = await store.sources.get(ref)
    match pressed.act:
        case "sure":
            return remove_sure_screen(source, page, context.reader.language)
        case "remove":
            await store.sources.rest(ref, "removed")
            said = owner_messages(context.reader.language).removed.format(
                channel=inert(source.name)
            )
            return await _list(context, page, said)
        case "pause":
            await store.sources.rest(ref, "owner")
        case "resume":
            await store.sources.resume(ref)
    return await _card(context, ref, page)


async def _card(context: Context, ref: str, page: int) -> Screen:
    store, now = context.store, context.now
    entry_keys = await store.entries.of_channel(ref, now - _WEEK, now)
    week = await store.entries.get_many(entry_keys)
    return source_screen(await store.sources.get(ref), week, page, context.reader.language, now)


async def _list(context: Context, page: int, head: str = "") -> Screen:
    return sources_screen(
        await context.store.sources.list(), page, context.reader.language, context.now, head
    )


async def _add(context: Context, pressed: Press) -> Screen:
    """Watch all channels of a draft, once or again."""
    reader = context.reader
    draft = await context.store.pending_actions.get(pressed.subject)
    if draft is None:
        return plain_view(reader, messages(reader.language).old_button)
    found: list[tuple[str, str]] = [tuple(pair) for pair in json.loads(draft)]
    days = HISTORY_DAYS if pressed.number else 0
    for handle, number in found:
        await context.store.sources.add(handle, number, days)
    d = owner_messages(reader.language)
    names = inert(", ".join(f"@{handle}" for handle, _ in found))
    said = d.added_reading.format(channels=names, days=days) if days else ""
    return plain_view(reader, said or d.added.format(channels=names))


async def suggest(
    query: CallbackQuery,
    pressed: Press,
    context: Context,
    owners: frozenset[int],
) -> None:
    """Pass a reader's channels on to the owners, once per channel; or drop the matter."""
    store, reader, reply = context.store, context.reader, context.reply
    await reply.toast()
    d = owner_messages(reader.language)
    draft = await store.pending_actions.get(pressed.subject)
    if pressed.act == "cancel" or draft is None:
        await reply.show(plain_view(reader, d.cancelled))
        return
    allowed = await store.forwards.allowed(
        "suggest", query.from_user.id, context.now.date(), pressed.subject, SUGGESTIONS
    )
    if allowed:
        await store.outbox.enqueue(await _notes(store, json.loads(draft), owners))
    await reply.show(plain_view(reader, d.suggested if allowed else d.no_more_suggestions))


async def _notes(store: Store, handles: Iterable[str], owners: Iterable[int]) -> list[Delivery]:
    found = list[Delivery]()
    for owner in sorted(owners):
        known = await store.subscriptions.get(owner)
        language = known.language if known else "en"
        found += [
            Delivery(
                id=f"suggest:{handle.casefold()}:{owner}",
                chat_id=owner,
                screen=suggestion_screen(handle, language),
            )
            for handle in handles
        ]
    return found


def router() -> Router:
    """The routes of this behaviour; refusals of its commands stand in owner.py."""
    found = Router(name="sources")
    found.message.register(_sources, Command("sources"), FromOwner())
    found.message.register(add, Command("add"), F.chat.type == "private")
    found.message.register(_named, pasted_names)
    found.callback_query.register(pressed_source, Pressed(ACTS), FromOwner())
    found.callback_query.register(suggest, Pressed(frozenset({"suggest", "cancel"})))
    return found

"""Sources managed in the chat: /sources, /add, pasted names, and their buttons.

An owner pastes names or links and adds what was found; a reader may suggest them to the owners.
"""

import json
from datetime import timedelta

from aiogram import F, Router
from aiogram.filters import CommandObject
from aiogram.types import CallbackQuery, Message

from bot.collect.text.pasted_handles import Pasted, read_pasted
from bot.i18n import messages, owner_messages
from bot.model import Screen
from bot.screens.callbacks.owner import Press
from bot.screens.rich_text import inert
from bot.screens.source_screens import (
    remove_sure_screen,
    source_screen,
    sources_line,
    sources_screen,
    suggest_screen,
)
from bot.telegram.handlers.registry.source_list import begin_list, is_long
from bot.telegram.handlers.registry.source_preview import HISTORY_DAYS, examine_source
from bot.telegram.middleware.filters import Asks, FromOwner, Pressed
from bot.telegram.replies.composers import plain_view
from bot.telegram.replies.deployment import Deployment
from bot.telegram.replies.reply import Context

_WEEK = timedelta(days=7)
SUGGESTED_AT_ONCE = 20
"""Channels of one message that a reader may suggest."""
ACTS = frozenset({"sources", "source", "pause", "resume", "sure", "remove", "look", "add"})


async def pasted_names(message: Message) -> bool | dict[str, Pasted]:
    """Filter: a private message that is a list of channels and nothing else."""
    text = message.text or message.caption or ""
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
    text = command.args or ""
    found = read_pasted(text, bare=True)
    if not found.handles and not found.private:
        await context.reply.send(
            plain_view(context.reader, owner_messages(context.reader.language).add_usage)
        )
        return
    await take_names(found, text, context, running, owners, bare=True)


async def _named(
    message: Message,
    pasted: Pasted,
    context: Context,
    running: Deployment,
    owners: frozenset[int],
) -> None:
    text = message.text or message.caption or ""
    await take_names(pasted, text, context, running, owners, bare=False)


async def take_names(
    pasted: Pasted,
    text: str,
    context: Context,
    running: Deployment,
    owners: frozenset[int],
    *,
    bare: bool,
) -> None:
    """Look at them for an owner, a long list in the background; offer a reader to suggest them."""
    if context.reader.chat_id not in owners:
        await _offer_to_suggest(pasted, context)
    elif is_long(pasted, text):
        await begin_list(context, running, text, bare=bare)
    else:
        await context.reply.send(await examine_source(context, running, pasted))


async def _offer_to_suggest(pasted: Pasted, context: Context) -> None:
    """Offer a reader to suggest what is not read yet."""
    store, reader, reply = context.store, context.reader, context.reply
    d = owner_messages(reader.language)
    new, read = list[str](), list[str]()
    for handle in pasted.handles[:SUGGESTED_AT_ONCE]:
        known = await store.channels.resolve(f"@{handle}")
        (read if known and await store.sources.is_read(known) else new).append(handle)
    if new:
        token = await store.pending_actions.keep(json.dumps(new))
        more = SUGGESTED_AT_ONCE if len(pasted.handles) > SUGGESTED_AT_ONCE else 0
        await reply.send(suggest_screen(new, token, reader.language, more=more))
    elif read:
        names = inert(", ".join(f"@{handle}" for handle in read))
        await reply.send(plain_view(reader, d.suggested_before.format(channel=names)))
    else:
        link = d.private.format(link=inert(pasted.private[0]))
        await reply.send(plain_view(reader, link))


async def _sources(_: object, context: Context) -> None:
    """/sources: all of them with their health."""
    await context.reply.send(await _list(context, 1))


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
    store = context.store
    return sources_screen(
        *(await store.sources.list(), page, context.reader.language, context.now, head),
        suggested=len(await store.suggestions.all()),
    )


async def _add(context: Context, pressed: Press) -> Screen:
    """Watch all channels of a draft, once or again."""
    reader = context.reader
    draft = await context.store.pending_actions.get(pressed.subject)
    if draft is None:
        return sources_line(messages(reader.language).old_button, reader.language)
    found: list[tuple[str, str]] = [tuple(pair) for pair in json.loads(draft)]
    days = HISTORY_DAYS if pressed.number else 0
    for handle, number in found:
        await context.store.sources.add(handle, number, days)
    await context.store.suggestions.decided(handle for handle, _ in found)
    d = owner_messages(reader.language)
    names = inert(", ".join(f"@{handle}" for handle, _ in found))
    said = d.added_reading.format(channels=names, days=days) if days else ""
    return sources_line(said or d.added.format(channels=names), reader.language)


def router() -> Router:
    """The routes of this behaviour; refusals of its commands stand in owner.py."""
    found = Router(name="sources")
    found.message.register(_sources, Asks("sources"), FromOwner())
    found.message.register(add, Asks("add"), F.chat.type == "private")
    found.message.register(_named, pasted_names)
    found.callback_query.register(pressed_source, Pressed(ACTS), FromOwner())
    return found

"""/broadcast: one text to all readers, shown first, sent on a second tap, stopped by a third."""

import asyncio
import json
from typing import Any, get_args

import structlog
from aiogram import Router
from aiogram.filters import CommandObject
from aiogram.types import CallbackQuery, Message

from bot.i18n import owner_messages
from bot.model import Delivery, Entity, Language, Screen
from bot.screens.callbacks.owner import Press, press
from bot.screens.owner_screens import owner_line
from bot.store import Store
from bot.store.errors import StoreUnavailable
from bot.telegram.middleware.filters import Asks, FromOwner, Pressed
from bot.telegram.replies.reply import Context
from bot.text import utf16_len
from bot.wait import tick

log = structlog.get_logger()
TURN = 1.0  # seconds between two batches
FEED_BATCH = 15  # messages handed to the sender a turn: half of what Telegram lets through
_KEPT = frozenset(
    {
        *("bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre"),
        *("blockquote", "expandable_blockquote", "text_link"),
    }
)


async def preview_broadcast(
    message: Message,
    command: CommandObject,
    context: Context,
) -> None:
    """Show the text as readers will see it, with the button that sends it."""
    store, reader, reply = context.store, context.reader, context.reply
    d = owner_messages(reader.language)
    screen = _text_of(message, command)
    if not screen.text:
        await reply.send(owner_line(d.cast_usage, reader.language))
        return
    readers = await store.broadcasts.audience()
    if not readers:
        await reply.send(owner_line(d.cast_nobody, reader.language))
        return
    draft = {
        "owner": reader.chat_id,
        "update": reply.update_id,
        "screen": screen.model_dump(),
    }
    token = await store.pending_actions.keep(json.dumps(draft))
    sample = Delivery(id=f"sample:{token}", chat_id=reader.chat_id, screen=screen, silent=True)
    await store.outbox.enqueue([sample])
    buttons = (press(d.cast_button, "send", token), press(d.cancel_button, "cancel"))
    await reply.send(Screen(text=d.cast_preview.format(readers=readers), buttons=(buttons,)))


def _text_of(message: Message, command: CommandObject) -> Screen:
    """What stands after the command, with its formatting."""
    whole = message.text or ""
    text = (command.args or "").strip()
    start = utf16_len(whole[: whole.find(text)]) if text else 0
    entities = [
        Entity(type=e.type, offset=e.offset - start, length=e.length, url=e.url)
        for e in message.entities or ()
        if e.type in _KEPT and e.offset >= start
    ]
    return Screen(text=text, entities=tuple(entities))


async def control_broadcast(query: CallbackQuery, pressed: Press, context: Context) -> None:
    """Send, stop or look how far it is."""
    store = context.store
    await context.reply.toast()
    token = pressed.subject
    if pressed.act == "send" and await store.pending_actions.get(token):
        await store.broadcasts.start(token)
        if query.message:
            at, language = query.message.message_id, context.reader.language
            await store.broadcasts.show_in(token, context.reader.chat_id, at, language)
        log.info("broadcast", token=token)
    elif pressed.act == "stop":
        await store.broadcasts.end(token, "stopped")
    await context.reply.show(await _progress(store, token, context.reader.language))


async def _progress(store: Store, token: str, language: Language) -> Screen:
    d, found = owner_messages(language), await store.broadcasts.progress(token)
    if found is None:
        return Screen(text=d.cast_gone, buttons=((press(d.stats_button, "stats"),),))
    templates = {"going": d.cast_going, "stopped": d.cast_stopped, "done": d.cast_done}
    text = templates[found.state].format(done=found.done, all=found.total)
    going = (press(d.stop_button, "stop", token), press(d.refresh_button, "progress", token))
    row = going if found.state == "going" else (press(d.stats_button, "stats"),)
    return Screen(text=text, buttons=(row,))


async def feed_broadcast(store: Store, stop: asyncio.Event) -> None:
    """Hand broadcasts to the sender in batches until ``stop``: digests go on in between."""
    while not stop.is_set():
        try:
            await feed_once(store)
        except StoreUnavailable as error:
            log.warning("store unavailable", stage="broadcast", error=type(error).__name__)
        await tick(stop, TURN)


async def feed_once(store: Store) -> None:
    """One batch of each broadcast under way; a repeated one doubles no message.

    One whose draft has expired, or whose author is an owner no more, stops.
    """
    for token in await store.broadcasts.going():
        draft = await _draft_of_owner(store, token)
        chats = await store.broadcasts.some(token, FEED_BATCH) if draft else []
        if draft is None or not chats:
            await store.broadcasts.end(token, "done" if draft else "stopped")
            await _redraw_counter(store, token)
            continue
        screen = Screen.model_validate(draft["screen"])
        await store.broadcasts.hand_on(
            token,
            [Delivery(id=f"cast:{token}:{chat}", chat_id=chat, screen=screen) for chat in chats],
        )
        await _redraw_counter(store, token)


async def _draft_of_owner(store: Store, token: str) -> dict[str, Any] | None:
    """What is sent, where who wrote it is an owner by now."""
    body = await store.pending_actions.get(token)
    draft: dict[str, Any] | None = json.loads(body) if body else None
    # One that was begun before the upgrade tells no author.
    if draft is None or draft.get("owner") in {None, *await store.owners.all()}:
        return draft
    log.warning("broadcast stopped", token=token, reason="its author is not an owner any more")
    return None


async def _redraw_counter(store: Store, token: str) -> None:
    """Show its owner how far it is; who is an owner no more is shown nothing."""
    shown, found = await store.broadcasts.shown_in(token), await store.broadcasts.progress(token)
    if shown is None or found is None or shown[0] not in await store.owners.all():
        return
    chat, message, language = shown
    known: Language = next((code for code in get_args(Language) if code == language), "en")
    name = f"cast:{token}:shown:{found.state}:{found.done}"
    screen = await _progress(store, token, known)
    redraw = Delivery(id=name, chat_id=chat, screen=screen, redraws=message)
    await store.outbox.redraw(redraw, message)


def router() -> Router:
    """The routes of this behaviour."""
    found = Router(name="broadcast")
    acts = frozenset({"send", "stop", "progress"})
    found.message.register(preview_broadcast, Asks("broadcast"), FromOwner())
    found.callback_query.register(control_broadcast, Pressed(acts), FromOwner())
    return found

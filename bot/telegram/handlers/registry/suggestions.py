"""Channels that readers suggest: kept until an owner decides, whoever of the owners is there."""

import json
from collections.abc import Iterable, Sequence

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.collect.text.pasted_handles import read_pasted
from bot.i18n import owner_messages
from bot.model import Delivery, Screen
from bot.publish.owner_notices import owner_language
from bot.screens.callbacks.owner import Press
from bot.screens.source_screens import sources_line, suggestion_screen, suggestions_screen
from bot.store import Store
from bot.telegram.handlers.registry.source_list import DIRECT, begin_list
from bot.telegram.handlers.registry.source_preview import examine_source
from bot.telegram.middleware.filters import FromOwner, Pressed
from bot.telegram.replies.composers import plain_view
from bot.telegram.replies.deployment import Deployment
from bot.telegram.replies.reply import Context

SUGGESTIONS = 5
"""Messages with suggestions that a reader may send a day."""


async def suggest(
    query: CallbackQuery,
    pressed: Press,
    context: Context,
    owners: frozenset[int],
) -> None:
    """Keep a reader's channels for the owners and tell them, once per channel; or drop it."""
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
    said = d.suggested if allowed else d.no_more_suggestions
    if allowed:
        kept = await store.suggestions.keep(json.loads(draft), context.now)
        await store.outbox.enqueue(await _notes(store, kept, owners))
        said = said if kept else d.suggestions_full
    await reply.show(plain_view(reader, said))


async def _notes(store: Store, handles: Sequence[str], owners: Iterable[int]) -> list[Delivery]:
    """A note for each channel to each owner; whoever never pressed Start gets none of them."""
    tokens = {handle: await store.pending_actions.keep(json.dumps([handle])) for handle in handles}
    found = list[Delivery]()
    for owner in sorted(owners):
        language = await owner_language(store, owner)
        found += [
            Delivery(
                id=f"suggest:{handle.casefold()}:{owner}",
                chat_id=owner,
                screen=suggestion_screen(handle, token, language),
            )
            for handle, token in tokens.items()
        ]
    return found


async def suggestions_view(context: Context) -> Screen:
    """All that no owner has decided about; what has become a source by any way is decided."""
    handles = await _waiting(context.store)
    token = await context.store.pending_actions.keep(json.dumps(handles))
    return suggestions_screen(handles, token, context.reader.language)


async def _waiting(store: Store) -> list[str]:
    handles = await store.suggestions.all()
    refs = [await store.channels.resolve(f"@{handle}") for handle in handles]
    read = [
        handle
        for handle, ref in zip(handles, refs, strict=True)
        if ref and await store.sources.is_read(ref)
    ]
    await store.suggestions.decided(read)
    return [handle for handle in handles if handle not in read]


async def tell_of_suggestions(context: Context) -> None:
    """Show what was suggested while the owner was not there, where there is anything."""
    if await _waiting(context.store):
        name = f"suggested:{context.reply.update}"
        await context.reply.send(await suggestions_view(context), name=name)


async def _show(_: CallbackQuery, context: Context) -> None:
    await context.reply.toast()
    await context.reply.show(await suggestions_view(context))


async def check_suggested(
    _: CallbackQuery, pressed: Press, context: Context, running: Deployment
) -> None:
    """Look at those of the draft that still wait."""
    await context.reply.toast()
    drafted = set(_handles(await context.store.pending_actions.get(pressed.subject)))
    handles = [name for name in await context.store.suggestions.all() if name in drafted]
    if len(handles) > DIRECT:
        await begin_list(context, running, "\n".join(f"@{name}" for name in handles))
        return
    if not handles:
        await context.reply.show(await suggestions_view(context))
        return
    pasted = read_pasted("\n".join(handles), bare=True)
    await context.reply.show(await examine_source(context, running, pasted))


async def dismiss(_: CallbackQuery, pressed: Press, context: Context) -> None:
    """An owner adds none of these: they are suggestions no more, for any owner."""
    await context.reply.toast()
    draft = await context.store.pending_actions.get(pressed.subject)
    await context.store.suggestions.decided(_handles(draft))
    cancelled = owner_messages(context.reader.language).cancelled
    await context.reply.show(sources_line(cancelled, context.reader.language))


def _handles(draft: str | None) -> list[str]:
    """The names of a draft: alone, or each with its number."""
    found = json.loads(draft) if draft else []
    return [each if isinstance(each, str) else each[0] for each in found]


def router() -> Router:
    """The routes of this behaviour."""
    found = Router(name="suggestions")
    found.callback_query.register(suggest, Pressed(frozenset({"suggest", "cancel"})))
    found.callback_query.register(_show, Pressed(frozenset({"suggested"})), FromOwner())
    found.callback_query.register(check_suggested, Pressed(frozenset({"vet"})), FromOwner())
    found.callback_query.register(dismiss, Pressed(frozenset({"dismiss"})), FromOwner())
    return found

"""The bot was added, removed or blocked: the person is told, never the chat."""

import structlog
from aiogram import Bot, Router
from aiogram.types import (
    Chat,
    ChatMember,
    ChatMemberAdministrator,
    ChatMemberBanned,
    ChatMemberLeft,
    ChatMemberMember,
    ChatMemberOwner,
    ChatMemberRestricted,
    ChatMemberUpdated,
    Update,
    User,
)

from bot.collect.text.channel_ids import bare_id
from bot.i18n import owner_messages
from bot.languages import language_of
from bot.model import Channel, Delivery, Language, Screen
from bot.publish.owner_notices import owner_language
from bot.screens.group_screens import place_screen
from bot.screens.rich_text import inert
from bot.store import Store
from bot.telegram.middleware.filters import is_admin
from bot.telegram.send.lost_chat import suspend_digests

log = structlog.get_logger()
_OUT = (ChatMemberBanned, ChatMemberLeft)


async def membership_changed(
    event: ChatMemberUpdated, bot: Bot, store: Store, owners: frozenset[int], event_update: Update
) -> None:
    """Note what the bot may do there now, and tell the one person whom it concerns."""
    chat, status = event.chat, event.new_chat_member
    log.info("membership", chat=chat.id, status=str(status.status))
    if chat.type == "private":
        if isinstance(status, _OUT):
            await store.subscriptions.deactivate(chat.id)
            await store.feeds.end(chat.id)
        return
    name = f"placed:{event_update.update_id}"
    if not may_write(chat, status):
        await suspend_digests(bot, store, chat.id, chat.title or "")
    if isinstance(status, _OUT) or (chat.type == "channel" and not _is_admin_status(status)):
        await _stop_reading(store, chat, owners, name)
    elif _is_news(event):
        await _greet(bot, store, event, owners, name)


def may_write(chat: Chat, status: ChatMember) -> bool:
    """True when the bot may send messages there."""
    match status:
        case ChatMemberAdministrator():
            return chat.type != "channel" or bool(status.can_post_messages)
        case ChatMemberRestricted():
            return status.is_member and status.can_send_messages
        case ChatMemberOwner() | ChatMemberMember():
            return chat.type != "channel"
        case _:
            return False


async def _greet(
    bot: Bot, store: Store, event: ChatMemberUpdated, owners: frozenset[int], name: str
) -> None:
    """Ask the person in private what the bot is for; an anonymous admin cannot be asked."""
    chat, person = event.chat, event.from_user
    channel, owner = chat.type == "channel", person.id in owners
    if channel and owner and not await _is_source(store, chat):
        await _note(store, chat)
    if person.is_bot or not (owner or await is_admin(bot, chat.id, person.id)):
        return
    screen = place_screen(
        chat.id,
        chat.title or str(chat.id),
        await language_for(store, person),
        channel=channel,
        may_post=may_write(chat, event.new_chat_member),
        may_read=channel and owner,
        forum=bool(chat.is_forum),
    )
    await store.outbox.enqueue([Delivery(id=name, chat_id=person.id, screen=screen)])


async def language_for(store: Store, person: User) -> Language:
    """The language that a person chose, else that of the telephone."""
    known = await store.subscriptions.get(person.id)
    return known.language if known else language_of(person.language_code)


async def ref_of(store: Store, chat_id: int) -> str:
    """The ref that a channel has in the registry, by the id that the Bot API gives it."""
    return (await store.sources.standing(Channel(ref=bare_id(chat_id)))).ref


async def _is_source(store: Store, chat: Chat) -> bool:
    channel = Channel(ref=bare_id(chat.id), handle=chat.username)
    return await store.sources.has((await store.sources.standing(channel)).ref)


async def _note(store: Store, chat: Chat) -> None:
    """List a channel that an owner let the bot into; it is read when an owner says so."""
    ref = await ref_of(store, chat.id)
    known = {"title": chat.title or "", "handle": chat.username or "", "route": "bot"}
    await store.channels.update(ref, {key: text for key, text in known.items() if text})
    await store.sources.rest(ref, "asked")


async def _stop_reading(store: Store, chat: Chat, owners: frozenset[int], name: str) -> None:
    """A channel that was read by updates: pause it and tell the owners once."""
    ref = await ref_of(store, chat.id)
    if not await store.sources.has(ref) or await store.sources.resting(ref):
        return
    source = await store.sources.get(ref)
    if source.route != "bot":
        return  # its preview is read
    await store.sources.rest(ref, "rights")
    for owner in sorted(owners):
        said = owner_messages(await owner_language(store, owner)).lost_source
        screen = Screen(text=said.format(channel=inert(source.name)))
        await store.outbox.enqueue([Delivery(id=f"{name}:{owner}", chat_id=owner, screen=screen)])


def _is_admin_status(status: ChatMember) -> bool:
    return isinstance(status, ChatMemberAdministrator | ChatMemberOwner)


def _is_news(event: ChatMemberUpdated) -> bool:
    """True when the bot came in or may write now: other rights are nobody's news."""
    before = event.old_chat_member
    came = isinstance(before, _OUT)
    may = may_write(event.chat, event.new_chat_member)
    return came or (may and not may_write(event.chat, before))


def router() -> Router:
    """The routes of this behaviour."""
    found = Router(name="membership")
    found.my_chat_member.register(membership_changed)
    return found

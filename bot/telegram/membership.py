"""The bot was stopped, removed or let in somewhere."""

import structlog
from aiogram import Router
from aiogram.enums import ChatMemberStatus
from aiogram.types import ChatMemberUpdated

from bot.store import Store

log = structlog.get_logger()
_OUT = (ChatMemberStatus.KICKED, ChatMemberStatus.LEFT)


async def moved(event: ChatMemberUpdated, store: Store) -> None:
    """Stop writing to where the bot is not welcome; /start or /subscribe brings it back."""
    status = event.new_chat_member.status
    if status in _OUT:
        await store.subscriptions.deactivate(event.chat.id)
    log.info("membership", chat=event.chat.id, status=str(status))


def router() -> Router:
    """The routes of this behaviour."""
    found = Router(name="membership")
    found.my_chat_member.register(moved)
    return found

"""Who may change what a chat gets: anybody in private, admins by name in a group."""

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.filters import Filter
from aiogram.types import CallbackQuery, ChatMemberAdministrator, ChatMemberOwner, Message


class MayChange(Filter):
    """Passes for who may; an anonymous sender or a channel never does in a group."""

    async def __call__(self, event: Message | CallbackQuery, bot: Bot) -> bool:
        """True when the event's author may change the chat's subscription."""
        message = event if isinstance(event, Message) else event.message
        if message is None or message.chat.type == "private":
            return True
        user = event.from_user
        if user is None or (isinstance(event, Message) and event.sender_chat):
            return False
        try:
            member = await bot.get_chat_member(message.chat.id, user.id)
        except (TelegramBadRequest, TelegramForbiddenError):
            return False
        return isinstance(member, ChatMemberOwner | ChatMemberAdministrator)

"""Permission filters: anybody in private, admins in a group, owners for what is the bot's own."""

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.filters import Command, Filter
from aiogram.types import CallbackQuery, ChatMemberAdministrator, ChatMemberOwner, Message

from bot.screens.callbacks.owner import Press


class Asks(Command):
    """Passes for these commands in any letters: a telephone begins a text with a capital one."""

    def __init__(self, *names: str) -> None:
        super().__init__(*names, ignore_case=True)


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
        return await is_admin(bot, message.chat.id, user.id)


async def is_admin(bot: Bot, chat_id: int, user_id: int) -> bool:
    """True for an admin of that chat; False, too, where the bot cannot ask."""
    try:
        member = await bot.get_chat_member(chat_id, user_id)
    except (TelegramBadRequest, TelegramForbiddenError):
        return False
    return isinstance(member, ChatMemberOwner | ChatMemberAdministrator)


class FromOwner(Filter):
    """Passes for an owner in a private chat: in a group others would see the answer."""

    async def __call__(self, event: Message | CallbackQuery, owners: frozenset[int]) -> bool:
        """True when an owner wrote or tapped in private."""
        message = event if isinstance(event, Message) else event.message
        user = event.from_user
        private = message is not None and message.chat.type == "private"
        return private and user is not None and user.id in owners


class Pressed(Filter):
    """Passes for buttons that do one of these acts; handlers get it as ``pressed``."""

    def __init__(self, acts: frozenset[str]) -> None:
        self._acts = acts

    async def __call__(self, event: CallbackQuery) -> bool | dict[str, Press]:
        """The press, if it is one of these."""
        found = Press.parse(event.data or "")
        return {"pressed": found} if found and found.act in self._acts else False

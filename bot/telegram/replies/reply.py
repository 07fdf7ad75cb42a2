"""How handlers reply: by a new message or the same one changed, both through the outbox."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple, Self

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.methods import AnswerCallbackQuery
from aiogram.types import CallbackQuery, Message

from bot.model import Delivery, Screen, Subscription
from bot.screens.callbacks.settings import Panel
from bot.screens.group_screens import in_public
from bot.store import Store
from bot.store.delivery.digest_messages import ShownPage

log = structlog.get_logger()

TOAST = 200  # characters that Telegram shows


@dataclass(frozen=True, slots=True)
class Reply:
    """The ways to answer one update; repeating the update repeats no message.

    ``number`` is the update's place in the order of arrival.
    """

    bot: Bot
    store: Store
    reader: Subscription
    update_id: int
    query: CallbackQuery | None = None
    thread: int | None = None
    reply_to: int | None = None
    number: int = 0

    @property
    def update(self) -> str:
        """The update's name: ids of updates are each bot's own."""
        return f"{self.bot.id}:{self.update_id}"

    async def send(
        self,
        screen: Screen,
        story: str | None = None,
        *,
        page: object = None,
        leads: str = "",
        name: str = "",
    ) -> Delivery:
        """A new message, once per update, or per ``name``; ``story`` is the one that it shows.

        In a group it has no button that one member could press for all, but one that opens
        ``page`` in private, or the greeting, and says so, unless it ``leads`` elsewhere.
        """
        chat_id, language = self.reader.chat_id, self.reader.language
        if chat_id < 0:
            username = (await self.bot.me()).username
            screen = in_public(screen, username, page or Panel("home"), language, leads)
        message = Delivery(
            id=name or f"u{self.update}",
            chat_id=chat_id,
            screen=screen,
            thread=self.thread,
            reply_to=self.reply_to,
            story=story,
        )
        await self.store.outbox.enqueue([message])
        return message

    async def show(self, screen: Screen, page: ShownPage | None = None) -> None:
        """Turn the message under the pressed button into that screen; a lost one is sent anew.

        It is drawn in the chat's turn, and not at all where a later tap's screen comes first. A
        message that will show no ``page`` of its digest is edited no more, even before that.
        """
        if (message := self._pressed()) is None:
            await self.send(screen)
        else:
            sent, chat_id = self.store.digest_messages, self.reader.chat_id
            await sent.drawn(chat_id, message.message_id, page, screen)
            await self._redraw(message.message_id, screen)

    async def show_farewell(self, screen: Screen) -> None:
        """The last screen under the pressed button; nothing of it is kept in the store."""
        if message := self._pressed():
            await self._redraw(message.message_id, screen, farewell=True)

    async def toast(self, text: str = "", opens: str = "") -> None:
        """Stop the button's spinner, with a word or without; one that failed is no harm.

        A link to the bot that it ``opens`` takes the place of the word: one of them is heeded.
        """
        if self.query is None:
            return
        try:
            await self.bot(
                AnswerCallbackQuery(
                    callback_query_id=self.query.id,
                    text=None if opens else text[:TOAST] or None,
                    url=opens or None,
                )
            )
        except AiogramError as error:  # too old, or the line is down: the screen matters more
            log.info("callback unanswered", error=type(error).__name__)

    def _pressed(self) -> Message | None:
        """The message under the pressed button, where it can be changed."""
        message = self.query.message if self.query else None
        return message if isinstance(message, Message) else None

    async def _redraw(self, message_id: int, screen: Screen, *, farewell: bool = False) -> None:
        drawing = Delivery(
            id=f"r{self.update}",
            chat_id=self.reader.chat_id,
            screen=screen,
            thread=self.thread,
            redraws=message_id,
            farewell=farewell,
        )
        await self.store.outbox.redraw(drawing, message_id)


@dataclass(frozen=True, slots=True)
class Context:
    """What a handler of one update works with: ``reader`` is who asked, or would become a reader.

    ``now`` is one instant for the whole answer, by the store's clock; ``web_url`` as in
    ``Deployment``.
    """

    store: Store
    reader: Subscription
    reply: Reply
    now: datetime
    web_url: str = ""

    def as_reader(self, reader: Subscription) -> Self:
        """The same for a reader as changed meanwhile."""
        return replace(self, reader=reader)


class TapResult(NamedTuple):
    """The screen to show, a word to say about it, and which page of a digest it is, if any."""

    screen: Screen
    said: str = ""
    page: ShownPage | None = None


class HandleLater(Exception):
    """The update is to be handled again after ``wait``, when the chat's turn has come."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("not yet")
        self.wait = wait

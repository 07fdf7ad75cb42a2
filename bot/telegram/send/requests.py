"""Screens as Bot API requests. Pure."""

from aiogram.methods import EditMessageText, SendMessage
from aiogram.types import (
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MessageEntity,
    ReplyParameters,
)

from bot.model import Button, Delivery, Entity, Screen
from bot.text import shorten

PLAIN_LIMIT = 4000
"""UTF-16 units of a text that was refused and goes out plain; below any limit of Telegram."""

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


def send_request(delivery: Delivery, screen: Screen) -> SendMessage:
    """The request that sends a screen; never ``parse_mode``, always entities."""
    return SendMessage(
        chat_id=delivery.chat_id,
        text=screen.text,
        entities=entities_of(screen),
        reply_markup=markup(screen),
        disable_notification=delivery.silent or None,
        message_thread_id=delivery.thread,
        reply_parameters=_reply(delivery),
        link_preview_options=_preview(screen),
        parse_mode=None,
    )


def edit_request(chat_id: int, message_id: int, screen: Screen) -> EditMessageText:
    """The request that turns a message into that screen."""
    return EditMessageText(
        chat_id=chat_id,
        message_id=message_id,
        text=screen.text,
        entities=entities_of(screen),
        reply_markup=markup(screen),
        link_preview_options=_preview(screen),
        parse_mode=None,
    )


def plain_request(screen: Screen, reason: str) -> Screen:
    """What is left of a refused screen: its words, and its buttons unless those were bad."""
    buttons_refused = any(word in reason for word in ("BUTTON", "inline keyboard", "reply markup"))
    buttons = () if buttons_refused else screen.buttons
    return Screen(text=shorten(screen.text, PLAIN_LIMIT), buttons=buttons)


def markup(screen: Screen) -> InlineKeyboardMarkup | None:
    """The rows of buttons."""
    rows = [[_button(button) for button in row] for row in screen.buttons if row]
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None


def _preview(screen: Screen) -> LinkPreviewOptions:
    if screen.preview is None:
        return _NO_PREVIEW
    return LinkPreviewOptions(url=screen.preview, prefer_small_media=True)


def _reply(delivery: Delivery) -> ReplyParameters | None:
    if delivery.reply_to is None:
        return None
    return ReplyParameters(message_id=delivery.reply_to, allow_sending_without_reply=True)


def _button(button: Button) -> InlineKeyboardButton:
    if button.url:
        return InlineKeyboardButton(text=button.text, url=button.url)
    if button.share is not None:
        return InlineKeyboardButton(text=button.text, switch_inline_query=button.share)
    if button.copies:
        copied = CopyTextButton(text=button.copies)
        return InlineKeyboardButton(text=button.text, copy_text=copied)
    return InlineKeyboardButton(text=button.text, callback_data=button.data)


def entities_of(screen: Screen) -> list[MessageEntity] | None:
    """The formatting as the Bot API takes it; none for plain words."""
    return [_entity(entity) for entity in screen.entities] or None


def _entity(entity: Entity) -> MessageEntity:
    return MessageEntity(
        type=entity.type,
        offset=entity.offset,
        length=entity.length,
        url=entity.url,
        unix_time=entity.unix_time,
        date_time_format=entity.date_time_format,
    )

"""Chats and messages as the Bot API server keeps them, with its words for what is refused."""

import time
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.botapi_text import MAX_CAPTION, ApiError, bad_request, formatted, message_text

Json = dict[str, Any]

BOT_ID = 4242
BOT: Json = {
    "id": BOT_ID,
    "is_bot": True,
    "first_name": "Fortochka",
    "username": "fortochka_test_bot",
}
SAME = (
    "message is not modified: specified new message content and reply markup are exactly the "
    "same as a current content and reply markup of the message"
)
_ACTIONS = (
    *("callback_data", "url", "switch_inline_query", "switch_inline_query_current_chat"),
    *("switch_inline_query_chosen_chat", "copy_text", "web_app", "login_url", "pay"),
)
MAX_BUTTONS = 100


@dataclass
class Chats:
    """All chats of a bot; ids of messages run on one line in private chats, else per chat."""

    known: dict[int, Json] = field(default_factory=dict)
    messages: dict[tuple[int, int], Json] = field(default_factory=dict)
    strict: bool = False
    _lines: dict[int, int] = field(default_factory=dict)

    def meet(self, chat: Json) -> Json:
        """Remember a chat."""
        return self.known.setdefault(int(chat["id"]), chat)

    def find(self, chat_id: object) -> Json:
        """The chat of a request; a new one is met, unless the server is ``strict``."""
        if not chat_id:
            raise bad_request("chat_id is empty")
        text = str(chat_id)
        if text.startswith("@"):
            return self._by_handle(text[1:])
        if not text.lstrip("-").isdigit():
            raise bad_request("chat not found")
        if int(text) not in self.known and self.strict:
            raise self._stranger(int(text))
        return self.known.get(int(text)) or self.meet(made_up(int(text)))

    def next_id(self, chat_id: int) -> int:
        """The next message id of the chat's line."""
        line = chat_id if str(chat_id).startswith("-100") else 0
        self._lines[line] = self._lines.get(line, 0) + 1
        return self._lines[line]

    def keep(self, chat: Json, sender: Json | None, content: Json) -> Json:
        """Store a message; as the Bot API shows it."""
        message_id = int(content.get("message_id") or self.next_id(chat["id"]))
        message = {"message_id": message_id, "date": int(time.time()), "chat": chat, **content}
        if sender:
            message["from"] = sender
        self.messages[chat["id"], message_id] = message
        return message

    def post(self, chat: Json, content: Json) -> Json:
        """A message of the bot itself; a channel's has no sender."""
        if chat["type"] == "channel":
            return self.keep(chat, None, {"sender_chat": chat, **content})
        return self.keep(chat, BOT, content)

    def edit(self, params: Json, content: Json) -> Json:
        """Replace text or buttons of the bot's own message."""
        chat = self.find(params.get("chat_id"))
        old = self.messages.get((chat["id"], int(params.get("message_id") or 0)))
        if old is None:
            raise bad_request("message to edit not found")
        if not (old.get("from") == BOT or (chat["type"] == "channel" and "sender_chat" in old)):
            raise bad_request("message can't be edited")
        fields = ("text", "entities", "reply_markup")
        if all(old.get(name) == content.get(name, old.get(name)) for name in fields):
            raise bad_request(SAME)
        old.update(content, edit_date=int(time.time()))
        return old

    def _by_handle(self, handle: str) -> Json:
        for chat in self.known.values():
            if str(chat.get("username", "")).lower() == handle.lower():
                return chat
        raise bad_request("chat not found")

    def _stranger(self, chat_id: int) -> ApiError:
        if chat_id < 0:
            return bad_request("chat not found")
        return ApiError(403, "Forbidden: bot can't initiate conversation with a user")


def made_up(chat_id: int) -> Json:
    """A chat of the type that its id suggests."""
    if chat_id > 0:
        return {"id": chat_id, "type": "private", "first_name": f"Reader {chat_id}"}
    kind = "supergroup" if str(chat_id).startswith("-100") else "group"
    return {"id": chat_id, "type": kind, "title": f"Chat {chat_id}"}


def person(user_id: int, language: str = "en") -> Json:
    """A user as the server shows one."""
    return {
        "id": user_id,
        "is_bot": False,
        "first_name": f"Reader {user_id}",
        "language_code": language,
    }


def text_content(params: Json) -> Json:
    """Checked text, entities and buttons of a message to be."""
    found = message_text(params)
    return {key: found[key] for key in ("text", "entities", "lost_entities")} | buttons(params)


def file_content(params: Json, kind: str) -> Json:
    """Checked caption, buttons and file of a document or a photo to be."""
    caption = str(params.get("caption") or "")
    found = formatted(
        caption, params.get("parse_mode"), params.get("caption_entities") or [], MAX_CAPTION
    )
    name = str(params.get(kind) or "")
    if not name:
        raise bad_request(f"there is no {kind} in the request")
    body = params.get(name.removeprefix("attach://"), name)
    file = {"file_id": "f1", "file_unique_id": "u1", "file_name": getattr(body, "filename", None)}
    shown: Any = file if kind == "document" else [{**file, "width": 1, "height": 1}]
    caption_parts = {"caption": found["text"], "caption_entities": found["entities"]}
    return {kind: shown, **caption_parts, **buttons(params)}


def buttons(params: Json) -> Json:
    """``{"reply_markup": …}`` checked, or nothing."""
    markup = params.get("reply_markup") or {}
    rows = [row for row in markup.get("inline_keyboard") or [] if row]
    if sum(map(len, rows)) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    for button in (button for row in rows for button in row):
        _check_button(button)
    if "inline_keyboard" not in markup:
        return {"reply_markup": markup} if markup else {}
    return {"reply_markup": {"inline_keyboard": rows}} if rows else {"reply_markup": None}


def _check_button(button: Json) -> None:
    if not str(button.get("text") or "").strip():
        raise bad_request("can't parse inline keyboard button: button text must be non-empty")
    if not any(action in button for action in _ACTIONS):
        raise bad_request("text buttons are unallowed in the inline keyboard")
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
        raise bad_request("BUTTON_DATA_INVALID")
    url = button.get("url")
    if url is not None and not str(url).startswith(("https://", "http://", "tg://")):
        raise bad_request(
            f"inline keyboard button URL '{url}' is invalid: unsupported URL protocol"
        )

"""What people do in chats with the bot: write, press buttons, post in channels, leave."""

import time
from typing import TYPE_CHECKING, Any

from tests.fakes.botapi_chats import BOT, Chats, made_up, person
from tests.fakes.botapi_updates import UpdateQueue

if TYPE_CHECKING:
    from tests.fakes.botapi_duties import Delivered

Json = dict[str, Any]


class People:
    """Mixed into the server: each act becomes the updates that Telegram would send."""

    queue: UpdateQueue
    chats: Chats
    blocked: set[int]
    open_queries: set[str]
    files: dict[str, bytes]

    def say(
        self,
        text: str,
        user_id: int = 100,
        *,
        language: str = "en",
        chat: int | None = None,
        **fields: Any,
    ) -> int | None:
        """A message from a user, in private or in a group; the update's id."""
        place = self.chats.meet(made_up(chat or user_id))
        content = {"text": text, "entities": _command(text), **fields}
        message = self.chats.keep(place, person(user_id, language), content)
        return self.queue.push({"message": message})

    def send_file(self, name: str, content: bytes, user_id: int = 100) -> int | None:
        """A file in private; the update's id."""
        place = self.chats.meet(made_up(user_id))
        number = f"file{len(self.files)}"
        self.files[number] = content
        about = {"file_id": number, "file_unique_id": number, "file_size": len(content)}
        document = {"document": {**about, "file_name": name}}
        return self.queue.push({"message": self.chats.keep(place, person(user_id), document)})

    def show(self, caption: str, user_id: int = 100, *, chat: int | None = None) -> int | None:
        """A picture with a caption; the update's id."""
        place = self.chats.meet(made_up(chat or user_id))
        size = {"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}
        content = {"caption": caption, "photo": [size]}
        return self.queue.push({"message": self.chats.keep(place, person(user_id), content)})

    def press(
        self,
        message: "Delivered | Json",
        data: str,
        user_id: int | None = None,
        language: str = "en",
    ) -> str:
        """A tap on a button with that data (forged or not) under a message; the query's id.

        ``message`` is a delivery, or a message as the chat shows it.
        """
        shown = message if isinstance(message, dict) else message.message
        current = self.chats.messages.get((shown["chat"]["id"], shown["message_id"]), shown)
        query: Json = {
            "id": str(self.queue.take_id()),
            "from": person(user_id or shown["chat"]["id"], language),
            "chat_instance": "1",
            "message": current,
            "data": data,
        }
        self.open_queries.add(query["id"])
        self.queue.push({"callback_query": query})
        return str(query["id"])

    def channel_post(
        self,
        text: str,
        channel_id: int = -1001000000001,
        *,
        handle: str = "made_up_ml",
        title: str = "Made-up ML",
        **fields: Any,
    ) -> Json:
        """A post in a channel where the bot is an admin; the message."""
        chat = {"id": channel_id, "type": "channel", "title": title, "username": handle}
        place = self.chats.meet(chat)
        content = {"sender_chat": place, "text": text, **fields}
        message = self.chats.keep(place, None, content)
        self.queue.push({"channel_post": message})
        return message

    def edit_channel_post(self, message: Json, text: str) -> Json:
        """The same post with another text."""
        edited = {**message, "text": text, "edit_date": int(time.time())}
        self.chats.messages[message["chat"]["id"], message["message_id"]] = edited
        self.queue.push({"edited_channel_post": edited})
        return edited

    def block(self, user_id: int) -> None:
        """The user stops the bot: an update, and 403 from now on."""
        self.blocked.add(user_id)
        self._membership(user_id, "member", "kicked")

    def unblock(self, user_id: int) -> None:
        """The user starts the bot again."""
        self.blocked.discard(user_id)
        self._membership(user_id, "kicked", "member")

    def place(
        self,
        chat: Json,
        status: str = "administrator",
        user_id: int = 100,
        *,
        before: str = "left",
        language: str = "en",
        **rights: bool,
    ) -> int | None:
        """Somebody gives the bot a status in a group or a channel; the update's id."""
        place = self.chats.meet(chat)
        sides = {
            "old_chat_member": _member(before, {}),
            "new_chat_member": _member(status, rights),
        }
        base = {"chat": place, "from": person(user_id, language), "date": int(time.time())}
        return self.queue.push({"my_chat_member": {**base, **sides}})

    def ask_inline(self, words: str, user_id: int = 100, language: str = "en") -> str:
        """Somebody types the bot's name and words in some chat; the query's id."""
        name = str(self.queue.take_id())
        query = {"id": name, "from": person(user_id, language), "query": words, "offset": ""}
        self.queue.push({"inline_query": query})
        return name

    def react(self, message: "Delivered", emoji: str, user_id: int = 100) -> int | None:
        """A reaction to a message, an empty one takes it back; the update's id."""
        reaction = [{"type": "emoji", "emoji": emoji}] if emoji else []
        return self.queue.push(
            {
                "message_reaction": {
                    "chat": message.message["chat"],
                    "message_id": message.message["message_id"],
                    "user": person(user_id),
                    "date": int(time.time()),
                    "old_reaction": [],
                    "new_reaction": reaction,
                }
            }
        )

    def _membership(self, user_id: int, old: str, new: str) -> None:
        until = {"until_date": 0}
        sides = {
            side: {"user": BOT, "status": status, **(until if status == "kicked" else {})}
            for side, status in (("old_chat_member", old), ("new_chat_member", new))
        }
        base = {"chat": self.chats.meet(made_up(user_id)), "from": person(user_id)}
        self.queue.push({"my_chat_member": {**base, "date": int(time.time()), **sides}})


def _member(status: str, rights: dict[str, bool]) -> Json:
    """The bot as a member; an admin may post unless the rights given say otherwise."""
    member: Json = {"user": BOT, "status": status}
    if status == "kicked":
        return {**member, "until_date": 0}
    if status != "administrator":
        return member
    flags = (
        *("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages"),
        *("can_manage_video_chats", "can_restrict_members", "can_promote_members"),
        *("can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories"),
        *("can_delete_stories", "can_send_welcome_messages"),
    )
    return {**member, **dict.fromkeys(flags, False), "can_post_messages": True, **rights}


def _command(text: str) -> list[Json]:
    if not text.startswith("/"):
        return []
    return [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]

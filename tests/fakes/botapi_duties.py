"""The methods of the Bot API that the server can do, and what reached the chats."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.botapi_chats import BOT, Chats, buttons, file_content, person, text_content
from tests.fakes.botapi_text import ApiError, bad_request
from tests.fakes.botapi_updates import UpdateQueue

Json = dict[str, Any]

STALE_QUERY = "query is too old and response timeout expired or query ID is invalid"
_PORTS_NAMED = "80, 88, 443 or 8443"
_WEBHOOK_PORTS = {None, 80, 88, 443, 8443}
_PLAIN_TRUE = frozenset(
    {
        *("setmycommands", "deletemycommands", "setmydescription", "setmyshortdescription"),
        *("setmyname", "sendchataction", "setmessagereaction"),
        *("pinchatmessage", "unpinchatmessage", "logout", "close"),
    }
)


@dataclass(frozen=True)
class Delivered:
    """One message that is really in a chat, in the state in which it arrived."""

    chat_id: int
    message: Json
    silent: bool
    lost_entities: int
    at: float

    @property
    def text(self) -> str:
        """Text, or the caption of a file."""
        return str(self.message.get("text") or self.message.get("caption") or "")

    @property
    def buttons(self) -> list[Json]:
        """All inline buttons in reading order."""
        rows = (self.message.get("reply_markup") or {}).get("inline_keyboard", [])
        return [button for row in rows for button in row]


def _kinds(params: Json) -> set[str]:
    return {entity["type"] for entity in params.get("entities") or ()}


class Duties:
    """Mixed into the server: one coroutine per method."""

    queue: UpdateQueue
    chats: Chats
    deliveries: list[Delivered]
    answered: list[Json]
    blocked: set[int]
    admins: set[tuple[int, int]]
    open_queries: set[str]
    files: dict[str, bytes]
    takes_dates: bool
    is_inline: bool
    can_join_groups: bool

    async def run(self, method: str, params: Json) -> Any:
        """The result of a method (its name in lower case); ``ApiError`` for a refusal."""
        if method in _PLAIN_TRUE:
            return True
        if not self.takes_dates and "date_time" in _kinds(params):
            raise bad_request("can't parse MessageEntity: Unsupported type specified")
        duty: Callable[[Json], Awaitable[Any]] | None = getattr(self, f"_do_{method}", None)
        if duty is None:
            raise ApiError(404, "Not Found: method not found")
        return await duty(params)

    def _target(self, params: Json) -> Json:
        chat = self.chats.find(params.get("chat_id"))
        if chat["id"] in self.blocked:
            raise ApiError(403, "Forbidden: bot was blocked by the user")
        return chat

    def _deliver(self, params: Json, content: Json) -> Json:
        lost = content.pop("lost_entities", 0)
        if thread := int(params.get("message_thread_id") or 0):
            content |= {"message_thread_id": thread, "is_topic_message": True}
        message = self.chats.post(self._target(params), content)
        now = asyncio.get_running_loop().time()
        silent = bool(params.get("disable_notification"))
        chat_id = message["chat"]["id"]
        self.deliveries.append(Delivered(chat_id, dict(message), silent, lost, now))
        return message

    async def _do_getupdates(self, params: Json) -> Any:
        return [json.loads(raw) for raw in await self.queue.get(params)]

    async def _do_getme(self, _: Json) -> Json:
        flags = {"can_join_groups": self.can_join_groups, "can_read_all_group_messages": False}
        return BOT | flags | {"supports_inline_queries": self.is_inline}

    async def _do_getfile(self, params: Json) -> Json:
        number = str(params["file_id"])
        if number not in self.files:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        about = {"file_id": number, "file_unique_id": number, "file_path": f"documents/{number}"}
        return {**about, "file_size": len(self.files[number])}

    async def _do_sendmessage(self, params: Json) -> Json:
        return self._deliver(params, text_content(params))

    async def _do_senddocument(self, params: Json) -> Json:
        return self._deliver(params, file_content(params, "document"))

    async def _do_sendphoto(self, params: Json) -> Json:
        return self._deliver(params, file_content(params, "photo"))

    async def _do_editmessagetext(self, params: Json) -> Json:
        content = text_content(params)
        content.pop("lost_entities")
        self._target(params)
        return self.chats.edit(params, {"reply_markup": None, **content})

    async def _do_editmessagereplymarkup(self, params: Json) -> Json:
        self._target(params)
        return self.chats.edit(params, {"reply_markup": None, **buttons(params)})

    async def _do_deletemessage(self, params: Json) -> bool:
        chat = self._target(params)
        if not self.chats.messages.pop((chat["id"], int(params.get("message_id") or 0)), None):
            raise bad_request("message to delete not found")
        return True

    async def _do_answercallbackquery(self, params: Json) -> bool:
        query = str(params.get("callback_query_id"))
        if query not in self.open_queries:
            raise bad_request(STALE_QUERY)
        url = str(params.get("url") or "")
        if url and not url.startswith(f"https://t.me/{BOT['username']}?start="):
            raise bad_request("URL_INVALID")
        self.open_queries.remove(query)
        self.answered.append(params)
        return True

    async def _do_answerinlinequery(self, params: Json) -> bool:
        for result in json.loads(params["results"]):
            text_content({"text": result["input_message_content"]["message_text"]})
        return True

    async def _do_getwebhookinfo(self, _: Json) -> Json:
        count = len(self.queue.pending)
        return {
            "url": self.queue.webhook,
            "has_custom_certificate": False,
            "pending_update_count": count,
            **self.queue.webhook_error,
        }

    async def _do_setwebhook(self, params: Json) -> bool:
        url = urlsplit(str(params.get("url") or ""))
        if url.geturl() and url.scheme != "https":
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        if url.port not in _WEBHOOK_PORTS:
            raise bad_request(f"bad webhook: Webhook can be set up only on ports {_PORTS_NAMED}")
        self.queue.webhook = url.geturl()
        return True

    async def _do_setchatmenubutton(self, params: Json) -> bool:
        button = params.get("menu_button") or {"type": "default"}
        if button["type"] == "web_app":
            url = button["web_app"]["url"]
            if urlsplit(url).scheme != "https":
                raise bad_request(
                    f"menu button web app URL '{url}' is invalid: Only HTTPS links are allowed"
                )
            if not button["text"]:
                raise bad_request("menu button text must be non-empty")
        return True

    async def _do_deletewebhook(self, _: Json) -> bool:
        self.queue.webhook = ""
        return True

    async def _do_getmycommands(self, _: Json) -> list[Json]:
        return []

    async def _do_getchat(self, params: Json) -> Json:
        gifts = dict.fromkeys(
            (
                *("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription"),
                "gifts_from_channels",
            ),
            False,
        )
        extra = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}
        return self._target(params) | extra

    async def _do_getchatmember(self, params: Json) -> Json:
        self._target(params)
        user_id = int(params["user_id"])
        member = BOT if user_id == BOT["id"] else person(user_id)
        if (params["chat_id"], user_id) in self.admins:
            return {"status": "creator", "user": member, "is_anonymous": False}
        return {"status": "member", "user": member}

"""Answers that a test orders in advance: floods, refusals, gateways, cut and late connections."""

import json
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """What the server does instead of its duty.

    ``executed``: the request takes effect all the same (the message is there). ``cut``: the
    connection dies without an answer; ``held``: the answer waits for ``FakeBotApi.release``;
    ``body`` replaces the answer, ``{message_id}`` in it is filled in after execution.
    """

    status: int = 200
    body: str | None = None
    retry_after: int | None = None
    executed: bool = False
    cut: bool = False
    held: bool = False
    html: bool = False


def error(code: int, description: str, **parameters: int) -> Answer:
    """A well-formed refusal."""
    body: Json = {"ok": False, "error_code": code, "description": description}
    if parameters:
        body["parameters"] = parameters
    return Answer(code, json.dumps(body), retry_after=parameters.get("retry_after"))


def flood(seconds: int) -> Answer:
    """429 with the pause in the body and in the header."""
    return error(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def bare_flood() -> Answer:
    """429 that does not say for how long."""
    return error(429, "Too Many Requests")


def blocked() -> Answer:
    """403: the reader blocked the bot."""
    return error(403, "Forbidden: bot was blocked by the user")


def kicked(kind: str = "supergroup") -> Answer:
    """403: the bot is no longer in the group or channel."""
    return error(403, f"Forbidden: bot was kicked from the {kind} chat")


def no_chat() -> Answer:
    """400: the chat does not exist for this bot."""
    return error(400, "Bad Request: chat not found")


def migrated(new_id: int) -> Answer:
    """400: the group is a supergroup now."""
    text = "Bad Request: group chat was upgraded to a supergroup chat"
    return error(400, text, migrate_to_chat_id=new_id)


def bad_markup() -> Answer:
    """400 as for a text whose entities do not parse."""
    return error(400, 'Bad Request: can\'t parse entities: Unsupported start tag "p" at offset 0')


def too_long() -> Answer:
    """400 as for a text over the limit."""
    return error(400, "Bad Request: message is too long")


def unauthorized() -> Answer:
    """401: the token was revoked."""
    return error(401, "Unauthorized")


def server_error(executed: bool = False) -> Answer:
    """500 in JSON; the message may be there all the same."""
    body = '{"ok":false,"error_code":500,"description":"Internal Server Error"}'
    return Answer(500, body, executed=executed)


def bad_gateway(executed: bool = False) -> Answer:
    """502 in HTML, as gateways give it; the message may be there all the same."""
    return Answer(502, "<html><h1>502 Bad Gateway</h1></html>", executed=executed, html=True)


def cut(executed: bool) -> Answer:
    """The connection dies, after or before the message is there."""
    return Answer(executed=executed, cut=True)


def late() -> Answer:
    """The message is there at once, the answer only after ``release``."""
    return Answer(executed=True, held=True)


def garbled() -> Answer:
    """200 whose result is no valid message, though its id can be read."""
    body = '{"ok":true,"result":{"message_id":{message_id},"chat":"?"}}'
    return Answer(200, body, executed=True)

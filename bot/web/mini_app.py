"""What the Mini App asks of us: a reader's saved stories and topics, shown and changed.

Each request has what Telegram signed in its head (``Authorization: tma …``); no address, no cookie
and no line of the log has anything of a reader. Answers are JSON that nobody keeps.
"""

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from aiohttp import web

from bot.config import AccessMode
from bot.digest.compose import lead
from bot.i18n import panel_messages, web_messages
from bot.model import Language, Subscription
from bot.publish.card_language import retold
from bot.publish.reader_changes import (
    SavedStory,
    due_of_changed,
    find_story,
    is_let_in,
    saved_stories,
    with_topic,
)
from bot.screens.rich_text import bare, inert, is_web
from bot.screens.story_view import channel_name, title_of
from bot.store import Store
from bot.store.readers.saved import MOST_SAVED, FullError, UnknownReaderError
from bot.taxonomy.topics import Topic
from bot.web.archive import public_story
from bot.web.init_data import InitDataExpired, InitDataRefused, user_of
from bot.web.limits import AddressLimit
from bot.web.places import PagePlace, Site

MOST_ASKED = 512
"""Bytes of a change that is asked for."""

_SCHEME = "tma "
_STORY = re.compile("[0-9a-f]{12}")


@dataclass(frozen=True)
class MiniAppOf:
    """The bot whose Mini App it is, and who may use it."""

    token: str
    access: AccessMode = "public"
    allowed: frozenset[int] = frozenset()


class MiniAppError(Exception):
    """The request is not met: a status and what the reader is told."""

    def __init__(self, status: int, text: str, wait: float = 0) -> None:
        super().__init__(status)
        self.status, self.text, self.wait = status, text, wait


class MiniApp:
    """Answers readers, each so many times in a time; ``site`` is the archive within Telegram."""

    def __init__(
        self, store: Store, site: Site, of: MiniAppOf, now: Callable[[], datetime]
    ) -> None:
        self._store, self._site, self._of, self._now = store, site, of, now
        self._limit = AddressLimit(rate=2, burst=40)

    async def answer(self, request: web.Request, language: Language) -> web.Response:
        """What a reader has, after the change that a POST asks for.

        Errors are in the ``language`` until he is known.
        """
        try:
            body = await self._answer(request, language)
        except MiniAppError as error:
            response = web.json_response({"error": error.text}, status=error.status)
            if error.wait:
                response.headers["Retry-After"] = str(ceil(error.wait))
        else:
            response = web.json_response(body)
        response.headers["Cache-Control"] = "no-store"
        return response

    async def _answer(self, request: web.Request, language: Language) -> dict[str, Any]:
        if request.method not in ("GET", "POST"):
            raise MiniAppError(405, web_messages(language).app_not_understood)
        reader = await self._reader(request, language)
        if request.method == "GET":
            return await self._state(reader)
        asked = await _asked(request, reader.language)
        reader, said = await self._changed(reader, asked)
        return await self._state(reader) | {"said": said}

    async def _reader(self, request: web.Request, language: Language) -> Subscription:
        """Who asks; an error where it is nobody, or nobody who may use the bot."""
        t = web_messages(language)
        given = request.headers.get("Authorization", "")
        if len(request.headers.getall("Authorization", [])) != 1 or not given.startswith(_SCHEME):
            raise MiniAppError(401, t.app_outside)
        try:
            person = user_of(given.removeprefix(_SCHEME), self._of.token, self._now())
        except InitDataExpired:
            raise MiniAppError(401, t.app_expired) from None
        except InitDataRefused:
            raise MiniAppError(401, t.app_outside) from None
        if wait := self._limit.wait(str(person), asyncio.get_running_loop().time()):
            raise MiniAppError(429, t.too_many, wait)
        reader = await self._store.subscriptions.get(person)
        if reader is None or not await self._may(reader):
            raise MiniAppError(403, t.app_unknown)
        return reader

    async def _may(self, reader: Subscription) -> bool:
        """True for who may use the bot in the chat."""
        person, access = reader.chat_id, self._store.access
        if person in await self._store.owners.all():
            return True
        if await access.is_denied(person):
            return False
        if reader.active:
            return True
        return await is_let_in(self._store, person, self._of.access, self._of.allowed)

    async def _state(self, reader: Subscription) -> dict[str, Any]:
        saved = await saved_stories(self._store, reader.chat_id)
        return {
            "language": reader.language,
            "saved": [self._saved(each, reader) for each in saved],
            "topics": list(reader.topics),
        }

    def _saved(self, saved: SavedStory, reader: Subscription) -> dict[str, str]:
        """A saved story as it is listed: linked to its page where it has one, else to the post."""
        [story] = retold([saved.story], reader)
        post, href = lead(story).post, ""
        if saved.known and public_story(story):
            href = self._site.href(PagePlace("story", story.id), reader.language)
        elif post.url and is_web(post.url):
            href = post.url
        title = title_of(story, reader.language)
        return {
            "id": story.id,
            "title": bare(inert(title)),
            "from": bare(channel_name(post.channel)),
            "href": href,
        }

    async def _changed(
        self, reader: Subscription, asked: tuple[str, str, bool]
    ) -> tuple[Subscription, str]:
        """The reader after what he asked for, and what to say of it."""
        what, name, on = asked
        t, own = web_messages(reader.language), panel_messages(reader.language)
        try:
            if what == "topic":
                return await self._with_topic(reader, Topic(name), on), own.saved
            return reader, await self._with_story(reader, name, on)
        except UnknownReaderError:  # forgotten since he was looked for
            raise MiniAppError(403, t.app_unknown) from None
        except FullError:
            raise MiniAppError(409, own.saved_full.format(count=MOST_SAVED)) from None

    async def _with_topic(self, reader: Subscription, topic: Topic, on: bool) -> Subscription:
        changed = reader.model_copy(update={"topics": with_topic(reader.topics, topic, on)})
        due = await due_of_changed(self._store, reader, changed, self._now())
        if not await self._store.subscriptions.change(changed, due):
            raise UnknownReaderError
        return changed

    async def _with_story(self, reader: Subscription, story_id: str, on: bool) -> str:
        """Save a story, or do so no longer; what is said of it."""
        own, chat = panel_messages(reader.language), reader.chat_id
        story = await find_story(self._store, reader, story_id)
        if not on:
            await self._store.saved.remove(chat, story.id if story else story_id)
            return own.unsaved
        if story is None:
            raise MiniAppError(404, web_messages(reader.language).app_story_gone)
        await self._store.saved.add(chat, story, self._now(), known=True)
        return own.saved


async def _asked(request: web.Request, language: Language) -> tuple[str, str, bool]:
    """What is to be changed, ``story`` or ``topic``, which one, and whether on or off."""
    try:
        asked = json.loads(await request.read())
        [(what, name)] = ((each, asked[each]) for each in ("story", "topic") if each in asked)
        if what == "story":
            known = _STORY.fullmatch(name) is not None
        else:
            known = name in Topic.__members__
        if known and len(asked) == 2 and isinstance(asked["on"], bool):
            return what, name, asked["on"]
    except (ValueError, TypeError, KeyError, RecursionError):
        pass
    except web.HTTPRequestEntityTooLarge:
        raise MiniAppError(413, web_messages(language).app_not_understood) from None
    raise MiniAppError(400, web_messages(language).app_not_understood)

"""Digests in readers' chats: which page each shows, and which show a story that has changed."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, get_args

from redis.asyncio import Redis

from bot.model import Cadence, Delivery, Screen
from bot.store import keys
from bot.store.connection.clock import ms
from bot.store.keys import pages as page_keys
from bot.store.scripts import Argument, Scripts

BETWEEN_EDITS = timedelta(minutes=10)
"""Between two looks at one digest: what changes meanwhile comes with one edit."""

MOST_AMENDED = 5
"""Edits of one digest's message."""

MOST_MOVED = 512
"""Stories noted as changed; with more, the oldest changes are not told."""

ON_REQUEST = "asked"
"""The name of the last digest that a chat asked for."""

MOST_POSTED = 8
"""Messages of a channel's digest beyond which none is noted."""

FIRST_GREETING, FIRST_DIGEST = FIRST_NAMES = ("first_greeting", "first_digest")
"""The names of the last greeting and digest that a chat asked for before all was read."""

FIRST_EDITS = 2
"""Edits of such a message: when there is something to show, and when all is read."""

ANY_DIGEST = datetime.fromtimestamp(0, UTC)
"""The end of whatever digest a message shows."""

_PLANNED = timedelta(seconds=1)  # a longer plan of digests than this goes before all edits
_FIELDS = ("id", "until", "ends", "at", "hash", "edits")
_OF, _STORIES = "of", "stories"  # not there before a channel's digests were edited
_LANGUAGE = "lang"


class DigestMessage(NamedTuple):
    """A digest that ended at ``until`` in the message ``id``, up to the end ``ends`` of its date.

    ``name`` is its cadence, with the number of the message where a channel gets ``of`` several, or
    ``asked``; then ``stories`` are those that it tells. One of ``FIRST_NAMES`` is drawn again
    until all is read; its ``language`` is that of a chat that may be no reader.
    ``at`` is the page shown as a button carries it, empty for another screen, ``looks`` what that
    looks like; it was edited ``edits`` times.
    """

    chat_id: int
    name: str
    id: str
    until: datetime
    ends: datetime
    at: str
    looks: str
    edits: int = 0
    of: int = 1
    stories: tuple[str, ...] = ()
    language: str = ""


class ShownPage(NamedTuple):
    """A page, as a button carries it, of a digest that ended at ``until``.

    ``names`` are those under which such a digest may be kept: its cadence, ``ON_REQUEST``; the
    greeting has none.
    """

    names: tuple[str, ...]
    until: datetime
    at: str


class DigestMessages:
    """The last digest of each chat and name, until its local date ends."""

    def __init__(self, redis: Redis, scripts: Scripts) -> None:
        self._redis, self._scripts = redis, scripts

    async def sent(self, message: DigestMessage, now: datetime) -> None:
        """Remember a digest that goes to a chat, in place of the last one of that name.

        None whose local date is over. It is first looked at ``BETWEEN_EDITS`` after ``now``, one
        of ``FIRST_NAMES`` at once.
        """
        left = min(message.ends - now, page_keys.PAGE_KEPT)
        if left < timedelta(seconds=1):
            return
        values: list[Argument] = [
            *(message.id, _seconds(message.until), _seconds(message.ends)),
            *(message.at, message.looks, message.edits),
        ]
        fields: list[Argument] = [
            part for pair in zip(_FIELDS, values, strict=True) for part in pair
        ]
        fields += [_OF, message.of]
        fields += [_STORIES, " ".join(message.stories)] if message.stories else []
        fields += [_LANGUAGE, message.language] if message.language else []
        await self._scripts(
            "open_page",
            [page_keys.page(message.chat_id, message.name), _index(message.name)],
            [
                *(f"{message.chat_id}:{message.name}", _ms(now)),
                *(int(left.total_seconds()), ms(page_keys.PAGE_KEPT), *fields),
            ],
        )

    async def drawn(
        self, chat_id: int, message_id: int, page: ShownPage | None, screen: Screen
    ) -> None:
        """Note, before it is drawn, that a message shows a page of a digest, or another screen."""
        names = (*get_args(Cadence), ON_REQUEST, *FIRST_NAMES)
        shown = {*FIRST_NAMES, *page.names} if page else ()
        given = [page.at if page and each in shown else "" for each in names]
        await self._scripts(
            "note_drawn",
            [page_keys.page(chat_id, each) for each in names],
            [
                *(keys.delivery(""), message_id),
                *(
                    _seconds(page.until) if page else "",
                    looks(screen),
                    _seconds(ANY_DIGEST),
                    *given,
                ),
            ],
        )

    async def moved(self, story_id: str, published: datetime | None, now: datetime) -> None:
        """Note that a story got other posts, or is shown with others.

        ``published`` is of the post that came, if no other did: digests that ended before it do
        not tell of it.
        """
        kept = [_ms(now), ms(page_keys.PAGE_KEPT), MOST_MOVED]
        when = _seconds(published) if published else 0
        await self._scripts("note_moved", [page_keys.MOVED], [story_id, when, *kept])

    async def any_moved(self) -> bool:
        """True where a story has changed of late."""
        return bool(await self._redis.exists(page_keys.MOVED))

    async def claim(self, now: datetime, look_at: int, most: int) -> list[DigestMessage]:
        """Digests with a story that has changed since each was last looked at; each comes once.

        So many are looked at, and ``most`` returned; none where none of its pages is shown, where
        digests that are planned wait for their turns, or ``BETWEEN_EDITS`` are not over.
        """
        found = await self._scripts.texts(
            "claim_moved",
            [page_keys.MOVED, page_keys.PAGES, keys.PACE],
            [
                *(_ms(now), ms(BETWEEN_EDITS), look_at, most, ms(_PLANNED)),
                *(page_keys.page("", "").removesuffix(":"), keys.seen("")),
            ],
        )
        return await self._noted(found)

    async def any_first(self) -> bool:
        """True where a message was drawn before all was read."""
        return bool(await self._redis.exists(page_keys.FIRST))

    async def first(self, now: datetime, most: int) -> list[DigestMessage]:
        """Messages drawn before all was read, those first that were not looked at for longest."""
        names = [str(each) for each in await self._redis.zrange(page_keys.FIRST, 0, most - 1)]
        found = await self._noted(names)
        kept = {_member(message) for message in found}
        pipeline = self._redis.pipeline(transaction=False)
        for name in names:
            if name in kept:
                pipeline.zadd(page_keys.FIRST, {name: _ms(now)}, xx=True)
            else:
                pipeline.zrem(page_keys.FIRST, name)
        await pipeline.execute()
        return found

    async def drop_first(self, message: DigestMessage) -> None:
        """Draw a message no more that was drawn before all was read."""
        await self._redis.zrem(page_keys.FIRST, _member(message))

    async def _noted(self, names: Sequence[str]) -> list[DigestMessage]:
        """What is kept of them; those whose time is over have gone."""
        pipeline = self._redis.pipeline(transaction=False)
        for name in names:
            pipeline.hmget(page_keys.page(*name.split(":")), (*_FIELDS, _OF, _LANGUAGE))
        rows = await pipeline.execute() if names else []
        return [
            _message(*each)
            for each in zip(names, rows, strict=True)
            if None not in each[1][: len(_FIELDS)]
        ]

    async def amend(
        self, message: DigestMessage, change: Delivery, now: datetime, stories: Sequence[str]
    ) -> bool:
        """Hand the change of a digest to the sender; False where it shows another page by now.

        The change is dropped when the local date ends. ``stories`` are what the reader sees now.
        """
        chat, left = message.chat_id, int((message.ends - now).total_seconds())
        if left < 1:
            return False
        given: list[Argument] = [
            _member(message),
            message.at,
            message.edits,
            FIRST_EDITS if message.name in FIRST_NAMES else MOST_AMENDED,
            looks(change.screen),
        ]
        given += [left, ms(keys.LINE_KEPT), change.id, change.model_dump_json()]
        return await self._scripts.flag(
            "amend",
            [
                *(page_keys.page(chat, message.name), _index(message.name)),
                *(keys.delivery(message.id), keys.delivery(change.id)),
                *(keys.OUTBOX, keys.chat_line(chat), keys.seen(chat)),
            ],
            [*given, _seconds(message.until), *stories],
        )


def posted(cadence: str, number: int) -> str:
    """The name of a digest, of its message of that number, from 0, where it has several."""
    return f"{cadence}.{number}" if number else cadence


def digest_names() -> list[str]:
    """All names that digests of a chat may have."""
    return [
        *(ON_REQUEST, *FIRST_NAMES),
        *(posted(each, n) for each in get_args(Cadence) for n in range(MOST_POSTED)),
    ]


def looks(screen: Screen) -> str:
    """A screen as a hash, to tell whether another looks the same."""
    return hashlib.sha256(screen.model_dump_json().encode()).hexdigest()[:16]


def _message(digest: str, row: Sequence[str]) -> DigestMessage:
    chat, _, name = digest.partition(":")
    id_, until, ends, at, seen, edits, of, language = row
    found = DigestMessage(
        int(chat), name, id_, _moment(until), _moment(ends), at, seen, int(edits)
    )
    return found._replace(of=int(of or 1), language=language or "")


def _member(message: DigestMessage) -> str:
    return f"{message.chat_id}:{message.name}"


def _index(name: str) -> str:
    return page_keys.FIRST if name in FIRST_NAMES else page_keys.PAGES


def _moment(seconds: str) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)

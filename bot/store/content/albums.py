"""Albums on their way in: parts wait for a quiet window, so that an album becomes one post."""

from datetime import timedelta

from redis.asyncio import Redis

from bot.model import Post
from bot.store import keys
from bot.store.codec.versions import decode
from bot.store.scripts import Scripts

ALBUM_QUIET = timedelta(seconds=2)  # the items of an album arrive within a fraction of one
_CLAIM = timedelta(seconds=15)


class Albums:
    """Parts by album; a late one makes the whole album due again."""

    def __init__(self, redis: Redis, scripts: Scripts) -> None:
        self._redis, self._scripts = redis, scripts

    async def add(self, part: Post, group: str, quiet: timedelta = ALBUM_QUIET) -> None:
        """Keep one part; the album is due when nothing came for the quiet window."""
        await self._scripts(
            "add_part",
            [keys.album(part.channel.ref, group), keys.ALBUMS_DUE],
            [
                part.message_id,
                part.model_dump_json(),
                int(keys.ALBUM_KEPT.total_seconds()),
                int(quiet.total_seconds()),
            ],
        )

    async def claim(self, most: int = 20) -> list[str]:
        """Albums that are due, each claimed for a while."""
        lease = int(_CLAIM.total_seconds())
        return await self._scripts.texts("claim_due", [keys.ALBUMS_DUE], [lease, most])

    async def parts(self, album: str) -> list[Post]:
        """What an album consists of so far."""
        found = await self._redis.hvals(album)
        return [decode(Post, body) for body in found]

    async def taken_in(self, album: str, parts: int) -> None:
        """The album is done with that many parts; one that grew meanwhile stays due."""
        await self._scripts("close_album", [album, keys.ALBUMS_DUE], [parts])

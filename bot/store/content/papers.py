"""What is known of papers, and which of them are still to be asked for."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from bot.digest.cluster import main_papers, paper_lookups, title_key, titles_alone
from bot.model import Entry, PaperMetadata, PaperSource, Story
from bot.store import keys
from bot.store.codec.versions import decode, decode_readable
from bot.store.connection.clock import ms, server_now
from bot.store.content.stories import Stories
from bot.store.errors import NewerVersion
from bot.store.keys import papers as paper_keys
from bot.store.scripts import Scripts
from bot.wait import backoff

MOST_TRIES = 8
"""How often a paper is asked for in vain, over five days: arXiv's index has new ones late."""

_FIRST, _LONGEST = timedelta(hours=1), timedelta(days=3)
_MOST_REJOINED = 16  # posts of stories that one paper ties

_SITES: dict[str, PaperSource] = {"arxiv": "arxiv", "doi": "crossref", "acl": "crossref"}


class PaperTurn(NamedTuple):
    """Papers that a source is to be asked for now; without any, how many seconds to wait."""

    ids: tuple[str, ...] = ()
    wait: float = 0.0


def source_of(paper_id: str) -> PaperSource | None:
    """Who knows of a paper; None where nobody is asked."""
    return _SITES.get(paper_id.partition(":")[0])


class Papers:
    """Metadata by paper id; what is due is claimed by one process of all at a time."""

    def __init__(
        self, redis: Redis, scripts: Scripts, stories: Stories, retention: timedelta
    ) -> None:
        self._redis, self._scripts, self._stories = redis, scripts, stories
        self._retention = retention

    async def known(self, paper_ids: Iterable[str]) -> dict[str, PaperMetadata]:
        """What is known of these papers by their ids; one round trip."""
        names = [paper_keys.paper(each) for each in dict.fromkeys(paper_ids)]
        bodies = await self._redis.mget(names) if names else []
        found = decode_readable(_metadata, [str(body) if body else None for body in bodies])
        return {work.id: work for work in found if work}

    async def with_works(self, stories: Iterable[Story]) -> tuple[Story, ...]:
        """The stories with what is known of their papers; one round trip, none without papers."""
        given = tuple(stories)
        ids = [_ids_of(story) for story in given]
        if not (known := await self.known(chain.from_iterable(ids))):
            return given
        works = [{each: known[each] for each in own if each in known} for own in ids]
        return tuple(
            story.model_copy(update={"works": own}) if own else story
            for story, own in zip(given, works, strict=True)
        )

    async def of_entry(self, entry: Entry) -> tuple[PaperMetadata, ...]:
        """What is known of the papers that a post is about, linked or named by their titles."""
        ids = [paper.id for paper in main_papers(entry) if paper.id]
        if titles := titles_alone(entry):
            named = await self._redis.mget([paper_keys.titled(title) for title in titles])
            ids += [str(each) for each in named if each]
        return tuple((await self.known(ids)).values())

    async def claim(self, source: PaperSource, most: int, lease: timedelta) -> PaperTurn:
        """Papers to ask a source for, which is then left to this process until it is settled.

        After ``lease`` anybody may ask again.
        """
        names = [paper_keys.due(source), paper_keys.turn(source)]
        wait, *ids = await self._scripts.texts("claim_papers", names, [most, ms(lease)])
        return PaperTurn(tuple(ids), int(wait) / 1000)

    async def leave(self, source: PaperSource, ids: Sequence[str], span: timedelta) -> None:
        """Ask a source nothing for that long; these papers are due again then."""
        now = await self._now()
        async with self._redis.pipeline(transaction=True) as pipeline:
            pipeline.zadd(paper_keys.due(source), dict.fromkeys(ids, now), xx=True)
            pipeline.set(paper_keys.turn(source), "1", px=max(1, ms(span)))
            await pipeline.execute()

    async def settle(
        self,
        source: PaperSource,
        ids: Sequence[str],
        found: Mapping[str, PaperMetadata],
        span: timedelta,
    ) -> None:
        """Keep what was found, ask later for the rest, and leave the source alone for ``span``.

        One that was asked for in vain ``MOST_TRIES`` times is left. Posts that a paper ties to
        others go to the publisher once more.
        """
        missing = [each for each in ids if each not in found]
        tries = await self._redis.hmget(paper_keys.TRIES, missing) if missing else []
        tied = await asyncio.gather(*map(self._tied_by, found.values()))
        now = await self._now()
        async with self._redis.pipeline(transaction=True) as pipeline:
            self._keep(pipeline, found.values())
            for key in dict.fromkeys(chain.from_iterable(tied)):
                pipeline.xadd(keys.ENTRIES, {"key": key})
            done = list(found)
            for paper_id, before in zip(missing, tries, strict=True):
                if (tried := int(before or 0) + 1) >= MOST_TRIES:
                    pipeline.set(paper_keys.paper(paper_id), "", ex=paper_keys.VAIN_KEPT)
                    done.append(paper_id)
                    continue
                pause = backoff(tried, _FIRST, _LONGEST).total_seconds()
                pipeline.hset(paper_keys.TRIES, paper_id, str(tried))
                pipeline.zadd(paper_keys.due(source), {paper_id: now + pause}, xx=True)
            if done:
                pipeline.zrem(paper_keys.due(source), *done)
                pipeline.hdel(paper_keys.TRIES, *done)
            pipeline.set(paper_keys.turn(source), "1", px=max(1, ms(span)))
            await pipeline.execute()

    def _keep(self, pipeline: Pipeline, works: Iterable[PaperMetadata]) -> None:
        for work in works:
            body = work.model_dump_json()
            pipeline.set(paper_keys.paper(work.id), body, ex=self._retention)
            if title := title_key(work.title):
                pipeline.set(paper_keys.titled(title), work.id, ex=self._retention)

    async def _tied_by(self, work: PaperMetadata) -> list[str]:
        """Keys of the entries whose stories a paper may tie, or make known under its DOI."""
        title = title_key(work.title)
        hints = [f"title:{title}"] if title else []
        stories = await self._stories.found([*paper_lookups(work), *hints])
        if not stories or (len(stories) == 1 and not work.doi):
            return []
        members = await self._stories.members_of(stories)
        return list(chain.from_iterable(members.values()))[:_MOST_REJOINED]

    async def _now(self) -> float:
        return (await server_now(self._redis)).timestamp()


@lru_cache(4096)  # readers are shown the same papers
def _metadata(body: str) -> PaperMetadata | None:
    """None for what a newer program wrote: a title may be missing, a digest may not."""
    try:
        return decode(PaperMetadata, body)
    except NewerVersion:
        return None


def _ids_of(story: Story) -> list[str]:
    entries = (*story.entries, *((story.earlier,) if story.earlier else ()))
    papers = chain.from_iterable(entry.analysis.papers for entry in entries)
    return [paper.id for paper in papers if paper.id]

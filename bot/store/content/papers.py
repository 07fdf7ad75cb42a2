"""What is known of papers, and which of them are still to be asked for."""

import asyncio
import math
import time
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
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
_MOST_RECALLED = 2_000  # papers, and stories with theirs, kept in memory
_UNKNOWN_S = 60.0
_MOST_REJOINED = 16  # posts of stories that one paper ties

_SITES: dict[str, PaperSource] = {"arxiv": "arxiv", "doi": "crossref", "acl": "crossref"}


class _Recalled(NamedTuple):
    """What is known of a paper, None for nothing; after an instant it is to be read again."""

    work: PaperMetadata | None
    until: float


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
        self._recalled: OrderedDict[str, _Recalled] = OrderedDict()
        self._stories_told: OrderedDict[str, tuple[Story, Story]] = OrderedDict()

    async def known(self, paper_ids: Iterable[str]) -> dict[str, PaperMetadata]:
        """What is known of these papers by their ids; one round trip."""
        names = [paper_keys.paper(each) for each in dict.fromkeys(paper_ids)]
        bodies = await self._redis.mget(names) if names else []
        found = decode_readable(_metadata, [str(body) if body else None for body in bodies])
        return {work.id: work for work in found if work}

    async def with_works(self, stories: Iterable[Story]) -> tuple[Story, ...]:
        """The stories with what is known of their papers; one round trip, none for the same again.

        What another process has learnt of a paper that was not known here comes in a minute.
        """
        given = tuple(stories)
        ids = {each for story in given for each in _ids_of(story)}
        known = await self._recall(ids) if ids else {}
        return tuple([self._told(story, known) for story in given]) if known else given

    def _told(self, story: Story, known: Mapping[str, PaperMetadata]) -> Story:
        """The story with its works; the same one for the same again, as what is drawn is kept."""
        works = {each: known[each] for each in _ids_of(story) if each in known}
        if not works:
            return story
        before = self._stories_told.get(story.id)
        if before and before[0] is story and before[1].works == works:
            return before[1]
        told = story.model_copy(update={"works": works})
        self._stories_told[story.id] = story, told
        if len(self._stories_told) > _MOST_RECALLED:
            self._stories_told.popitem(last=False)
        return told

    async def _recall(self, paper_ids: Collection[str]) -> dict[str, PaperMetadata]:
        """What is known of these papers, or was when they were last asked for."""
        now = time.monotonic()
        recalled = {each: self._recalled.get(each) for each in paper_ids}
        asked = [each for each, one in recalled.items() if one is None or one.until < now]
        read = await self.known(asked)
        for paper_id in asked:
            until = math.inf if paper_id in read else now + _UNKNOWN_S
            self._recalled[paper_id] = _Recalled(read.get(paper_id), until)
        while len(self._recalled) > _MOST_RECALLED:
            self._recalled.popitem(last=False)
        return read | {each: one.work for each, one in recalled.items() if one and one.work}

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
        for paper_id in found:
            self._recalled.pop(paper_id, None)

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


def _metadata(body: str) -> PaperMetadata | None:
    """None for what a newer program wrote: a title may be missing, a digest may not."""
    try:
        return decode(PaperMetadata, body)
    except NewerVersion:
        return None


@lru_cache(_MOST_RECALLED)
def _ids_of(story: Story) -> tuple[str, ...]:
    entries = (*story.entries, *((story.earlier,) if story.earlier else ()))
    papers = chain.from_iterable(entry.analysis.papers for entry in entries)
    return tuple(dict.fromkeys(paper.id for paper in papers if paper.id))

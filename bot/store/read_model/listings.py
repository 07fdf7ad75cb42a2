"""What there is of public posts, listed without a survey of all: spans, stories, papers."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from sqlite3 import Connection
from typing import NamedTuple

from bot.model import SKIPPED_KINDS
from bot.store.read_model.follower import ReadModel
from bot.store.read_model.rows import PAPERS_END
from bot.taxonomy.topics import PROMO, Kind, Topic

_FIRST = "SELECT at FROM posts WHERE public AND at IS NOT NULL ORDER BY at LIMIT 1"
_LAST = "SELECT at FROM posts WHERE public AND at IS NOT NULL ORDER BY at DESC LIMIT 1"
_NEWEST = """
SELECT root, max(at) AS last FROM posts WHERE public AND kind != :promo
GROUP BY root ORDER BY last DESC LIMIT :most
"""
_PAPERS = "SELECT papers, max(at) FROM posts WHERE public AND papers != '' GROUP BY papers"
_SKIPPED = ", ".join(f"'{kind}'" for kind in sorted(SKIPPED_KINDS))
# Rows come in the order of an index, so that only those of the first pages are read.
_ON_TOPIC = f"""
SELECT root FROM topics JOIN posts ON posts.id = topics.post
WHERE topic = :of AND topics.at < :until AND topics.public AND importance != 'skip'
  AND kind NOT IN ({_SKIPPED}) ORDER BY topics.at DESC
"""  # noqa: S608 - constants of ours
_OF_KIND = """
SELECT root FROM posts WHERE kind = :of AND at < :until AND public AND importance != 'skip'
ORDER BY at DESC
"""
_OF_SKIPPED_KIND = """
SELECT root FROM posts WHERE kind = :of AND at < :until AND public ORDER BY at DESC
"""


class RootsPage(NamedTuple):
    """Ids of the stories of a page, the newest first, and whether there are ``more``."""

    roots: tuple[str, ...]
    more: bool


class Listings:
    """Answers from the read model as of now; while much is taken in, from what is there."""

    def __init__(self, model: ReadModel) -> None:
        self._model = model

    async def extent(self) -> tuple[datetime, datetime] | None:
        """When the first and the last public post was published; None where there is none."""
        await self._model.state()
        ends = await self._model.ask(
            lambda file: [row[0] for ask in (_FIRST, _LAST) for row in file.execute(ask)]
        )
        return (_instant(ends[0]), _instant(ends[1])) if ends else None

    async def page(
        self, of: Topic | Kind, until: datetime, limit: int, offset: int = 0
    ) -> RootsPage:
        """Stories with a public post on a topic or of a kind before ``until``, as lists show."""
        await self._model.state()
        values = {"of": of, "until": until.timestamp()}
        return await self._model.ask(partial(_page, of=of, values=values, span=(offset, limit)))

    async def newest(self, most: int) -> dict[str, datetime]:
        """The newest public stories, each with its newest post's instant, but for adverts."""
        values = {"promo": PROMO, "most": most}
        rows = await self._model.ask(lambda file: file.execute(_NEWEST, values).fetchall())
        return {root: _instant(at) for root, at in rows}

    async def papers(self) -> dict[str, datetime]:
        """Ids of the papers of public posts, each with the instant of the newest of these."""
        rows = await self._model.ask(lambda file: file.execute(_PAPERS).fetchall())
        last = dict[str, datetime]()
        for names, at in sorted(rows, key=lambda row: row[1]):
            last |= dict.fromkeys(names.split(PAPERS_END)[:-1], _instant(at))
        return last


def _page(
    file: Connection, of: Topic | Kind, values: Mapping[str, object], span: tuple[int, int]
) -> RootsPage:
    offset, limit = span
    kinds = _OF_SKIPPED_KIND if of in SKIPPED_KINDS else _OF_KIND
    rows = file.execute(kinds if isinstance(of, Kind) else _ON_TOPIC, values)
    found = list(islice(_distinct(root for (root,) in rows), offset, offset + limit + 1))
    return RootsPage(tuple(found[:limit]), len(found) > limit)


def _distinct(roots: Iterable[str]) -> Iterable[str]:
    seen = set[str]()
    for root in roots:
        if root not in seen:
            seen.add(root)
            yield root


def _instant(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)

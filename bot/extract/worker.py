"""Post → Entry: the model once per revision, else the analyst without one; never an error text."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from bot.extract import costs, extractive
from bot.extract.breaker import Breaker
from bot.extract.costs import Price
from bot.extract.failures import (
    ModelError,
    ModelNotFound,
    QuotaExceeded,
    RateLimited,
    Unauthorized,
    Unavailable,
    Usage,
)
from bot.model import Analysis, Engine, Entry, Post, utc_now
from bot.store import Store
from bot.store.stream import Item

if TYPE_CHECKING:
    from bot.extract.llm import Model  # loads openai, which a bot without a model never needs

log = structlog.get_logger()

EXTRACTIVE_ID = "extractive-1"
LEAST_LETTERS = 80  # a shorter post without a link is not worth a call
MOST_EDITS = 3  # an edit storm is read again only when it is over
STORM = timedelta(hours=1)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=1)
MOST_ATTEMPTS = 40  # a day and a half
_FATAL = (QuotaExceeded, Unauthorized, ModelNotFound)
_PASSING = (Unavailable, RateLimited, *_FATAL)


class Analyst:
    """Reads posts off the stream; ``model`` None means without a model."""

    def __init__(
        self,
        store: Store,
        model: "Model | None" = None,
        *,
        price: Price = costs.UNKNOWN,
        daily_cap: float = 0.0,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._store, self._model, self._clock = store, model, clock
        self._price, self._cap = price, round(daily_cap * 1_000_000)
        self._breaker = Breaker()

    async def handle(self, item: Item) -> None:
        """Analyse the post that the item names, store its entry, finish the item."""
        post = await self._store.posts.get(item.fields["key"])
        if post is None or post.revision != item.fields["revision"]:
            await self._store.post_stream.finish(item)  # gone, or newer work stands behind this
            return
        if await self._is_read(post):
            await self._store.post_stream.finish(item)
            return
        entry = await self._read(post, item)
        answer = await self._store.entries.commit(entry, item)
        await self._count({"posts": answer == "stored", f"engine_{entry.engine}": 1})
        log.info("read", post=entry.key, engine=entry.engine, kind=entry.analysis.kind)

    async def _is_read(self, post: Post) -> bool:
        """True when the model has read this very revision: it is never paid twice."""
        known = await self._store.entries.get(post.key)
        return known is not None and known.engine == "llm" and known.revision == post.revision

    async def _read(self, post: Post, item: Item) -> Entry:
        if self._model is None or not _worth_a_call(post):
            return self._plain(post)
        if int(item.fields.get("edits", 0)) > MOST_EDITS:
            await self._store.posts.again(post, 1, STORM)
            return self._plain(post)
        analysis, pause = await self._ask(self._model, post)
        if analysis is not None:
            return self._entry(post, analysis, "llm", self._model.prompt_id)
        attempt = int(item.fields.get("attempt", 0)) + 1
        if pause is not None and attempt <= MOST_ATTEMPTS:
            longer = min(pause * 2 ** min(attempt - 1, 8), LONGEST_PAUSE)
            await self._store.posts.again(post, attempt, longer)
        return self._plain(post)

    async def _ask(self, model: "Model", post: Post) -> tuple[Analysis | None, timedelta | None]:
        """The model's analysis, or nothing and after which pause another try makes sense."""
        now = self._clock()
        if not self._breaker.allows(now):
            return None, FIRST_PAUSE
        reserved = costs.most(self._price, post)
        if not await self._store.usage.reserve(now.date(), reserved, self._cap):
            log.warning("budget spent", post=post.key)
            return None, _till_midnight(now)
        usage = Usage()
        try:
            answer = await model.analyse(post)
            usage = answer.usage
            self._breaker.succeeded()
            return answer.analysis, None
        except ModelError as error:
            usage = error.usage
            return None, self._failed(post, error)
        finally:
            await self._book(now, reserved, usage)

    def _failed(self, post: Post, error: ModelError) -> timedelta | None:
        log.warning("model failed", post=post.key, error=type(error).__name__, reason=str(error))
        if not isinstance(error, _PASSING):
            return None  # this post will not fare better another time
        if self._breaker.failed(self._clock(), fatal=isinstance(error, _FATAL)):
            log.error("model off", reason=str(error))
        wait = error.retry_after if isinstance(error, RateLimited) else None
        return max(FIRST_PAUSE, timedelta(seconds=wait or 0))

    async def _book(self, now: datetime, reserved: int, usage: Usage) -> None:
        spent = costs.spent(self._price, usage.prompt, usage.completion)
        await self._store.usage.settle(now.date(), reserved, spent)
        await self._count(
            {
                "model_calls": usage.calls,
                "tokens_read": usage.prompt,
                "tokens_cached": usage.cached,
                "tokens_written": usage.completion,
                "repairs": usage.repaired,
                **{f"offence_{rule}": number for rule, number in usage.offences.items()},
            }
        )

    async def _count(self, counters: dict[str, int]) -> None:
        counted = {name: int(number) for name, number in counters.items() if number}
        await self._store.usage.count(self._clock().date(), counted)

    def _plain(self, post: Post) -> Entry:
        return self._entry(post, extractive.analyse(post), "extractive", EXTRACTIVE_ID)

    def _entry(self, post: Post, analysis: Analysis, engine: Engine, prompt_id: str) -> Entry:
        return Entry(
            post=post,
            analysis=analysis,
            engine=engine,
            prompt_id=prompt_id,
            analysed_at=self._clock(),
        )


def _worth_a_call(post: Post) -> bool:
    letters = sum(char.isalpha() for char in post.text)
    return not post.service and (letters >= LEAST_LETTERS or bool(post.links))


def _till_midnight(now: datetime) -> timedelta:
    """Till the next UTC day, when the budget is new."""
    tomorrow = (now + timedelta(days=1)).replace(hour=0, minute=0, second=5, microsecond=0)
    return tomorrow - now

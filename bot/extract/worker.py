"""Post → Entry: one model call per text, else the extractive analyst; never an error text."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakValueDictionary

import structlog

from bot.counts import CARDS, POSTS_READ, POSTS_SKIPPED, UNIMPORTANT, ProcessCounts
from bot.extract import digest_opening, extractive, reuse
from bot.extract.budget import pricing
from bot.extract.budget.paid_calls import (
    ModelGate,
    NotifyOwners,
    Purpose,
    RetryLater,
    notify_nobody,
)
from bot.extract.errors import (
    BadAnswer,
    BadRequest,
    Filtered,
    ModelError,
    Refused,
    TooLong,
    Truncated,
    Unavailable,
)
from bot.extract.judging import JudgeTrust, ask_judge, earlier_posts
from bot.extract.llm.fallback import ModelChain
from bot.extract.questions.asking import Answerer
from bot.extract.series_context import earlier_card
from bot.extract.told_before import Candidate, told_before
from bot.model import (
    SKIPPED_KINDS,
    Analysis,
    Card,
    Engine,
    Entry,
    Language,
    Opening,
    PeriodName,
    Post,
    Verdict,
    utc_now,
)
from bot.model.post import ASIDE
from bot.model.spend import HISTORY
from bot.store import Store
from bot.store.content.entries import About
from bot.store.content.posts import Opened
from bot.store.queue.stream import Item
from bot.wait import backoff

if TYPE_CHECKING:
    from bot.extract.llm.model import (
        Model,  # loads openai, which a bot without a model never needs
    )
    from bot.extract.llm.prompt import EarlierPost

log = structlog.get_logger()

EXTRACTIVE_ID = "extractive-2"
LEAST_LETTERS = 80  # a shorter post without a link is not worth a call
MOST_EDITS = 3  # an edit storm is read again only when it is over
EDIT_STORM = timedelta(hours=1)
LONGEST_PAUSE = timedelta(hours=1)
_MOST_DOUBLINGS = 9  # of a pause, however short it was at first
MOST_ATTEMPTS = 40  # a day and a half
REREAD_SHARE = 0.5  # of the day's budget: new posts come first
READERS_SHARE = 0.2  # of the day's budget, at most, for all that readers forward and ask
_LASTING = (BadRequest, TooLong, Refused, Filtered, BadAnswer, Truncated)
"""For an owner to see: no other time helps."""


class _Reading(NamedTuple):
    """Under which name the answer is of use to others; or that it was ``saved`` by another's."""

    reading: str = ""
    saved: bool = False


_NOTHING = _Reading()


class Analyst:
    """Reads posts off the stream; ``model`` None means without a model, and so does no budget.

    ``second`` takes over when the server no longer has the model.
    """

    def __init__(
        self,
        store: Store,
        model: "Model | None" = None,
        *,
        second: "Model | None" = None,
        daily_cap: float = 0.0,
        clock: Callable[[], datetime] = utc_now,
        tell: NotifyOwners = notify_nobody,
    ) -> None:
        paid = model if daily_cap > 0 else None
        self.models = ModelChain(paid, second) if paid else None
        self._store, self._clock = store, clock
        self._gate = ModelGate(store, round(daily_cap * 1_000_000), clock, tell)
        self._furniture = extractive.Furniture()
        self._reading: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._trust = JudgeTrust()
        for name in self.models.names if self.models else ():
            store.counts.expect_model(name)

    async def announce(self) -> None:
        """From now on readings by this model and prompt replace those by older ones."""
        if self.models:
            await self.models.recall()
        for prompt_id in self.models.prompt_ids if self.models else ():
            await self._store.entries.prefer(prompt_id)

    async def handle(self, item: Item) -> None:
        """Analyse the post that the item names, store its entry, finish the item."""
        found = await self._store.posts.opened(item.fields["key"])
        if (
            found is None
            or found.revision != item.fields["revision"]
            or self._is_read(found, item)
        ):
            await self._store.post_stream.finish(item)  # gone, done, or newer work stands behind
            return
        models = self.models if is_worth_reading(found.post) else None
        content = reuse.content_key(found.post, models.prompt_id) if models else found.post.key
        async with self._reading.setdefault(content, asyncio.Lock()):  # one question at a time
            entry, told = await self._read(models, found.post, item, content)
            counters = ("posts", f"engine_{entry.engine}", *["calls_saved"] * told.saved)
            about = About(told.reading, self._clock().date(), counters)
            answer = await self._store.entries.commit(entry, item, about)
        if answer == "stored":
            _count(entry, self._store.counts)
        log.info("read", post=entry.key, engine=entry.engine, answer=answer)

    async def read_again(self, post: Post) -> tuple[Entry, str]:
        """The entry of a post by a new question to the model, and what became of it in the store.

        It takes the place of an earlier reading (``stored``), unless the post has changed since
        (``stale``). Raises ``RetryLater`` where no question may be put now, ``ModelError``.
        """
        if self.models is None:
            raise Unavailable("no model is set, or no budget")
        await self.announce()
        asked, models = Item("0-0", {}), self.models
        previous = await earlier_card(self._store, post)
        candidates, shown = await self._told_before(models, post)
        purpose = _purpose(models, post, asked)
        analysis = await self._asked(models, post, previous, shown, purpose)
        verdict = self._trust.heard(analysis.verdict, candidates)
        analysis = analysis.model_copy(update={"verdict": verdict})
        entry = self._entry(post, analysis, "llm", models.prompt_id)
        return entry, await self._store.entries.commit(entry, asked, About(anew=True))

    async def opening(
        self, entries: Sequence[Entry], period: PeriodName, language: Language
    ) -> Opening | None:
        """The checked opening of a digest over its best entries, None where there is none."""
        if self.models is None:
            return None
        return await digest_opening.write_opening(
            self._gate, self.models, entries, period, language
        )

    @property
    def answerer(self) -> Answerer | None:
        """Who answers readers' questions; None without a model, and with one for short forms."""
        if self.models is None or not self.models.compares:
            return None
        return Answerer(self._gate, self.models, READERS_SHARE)

    async def judge(self, entry: Entry, candidates: Sequence[Candidate]) -> Verdict | None:
        """Which of these earlier posts tells the event of an entry, in a call of its own.

        None where no model can be asked: none is there, it is a small one, or it fails.
        """
        if self.models is None or not self.models.compares:
            return None
        shown = await earlier_posts(self._store, entry, candidates)
        if not shown:
            return None
        age = await self._age(entry.post)
        verdict = await ask_judge(self._gate, self.models, entry, shown, age)
        return self._trust.heard(verdict, candidates)

    def _is_read(self, found: Opened, item: Item) -> bool:
        """True when the model has read this very revision: it is not paid twice, except anew."""
        if found.engine != "llm" or found.read != found.revision:
            return False
        anew = "reread" in item.fields and self.models is not None
        return not anew or found.prompt_id == (self.models and self.models.prompt_id)

    async def _read(
        self, models: ModelChain | None, post: Post, item: Item, content: str
    ) -> tuple[Entry, _Reading]:
        """The entry of a post, for the time being without the model where that must wait."""
        if models is None:
            return self._plain(post), _NOTHING
        if int(item.fields.get("edits", 0)) > MOST_EDITS:
            await self._store.posts.again(post, 1, EDIT_STORM)
            return self._plain(post), _NOTHING
        purpose = _purpose(models, post, item)._replace(age=await self._age(post))
        try:
            analysis, told = await self._analysis(models, post, purpose, content)
        except RetryLater as later:
            await self._put_off(post, item, later)
        except ModelError as error:
            log.warning("no model", post=post.key, reason=str(error))
            if isinstance(error, _LASTING):
                await self._store.dead_letters.report(post.key, post.revision, str(error))
        else:
            return self._entry(post, analysis, "llm", models.prompt_id), told
        return self._plain(post), _NOTHING

    async def _put_off(self, post: Post, item: Item, later: RetryLater) -> None:
        """Plan another reading; a known pause is kept, others grow from try to try."""
        if "reread" in item.fields:
            await self._store.backlog.add({post.key: post.published_at})
            await self._store.backlog.rest(later.wait)
            return
        if "reader" in item.fields and later.fixed:
            return  # the readers' share of another day is for what they forward then
        attempt = int(item.fields.get("attempt", 0)) + (not later.fixed)
        if attempt <= MOST_ATTEMPTS:
            wait, longest = later.wait, max(later.wait, LONGEST_PAUSE)
            if not later.fixed:
                wait = backoff(min(attempt, _MOST_DOUBLINGS), wait, longest)
            await self._store.posts.again(post, attempt, wait)

    async def _analysis(
        self, models: ModelChain, post: Post, purpose: Purpose, content: str
    ) -> tuple[Analysis, _Reading]:
        """What the model says, or said when the same text came before."""
        asked = models.prompt_id
        previous = await earlier_card(self._store, post)
        if previous is None and (known := await self._known(post, content)):
            return known, _Reading(saved=True)
        candidates, shown = await self._told_before(models, post)
        analysis = await self._asked(models, post, previous, shown, purpose)
        verdict = self._trust.heard(analysis.verdict, candidates)
        analysis = analysis.model_copy(update={"verdict": verdict})
        # A part of a series is read by more than its text, and in the course of the call the
        # model may have become another one.
        named = previous is None and models.prompt_id == asked
        return analysis, _Reading(content) if named else _NOTHING

    async def _told_before(
        self, models: ModelChain, post: Post
    ) -> "tuple[Sequence[Candidate], Sequence[EarlierPost]]":
        """Posts that may tell the same, to be compared in the call that reads the post."""
        if post.aside or not models.compares:
            return (), ()
        plain = self._plain(post)
        candidates = await told_before(self._store, plain, self._clock(), keep=False)
        return candidates, await earlier_posts(self._store, plain, candidates)

    async def _known(self, post: Post, content: str) -> Analysis | None:
        """What was made of the same text elsewhere."""
        entry = await self._store.entries.reading(content)
        return reuse.reuse_analysis(entry, post, content) if entry else None

    async def _asked(
        self,
        models: ModelChain,
        post: Post,
        previous: Card | None,
        shown: "Sequence[EarlierPost]",
        purpose: Purpose,
    ) -> Analysis:
        return await self._gate.call(
            models,
            purpose,
            lambda meter: models.analyse(post, previous, shown, meter, flex=purpose.waits),
        )

    async def _age(self, post: Post) -> str:
        return HISTORY if await self._store.sources.is_history(post) else ""

    def _plain(self, post: Post) -> Entry:
        read = extractive.analyse(post, self._furniture.of(post))
        return self._entry(post, read, "extractive", EXTRACTIVE_ID)

    def _entry(self, post: Post, analysis: Analysis, engine: Engine, prompt_id: str) -> Entry:
        return Entry(
            post=post,
            analysis=analysis,
            engine=engine,
            prompt_id=prompt_id,
            analysed_at=self._clock(),
        )


def _count(entry: Entry, counts: ProcessCounts) -> None:
    counts.add(POSTS_READ, entry.engine)
    for language in entry.analysis.cards:
        counts.add(CARDS, entry.engine, language)
    if entry.skipped:
        kind = entry.analysis.kind
        counts.add(POSTS_SKIPPED, kind if kind in SKIPPED_KINDS else UNIMPORTANT)


def _purpose(models: ModelChain, post: Post, item: Item) -> Purpose:
    """What reading the item may cost, and out of which part of the day's budget."""
    most, source = pricing.most(models.dearest, post), ASIDE if post.aside else post.channel.ref
    if "reread" in item.fields:
        return Purpose(most, REREAD_SHARE, source, waits=True, post=post.key)
    readers = READERS_SHARE if "reader" in item.fields else None
    return Purpose(most, 1.0, source, readers, post=post.key)


def is_worth_reading(post: Post) -> bool:
    """True for a post with something to read: words or a link, and no message of the service."""
    letters = islice(filter(str.isalpha, post.text), LEAST_LETTERS - 1, None)
    return not post.service and (bool(post.links) or next(letters, "") != "")

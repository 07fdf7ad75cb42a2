"""Memory per post after the whole pipeline, against JSON strings in the same indexes (B5).

Posts lie as close together in time as a million over 120 days. Their words are those of real
posts where these are at hand. What finds stories and repeated texts is gone after 14 days of the
180 that a post is kept, so a full store has it for one post in thirteen.
"""

from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from functools import cache, partial

from bench import seeds
from bench.measure import Options, Report, Row, run
from bench.pipeline import Instant, analyst
from bench.place import emptied, own_store, used
from bench.stories import DATA, texts_in
from bot.config import Settings
from bot.extract.errors import TokenUsage
from bot.extract.llm.model import ModelAnswer
from bot.model import Analysis, Card, Post
from bot.publish.worker import join_story
from bot.store import Store, keys

POSTS, TINY = 10_000, 40
PREFIXES = ("post", "entry", "reading", "story:of", "story:by", "story")
PASSING = ("reading", "story:by")
SHARE = keys.STORY_WINDOW / timedelta(days=Settings.model_fields["retention_days"].default)
LEAST = 200  # characters of a post worth a call


def main(arguments: list[str]) -> int:
    """Measure bytes; ``--size`` posts."""
    return run("memory", arguments, measure)


async def measure(options: Options) -> Report:
    """Both sides in rounds; bytes hardly differ from round to round."""
    report, count = Report("memory"), options.of(POSTS, TINY)
    young, full, theirs = list[float](), list[float](), list[float]()
    async with own_store() as (store, _):
        for _ in range(min(options.rounds, 2)):
            young.append(await _grown(store, count, partial(_pipeline, passing=1.0)))
            shares = await _shares(store, count)
            full.append(await _grown(store, count, partial(_pipeline, passing=SHARE)))
            theirs.append(await _grown(store, count, _strings))
    peer = "JSON of the entry + the same ZSETs"
    report.rows += [
        Row("memory per post of a full store", peer, "bytes", tuple(full), tuple(theirs), "B5",
            ("<=", 0.6)),
        Row("of a post in its first 14 days", peer, "bytes", tuple(young), tuple(theirs)),
    ]  # fmt: skip
    real = "of real posts" if _texts() else "invented"
    report.note(f"words {real}; {', '.join(PASSING)} last 14 days, all else 180")
    parts = ", ".join(f"{name} {size:.0f}" for name, size in shares.items())
    report.note(f"{count} posts; bytes of each kind of key per post: {parts}")
    return report


async def _grown(store: Store, count: int, fill: Callable[[Store, int], Awaitable[None]]) -> float:
    """Bytes by which the server's data grows per post."""
    await emptied(store)
    await store.post_stream.ready()
    await store.entry_stream.ready()
    before = await used(store)
    await fill(store, count)
    return (await used(store) - before) / count


async def _pipeline(store: Store, count: int, passing: float) -> None:
    """Take in, read, join: what stays is what the product keeps.

    Only this share of the posts, the last ones, still has what passes.
    """
    reader = analyst(store, Reader())
    for start in range(0, count, seeds.TOGETHER):
        together = min(seeds.TOGETHER, count - start)
        await store.posts.ingest_all(list(_posts(together, start, count)))
        for item in await store.post_stream.read("bench", together):
            await reader.handle(item)
        for item in await store.entry_stream.read("bench", together):
            await join_story(store, item)
        if start + together < count * (1 - passing):
            await _expire(store)


async def _expire(store: Store) -> None:
    """Remove what passes, as time does."""
    for kind in PASSING:
        found = [key async for key in store.redis.scan_iter(f"{keys.PREFIX}{kind}:*", 10_000)]
        for start in range(0, len(found), seeds.TOGETHER):
            await store.redis.unlink(*found[start : start + seeds.TOGETHER])


async def _strings(store: Store, count: int) -> None:
    """A JSON string per post, listed in as many sorted sets as an entry is."""
    for start in range(0, count, seeds.TOGETHER):
        pipeline = store.redis.pipeline(transaction=False)
        for post in _posts(min(seeds.TOGETHER, count - start), start, count):
            analysis = _analysis(post)
            entry = seeds.entry(post).model_copy(update={"analysis": analysis})
            pipeline.set(keys.entry(post.key), entry.model_dump_json())
            indexes = [keys.INDEX, keys.CHANGED, keys.by_channel(post.channel.ref)]
            for index in indexes:
                pipeline.zadd(index, {post.key: post.published_at.timestamp()})
        await pipeline.execute()


class Reader(Instant):
    """Says in each language what some post says."""

    async def analyse(
        self, post: Post, previous: Card | None = None, earlier_posts: object = (), **_: object
    ) -> ModelAnswer:
        """Cards as long as a model's."""
        return ModelAnswer(_analysis(post), TokenUsage())


def _analysis(post: Post) -> Analysis:
    other = _text(post.message_id * 7 + 3, post.text)
    cards = {"ru": _card(post.text), "en": _card(other)}
    return seeds.analysis(post).model_copy(update={"cards": cards})


def _card(text: str) -> Card:
    return Card(title=text[:80], tldr=text[80:330], bullets=(text[330:420], text[420:500]))


def _posts(count: int, start: int, size: int) -> Iterator[Post]:
    """So many posts of ``size`` in all, with real words where there are any."""
    span = timedelta(days=120) * size / 1_000_000
    for number in range(start, start + count):
        post = seeds.post(number, channels=500, span=span)
        yield post.model_copy(update={"text": _text(number, post.text)})


def _text(number: int, otherwise: str) -> str:
    """A real post's words under a line of their own, so that no two are one text."""
    texts = _texts()
    return f"{otherwise[:60]}\n{texts[number % len(texts)]}" if texts else otherwise


@cache
def _texts() -> list[str]:
    return [text for _, text in texts_in(DATA) if len(text) > LEAST] if DATA.is_dir() else []


async def _shares(store: Store, count: int) -> dict[str, float]:
    """Bytes per post under each prefix, by the server's own count."""
    found = dict.fromkeys((*PREFIXES, "indexes"), 0.0)
    names = [str(key) async for key in store.redis.scan_iter(count=1_000)]
    for start in range(0, len(names), seeds.TOGETHER):
        pipeline = store.redis.pipeline(transaction=False)
        for name in names[start : start + seeds.TOGETHER]:
            pipeline.memory_usage(name, samples=0)
        sizes = await pipeline.execute()
        for name, size in zip(names[start : start + seeds.TOGETHER], sizes, strict=True):
            found[_kind(name)] += (size or 0) / count
    return found


def _kind(name: str) -> str:
    rest = name.removeprefix(keys.PREFIX)
    return next((kind for kind in PREFIXES if rest.startswith(f"{kind}:")), "indexes")

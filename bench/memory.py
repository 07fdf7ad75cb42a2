"""Memory per post after the whole pipeline, against JSON strings in the same indexes (B5)."""

from bench import seeds
from bench.measure import Options, Report, Row, run
from bench.pipeline import analyst
from bench.place import emptied, own_store, used
from bot.publish.worker import join_story
from bot.store import Store, keys
from bot.store.stream import Item, Stream

POSTS, TINY = 5_000, 40
PREFIXES = ("post", "entry", "reading", "story:of", "story:by", "story")


def main(arguments: list[str]) -> int:
    """Measure bytes; ``--size`` posts."""
    return run("memory", arguments, measure)


async def measure(options: Options) -> Report:
    """Both sides in rounds; bytes hardly differ from round to round."""
    report, count = Report("memory"), options.of(POSTS, TINY)
    ours, theirs = list[float](), list[float]()
    async with own_store() as (store, _):
        for _ in range(min(options.rounds, 2)):
            ours.append(await _grown(store, count, plain=False))
            shares = await _shares(store, count)
            theirs.append(await _grown(store, count, plain=True))
    peer = "JSON of the post + the same ZSETs"
    report.rows.append(
        Row("memory per post", peer, "bytes", tuple(ours), tuple(theirs), "B5", ("<=", 0.6))
    )
    parts = ", ".join(f"{name} {size:.0f}" for name, size in shares.items())
    report.note(f"{count} posts; bytes of each kind of key per post: {parts}")
    return report


async def _grown(store: Store, count: int, *, plain: bool) -> float:
    """Bytes by which the server's data has grown per post."""
    await emptied(store)
    await store.post_stream.ready()
    await store.entry_stream.ready()
    before = await used(store)
    await (_strings if plain else _pipeline)(store, count)
    return (await used(store) - before) / count


async def _pipeline(store: Store, count: int) -> None:
    """Take in, read, join: what stays is what the product keeps."""
    for start in range(0, count, seeds.TOGETHER):
        together = min(seeds.TOGETHER, count - start)
        await store.posts.ingest_all(list(seeds.posts(together, start)))
    reader = analyst(store)
    for item in await _all(store.post_stream, count):
        await reader.handle(item)
    for item in await _all(store.entry_stream, count):
        await join_story(store, item)


async def _all(stream: Stream, count: int) -> list[Item]:
    return await stream.read("bench", count)


async def _strings(store: Store, count: int) -> None:
    """A JSON string per post, listed in as many sorted sets as an entry is."""
    for start in range(0, count, seeds.TOGETHER):
        pipeline = store.redis.pipeline(transaction=False)
        for post in seeds.posts(min(seeds.TOGETHER, count - start), start):
            pipeline.set(keys.entry(post.key), seeds.entry(post).model_dump_json())
            indexes = [keys.INDEX, keys.CHANGED, keys.by_channel(post.channel.ref)]
            for index in (*indexes, *map(keys.by_topic, seeds.analysis(post).topics)):
                pipeline.zadd(index, {post.key: post.published_at.timestamp()})
        await pipeline.execute()


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

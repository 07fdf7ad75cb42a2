"""The demo: the sample pages through collect, extract and publish, on a server of its own."""

import time
from tempfile import TemporaryDirectory

from rich.rule import Rule

from bot.collect.preview.page import parse_page
from bot.collect.samples import NOW, pages
from bot.config import Settings
from bot.digest.compose import count_papers
from bot.errors import CommandError
from bot.extract.worker import Analyst
from bot.model import Language
from bot.store import Store, open_store
from bot.taxonomy.topics import Topic, taxonomy
from bot.terminal.pipeline import settle
from bot.terminal.show import out
from bot.terminal.views import print_digest, print_topic


async def demo(language: Language) -> None:
    """Print a digest, the page of a topic and a line of figures."""
    began = time.perf_counter()
    with _own_home() as home:
        settings = Settings(_env_file=None, redis_url=None, fortochka_home=home)
        async with open_store(settings) as store:
            collected = await _collect(store)
            await settle(store, Analyst(store))
            out.print(Rule("fortochka digest"))
            digest = await print_digest(store, "day", language, NOW)
            topic = Topic(taxonomy().field.topic or taxonomy().topics[0].slug)
            out.print(Rule(f"/topic {topic}"))
            await print_topic(store, topic, language, NOW)
            out.print(Rule())
            papers, skipped = count_papers(digest.stories), sum(digest.skipped.values())
            seconds = time.perf_counter() - began
            out.print(
                f"{collected} posts collected; in the digest: {digest.posts} posts, "
                f"{len(digest.stories)} stories, {papers} papers, {skipped} skipped; "
                f"{seconds:.1f} s"
            )


def _own_home() -> TemporaryDirectory[str]:
    try:
        return TemporaryDirectory(prefix="ftk")
    except OSError as error:
        raise CommandError(f"demo: no folder for its data, see TMPDIR ({error})") from None


async def _collect(store: Store) -> int:
    posts = [post for page in pages() for post in parse_page(page).posts]
    for post in posts:
        await store.posts.ingest(await store.channels.adopt(post))
    return len(posts)

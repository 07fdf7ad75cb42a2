"""A text that was read before costs no call, and shows no link that its post lacks."""

import asyncio

import pytest

from bot.extract.reuse import content_key, reuse_analysis
from bot.model import Analysis, Card, Engine, Entry, Link, Origin, Paper, Post, Preview
from bot.store import Store, keys
from bot.taxonomy.topics import Kind, Topic
from tests.extract.work import NOW, TEXT, analyst, entry_of, take
from tests.fakes.entries import make_post
from tests.fakes.openai import FakeOpenAI
from tests.fakes.openai_answers import refuses

ABS = Link(url="https://arxiv.org/abs/2611.04821", kind="paper", paper="arxiv:2611.04821")
PDF = ABS.model_copy(update={"url": "https://arxiv.org/pdf/2611.04821"})
CODE = Link(url="https://github.com/made-up/two-bits", kind="code")
OTHER = Link(url="https://arxiv.org/abs/2611.00001", kind="paper", paper="arxiv:2611.00001")
FIRST = make_post(text=TEXT, links=[ABS])
READ = Analysis(
    kind=Kind("paper_review"),
    topics=(Topic("quantization"),),
    papers=(Paper(id=ABS.paper, url=ABS.url),),
    cards={"en": Card(title="Two bits", tldr="Weights take two bits.")},
)


def again(*links: Link) -> Analysis | None:
    """The kept reading for a post elsewhere with these links."""
    return recalled(make_post("pane_two", 9, TEXT, links=links))


def recalled(post: Post, engine: Engine = "llm") -> Analysis | None:
    entry = Entry(post=FIRST, analysis=READ, engine=engine, prompt_id="p", analysed_at=NOW)
    return reuse_analysis(entry, post, content_key(post, "p"))


def test_a_reading_fits_where_its_papers_stand() -> None:
    assert again(ABS) == READ
    assert again(ABS, CODE) == READ
    moved = again(PDF)
    assert moved is not None
    assert [paper.url for paper in moved.papers] == [PDF.url]


@pytest.mark.parametrize("links", [(), (CODE,), (OTHER,), (ABS, OTHER)])
def test_a_reading_fits_nowhere_else(links: tuple[Link, ...]) -> None:
    assert again(*links) is None


def test_an_entry_that_was_read_otherwise_meanwhile_is_no_answer() -> None:
    assert recalled(FIRST) == READ
    assert recalled(FIRST, "extractive") is None
    assert recalled(make_post(text=f"{TEXT} Edited.", links=[ABS])) is None


def test_what_was_asked_is_the_text_with_all_that_may_be_quoted() -> None:
    same = [
        make_post("pane_two", 7, f"  {TEXT.upper()}\n\n", links=[PDF, CODE]),
        make_post("pane_two", 7, TEXT, links=[ABS], views=9, forward=Origin(name="x")),
    ]
    assert {content_key(post, "p") for post in same} == {content_key(same[0], "p")}
    assert content_key(FIRST, "p") == content_key(make_post(text=TEXT, links=[OTHER]), "p")
    others = [
        make_post(text=TEXT.replace("4", "5")),
        make_post(text=TEXT.replace("7 times", "0.7 times")),
        make_post(text=TEXT, links=[ABS.model_copy(update={"anchor": "by 12 percent"})]),
        make_post(text=TEXT).model_copy(update={"preview": Preview(url="https://a.b", title="T")}),
    ]
    assert len({content_key(post, "p") for post in [FIRST, *others]}) == len(others) + 1
    assert content_key(FIRST, "p") != content_key(FIRST, "q")


async def test_a_repost_costs_no_call(store: Store) -> None:
    async with FakeOpenAI() as fake, analyst(store, fake) as reader:
        for number in range(1, 21):
            post = make_post(f"pane_{number}", number, TEXT, links=[ABS])
            await reader.handle(await take(store, post))
            entry = await entry_of(store, post)
            assert (entry.engine, entry.post.channel.ref) == ("llm", f"@pane_{number}")
            assert [paper.url for paper in entry.analysis.papers] == [ABS.url]
        assert len(fake.posts) == 1
    assert (await store.usage.of(NOW.date()))["calls_saved"] == 19


async def test_reposts_at_the_same_time_wait_for_one_call(store: Store) -> None:
    async with FakeOpenAI() as fake, analyst(store, fake) as reader:
        items = [await take(store, make_post(f"pane_{n}", n, TEXT)) for n in range(1, 9)]
        await asyncio.gather(*(reader.handle(item) for item in items))
        assert len(fake.posts) == 1
    assert (await store.usage.of(NOW.date()))["engine_llm"] == 8


async def test_the_same_words_over_another_paper_are_read(store: Store) -> None:
    async with FakeOpenAI() as fake, analyst(store, fake) as reader:
        for number, link in enumerate((ABS, OTHER), 1):
            await reader.handle(
                await take(store, make_post(f"pane_{number}", 1, TEXT, links=[link]))
            )
        assert len(fake.posts) == 2


async def test_a_failure_is_not_kept(store: Store) -> None:
    async with FakeOpenAI() as fake, analyst(store, fake) as reader:
        fake.script(refuses())
        first, second = (make_post(f"pane_{n}", 1, TEXT) for n in (1, 2))
        for post in (first, second):
            await reader.handle(await take(store, post))
    assert (await entry_of(store, first)).engine == "extractive"
    assert (await entry_of(store, second)).engine == "llm"


async def test_what_is_kept_has_an_end(store: Store) -> None:
    async with FakeOpenAI() as fake, analyst(store, fake) as reader:
        await reader.handle(await take(store, FIRST))
    [key] = [str(key) async for key in store.redis.scan_iter(keys.reading("*"))]
    assert 0 < await store.redis.ttl(key) <= keys.READING_KEPT.total_seconds()

"""Papers from the post to the store: asked in batches and in turn, of sites of every temper."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest
import structlog

from bot.collect.papers.arxiv import ArxivPapers
from bot.collect.papers.crossref import CrossrefPapers
from bot.collect.papers.reader import PaperReader
from bot.collect.papers.site import MAX_ANSWER, PaperSite
from bot.model import Entry, Paper
from bot.store import Store, keys
from bot.store.content.papers import MOST_TRIES
from bot.store.keys import papers as paper_keys
from tests.fakes.entries import make_entry
from tests.fakes.papers import FakePaper, FakePapers, error_entry, feed
from tests.fakes.tme import Reply, bomb, redirect
from tests.waiting import eventually

SOON = timedelta(milliseconds=1)


def naming(*ids: str, number: int = 1, channel: str = "pane_one") -> Entry:
    """An entry whose post links to these papers."""
    papers = [Paper(id=each, url=f"https://papers.example/{each}") for each in ids]
    return make_entry(channel, number, text=f"A post about {ids}.", papers=papers)


@pytest.fixture
async def site() -> AsyncIterator[FakePapers]:
    async with FakePapers() as site:
        yield site


@pytest.fixture
async def arxiv(store: Store, site: FakePapers) -> AsyncIterator[PaperReader]:
    async with PaperSite(site.arxiv_url, contact="owner@example.org", deadline=5) as client:
        yield PaperReader(store, ArxivPapers(client), pause=SOON, first_wait=SOON)


@pytest.fixture
async def crossref(store: Store, site: FakePapers) -> AsyncIterator[PaperReader]:
    async with PaperSite(site.base_url) as client:
        source = CrossrefPapers(client, "owner@example.org")
        yield PaperReader(store, source, pause=SOON, first_wait=SOON)


async def asked(reader: PaperReader, site: FakePapers) -> None:
    """Let the reader ask once more."""
    before = len(site.asked)

    async def came() -> bool:
        await reader.ask_due()
        return len(site.asked) > before

    await eventually(came)


async def waiting(store: Store, source: str = "arxiv") -> int:
    return int(await store.redis.zcard(paper_keys.due(source)))


async def test_a_post_makes_its_papers_known(
    store: Store, site: FakePapers, arxiv: PaperReader, crossref: PaperReader
) -> None:
    site.arxiv = {"2611.04821": FakePaper(), "cs/0301001": FakePaper(title="Old panes")}
    site.crossref = {
        "10.1000/a(1)#x?%2f": {"title": ["Odd"], "issued": {"date-parts": [[2020]]}},
        "10.18653/v1/2026.acl-long.1": {"title": ["A Pane"], "type": "proceedings-article"},
    }
    await store.posts.ingest(naming("arxiv:2611.04821", "arxiv:cs/0301001", "pmlr:v1/x").post)
    await store.posts.ingest(
        naming("doi:10.1000/a(1)#x?%2f", "acl:2026.acl-long.1", number=2).post
    )
    await asked(arxiv, site)
    for _ in range(2):
        await asked(crossref, site)
    known = await store.papers.known(
        ["arxiv:2611.04821", "arxiv:cs/0301001", "doi:10.1000/a(1)#x?%2f", "acl:2026.acl-long.1"]
    )
    assert [work.title for work in known.values()] == [
        "Panes of Half a Bit for Small Weights",
        "Old panes",
        "Odd",
        "A Pane",
    ]
    assert len(site.asked) == 3  # both of arXiv at once
    assert await waiting(store) == await waiting(store, "crossref") == 0
    assert await arxiv.ask_due() > 0
    assert site.queries[0]["max_results"] == "2"
    assert "mailto:owner@example.org" in site.agents[0]
    assert site.queries[1]["mailto"] == "owner@example.org"
    for each in known:
        assert 0 < await store.redis.ttl(paper_keys.paper(each)) <= 120 * 86_400
    await store.posts.ingest(naming("arxiv:2611.04821", number=3).post)
    assert await waiting(store) == 0


async def test_nothing_is_asked_for_what_a_reader_forwarded(store: Store) -> None:
    post = naming("arxiv:2611.04821").post
    aside = post.channel.model_copy(update={"ref": "~@pane_one"})
    await store.posts.ingest(post.model_copy(update={"channel": aside}))
    assert await waiting(store) == 0


async def test_two_processes_share_one_pace(store: Store) -> None:
    ids = [f"2611.{number:05}" for number in range(120)]
    async with FakePapers({each: FakePaper() for each in ids}, apart_s=0.2) as site:
        await store.posts.ingest(naming(*(f"arxiv:{each}" for each in ids)).post)
        stop = asyncio.Event()
        async with (
            PaperSite(site.arxiv_url) as one,
            PaperSite(site.arxiv_url) as two,
            asyncio.TaskGroup() as group,
        ):
            for client in (one, two):
                pause = timedelta(seconds=0.3)
                group.create_task(PaperReader(store, ArxivPapers(client), pause=pause).run(stop))
            await site.until(lambda site: len(site.asked) == 3)
            stop.set()
        assert site.too_fast == 0
        assert sorted(each for batch in site.asked for each in batch) == ids
        assert len(await store.papers.known(f"arxiv:{each}" for each in ids)) == 120


async def test_what_a_killed_process_claimed_is_asked_again(
    store: Store, site: FakePapers, arxiv: PaperReader
) -> None:
    site.arxiv = {"2611.04821": FakePaper()}
    await store.posts.ingest(naming("arxiv:2611.04821").post)
    turn = await store.papers.claim("arxiv", 50, timedelta(milliseconds=50))
    assert turn.ids == ("arxiv:2611.04821",)
    assert (await store.papers.claim("arxiv", 50, timedelta(seconds=9))).ids == ()
    await asked(arxiv, site)
    assert await store.papers.known(["arxiv:2611.04821"])


async def test_a_paper_that_nobody_knows_is_left_in_the_end(
    store: Store, site: FakePapers, arxiv: PaperReader
) -> None:
    await store.posts.ingest(naming("arxiv:2611.04821").post)
    for tries in range(1, MOST_TRIES + 1):
        await asked(arxiv, site)
        if tries < MOST_TRIES:
            due = await store.redis.zscore(paper_keys.due("arxiv"), "arxiv:2611.04821")
            assert float(due or 0) > (await store.now()).timestamp() + 3_000
        await store.redis.zadd(paper_keys.due("arxiv"), {"arxiv:2611.04821": 0}, xx=True)
    await store.posts.ingest(naming("arxiv:2611.04821", number=2).post)
    assert await waiting(store) == 0
    assert await store.redis.hlen(paper_keys.TRIES) == 0
    assert await store.papers.known(["arxiv:2611.04821"]) == {}
    left = await store.redis.ttl(paper_keys.paper("arxiv:2611.04821"))
    assert 0 < left <= paper_keys.VAIN_KEPT.total_seconds()


async def test_one_wrong_id_takes_no_other_paper_along(
    store: Store, site: FakePapers, arxiv: PaperReader
) -> None:
    """The site refuses a batch for one id, which the program takes for a good one."""
    good = [f"arxiv:2611.{number:05}" for number in range(9)]
    site.arxiv = {each.removeprefix("arxiv:"): FakePaper() for each in good}
    await store.posts.ingest(naming(*good, "arxiv:alg-geom.XY/9901001").post)
    site.scripted = [Reply(feed(error_entry("incorrect id format")), status=400)] * 2
    while len(await store.papers.known(good)) < len(good):
        await asked(arxiv, site)
    assert await waiting(store) == 1


REFUSALS = [
    Reply(status=503),
    Reply(status=500),
    Reply("Rate exceeded.", status=429, headers={"Retry-After": "0"}),
    Reply("<html>Sign in to the network</html>"),
    Reply(feed(FakePaper(title="Another").entry("2611.99999"))),
    Reply("x" * (MAX_ANSWER + 1)),
    bomb(100 * 2**20, members=10),
    redirect("http://169.254.169.254/latest"),
    redirect("https://elsewhere.example/api"),
]


@pytest.mark.parametrize("refusal", REFUSALS, ids=range(len(REFUSALS)))
async def test_a_site_that_answers_anything_else_is_asked_again(
    store: Store, site: FakePapers, arxiv: PaperReader, refusal: Reply
) -> None:
    ids = ["arxiv:2611.04821", "arxiv:2611.04822"]
    site.arxiv = {each.removeprefix("arxiv:"): FakePaper() for each in ids}
    await store.posts.ingest(naming(*ids).post)
    site.scripted = [refusal]
    with structlog.testing.capture_logs() as logs:
        await asked(arxiv, site)
        assert await store.papers.known(ids) == {}
        while len(await store.papers.known(ids)) < 2:
            await asked(arxiv, site)
    said = [line for line in logs if line["event"] == "papers unavailable"]
    assert [line["log_level"] for line in said] == ["warning"]
    assert await waiting(store) == 0


async def test_a_pause_that_a_site_asks_for_is_kept(
    store: Store, site: FakePapers, arxiv: PaperReader
) -> None:
    await store.posts.ingest(naming("arxiv:2611.04821").post)
    site.scripted = [Reply(status=503, headers={"Retry-After": "3600"})]
    await asked(arxiv, site)
    turn = await store.papers.claim("arxiv", 50, SOON)
    assert turn.ids == ()
    assert 3_000 < turn.wait <= 3_600


async def test_another_paper_blocks_no_others(
    store: Store, site: FakePapers, crossref: PaperReader
) -> None:
    site.crossref = {"10.1000/b": {"title": ["B"]}}
    await store.posts.ingest(naming("doi:10.1000/a", "doi:10.1000/b").post)
    site.scripted = [Reply('{"message": {"DOI": "10.1000/other", "title": ["Other"]}}')]
    for _ in range(2):
        await asked(crossref, site)
    assert list(await store.papers.known(["doi:10.1000/a", "doi:10.1000/b"])) == ["doi:10.1000/b"]
    assert await waiting(store, "crossref") == 1  # an hour later


async def test_a_slow_site_is_given_up_for_this_time(store: Store, site: FakePapers) -> None:
    await store.posts.ingest(naming("arxiv:2611.04821").post)
    site.scripted = [Reply(delay=30.0)]
    async with PaperSite(site.arxiv_url, deadline=0.2) as client:
        reader = PaperReader(store, ArxivPapers(client), pause=SOON, first_wait=SOON)
        await asked(reader, site)
    assert await waiting(store) == 1


class Inside(aiohttp.abc.AbstractResolver):
    """Every name leads into the private network."""

    async def resolve(
        self, host: str, port: int = 0, family: int = 0
    ) -> list[aiohttp.abc.ResolveResult]:
        entry = aiohttp.abc.ResolveResult(
            hostname=host, host="10.0.0.1", port=port, family=family, proto=0, flags=0
        )
        return [entry]

    async def close(self) -> None:
        """Nothing is open."""


async def test_a_redirect_into_a_private_network_is_not_followed(
    store: Store, site: FakePapers
) -> None:
    await store.posts.ingest(naming("arxiv:2611.04821").post)
    site.scripted = [redirect("https://export.arxiv.org/api/query")]
    async with PaperSite(site.arxiv_url, resolver=Inside()) as client:
        reader = PaperReader(store, ArxivPapers(client), pause=SOON, first_wait=SOON)
        with structlog.testing.capture_logs() as logs:
            await asked(reader, site)
    assert [line["reason"] for line in logs if line["event"] == "papers unavailable"] == [
        "no answer (ClientConnectorDNSError)"
    ]


async def test_a_damaged_value_keeps_back_no_other(store: Store, site: FakePapers) -> None:
    await store.redis.set(paper_keys.paper("arxiv:2611.04821"), '{"v": 99}')
    await store.redis.set(keys.PREFIX + "paper:arxiv:2611.04822", "no json")
    assert await store.papers.known(["arxiv:2611.04821", "arxiv:2611.04822"]) == {}

"""The archive for programs over a real server: forms of pages, feeds polled, a reader's own."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
import atoma
import bibtexparser
import feedparser
import jsonschema
import pytest
from selectolax.lexbor import LexborHTMLParser

from bot.config import Settings
from bot.model import Entry, Subscription
from bot.store import Store
from bot.taxonomy.topics import Topic
from bot.web.own_feed import OWN_FEED_DAYS
from bot.web.serve import serve_archive
from tests.fakes.entries import NOON, make_channel, make_entry, make_paper
from tests.telegram.seeding import put
from tests.waiting import eventually

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"
CHECK = jsonschema.Draft202012Validator(json.loads((DOCS / "json.schema.json").read_text("utf-8")))
SITE = "https://archive.example"
READER = 7_654_321_098
PAPER = "arxiv:2611.04821"


class Got(NamedTuple):
    """An answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Site:
    """A client that follows no redirects; ``asker`` is whom a proxy names."""

    def __init__(self, client: aiohttp.ClientSession, port: int) -> None:
        self._client, self._port = client, port

    async def get(self, path: str, asker: str = "203.0.113.1", **headers: str) -> Got:
        given = {"X-Forwarded-For": asker, **headers}
        address = f"http://127.0.0.1:{self._port}{path}"
        async with self._client.get(address, headers=given, allow_redirects=False) as answer:
            return Got(answer.status, answer.headers, await answer.read())


@asynccontextmanager
async def served(settings: Settings, store: Store, port: int) -> AsyncIterator[Site]:
    shown = settings.model_copy(update={"web_port": port, "web_url": SITE})
    stop = asyncio.Event()
    stage = asyncio.create_task(serve_archive(shown, store, stop, lambda: NOON))
    async with aiohttp.ClientSession() as client:
        site = Site(client, port)

        async def is_up() -> bool:
            try:
                return (await site.get("/robots.txt")).status == 200
            except aiohttp.ClientConnectionError:
                return False

        await eventually(is_up)
        yield site
    stop.set()
    await stage


@pytest.fixture
async def site(settings: Settings, store: Store, free_port: int) -> AsyncIterator[Site]:
    async with served(settings, store, free_port) as found:
        yield found


def posts() -> tuple[Entry, ...]:
    """Two channels on one paper, another story, and what a private channel says."""
    half = make_paper(title="Half a bit")
    private = make_channel("pane_shut", "Shut").model_copy(update={"handle": None, "ref": "77"})
    return (
        make_entry("pane_one", 1, title="Half <b>a</b> bit", papers=[half], hours_ago=5),
        make_entry("pane_two", 2, text="the same", title="The same", papers=[half], hours_ago=4),
        make_entry("pane_two", 3, text="agents at work", title="Agents", topics=["agents"]),
        make_entry(private, 4, text="a secret of one", title="Behind a door", hours_ago=3),
    )


async def story_of(store: Store, key: str) -> str:
    return (await store.stories.of([key]))[key]


async def test_pages_name_their_forms_and_each_is_what_it_says(site: Site, store: Store) -> None:
    await put(store, *posts())
    story = await story_of(store, "@pane_one/1")
    pages = ["", "d/2026-11-20", "t/quantization", "k/paper_review", f"s/{story}", f"p/{PAPER}"]
    pages += ["c/pane_two", "search?q=same", "contents"]
    kinds: dict[str, set[str]] = {}
    for page in pages:
        head = LexborHTMLParser((await site.get(f"/en/{page}")).body.decode()).css("head link")
        forms = {
            str(link.attributes["href"]): link.attributes["type"]
            for link in head
            if link.attributes["rel"] == "alternate" and "type" in link.attributes
        }
        for address, content_type in forms.items():
            got = await site.get(address)
            assert got.status == 200, address
            assert got.headers["Content-Type"] == f"{content_type}; charset=utf-8"
            assert b"Behind a door" not in got.body
            read(str(content_type), got.body)
        kinds[page] = {str(each).rpartition("/")[2] for each in forms.values()}
    feeds = {"atom+xml", "feed+json"}
    assert kinds.pop("contents") == {"json"}
    assert kinds.pop(f"s/{story}") == {"json", "markdown", "x-bibtex"}
    assert all(feeds | {"json", "markdown"} <= found for found in kinds.values())


def read(content_type: str, body: bytes) -> None:
    """Each form by a program that is not ours."""
    match content_type.rpartition("/")[2]:
        case "atom+xml":
            assert not feedparser.parse(body).bozo
            assert atoma.parse_atom_bytes(body).entries
        case "feed+json":
            assert atoma.parse_json_feed_bytes(body).items
        case "json":
            CHECK.validate(json.loads(body))
        case "x-bibtex":
            assert bibtexparser.parse_string(body.decode()).entries
        case "markdown":
            assert body.startswith(b"# ")


async def test_a_feed_leads_to_pages_of_the_site(site: Site, store: Store) -> None:
    await put(store, *posts())
    feed = atoma.parse_atom_bytes((await site.get("/en/t/quantization.atom")).body)
    assert {link.href for link in feed.links} == {
        f"{SITE}/en/t/quantization",
        f"{SITE}/en/t/quantization.atom",
    }
    [entry] = feed.entries
    assert entry.title.value == "Half <b>a</b> bit"
    [page] = [link.href for link in entry.links if link.rel == "alternate"]
    assert (await site.get(page.removeprefix(SITE))).status == 200


async def test_a_paper_has_an_item_for_each_post_and_a_bibliography_of_one(
    site: Site, store: Store
) -> None:
    await put(
        store, *posts(), make_entry("pane_one", 9, text="both", papers=["2611.04821", "2611.1"])
    )
    items = (await site.get(f"/ru/p/{PAPER}.feed.json")).json()["items"]
    assert [item["external_url"] for item in items] == [
        "https://t.me/pane_one/9",
        "https://t.me/pane_two/2",
        "https://t.me/pane_one/1",
    ]
    found = bibtexparser.parse_string((await site.get(f"/en/p/{PAPER}.bib")).body.decode())
    assert [entry.key for entry in found.entries] == [PAPER]


async def test_json_of_pages(site: Site, store: Store) -> None:
    await put(store, *posts())
    paper = (await site.get(f"/en/p/{PAPER}.json")).json()
    assert (paper["paper"]["id"], paper["total"]) == (PAPER, 2)
    channel = (await site.get("/en/c/pane_two.json")).json()
    assert channel["channel"]["url"] == "https://t.me/pane_two"
    assert [post["title"] for post in channel["posts"]] == ["Agents", "The same"]
    story = (await site.get(f"/en/s/{channel['posts'][1]['story']}.json")).json()["story"]
    assert [source["channel"] for source in story["sources"]] == ["pane_one", "pane_two"]
    found = (await site.get("/en/search.json?q=agents")).json()
    assert (found["query"], found["total"], found["pages"]) == ("agents", 1, 1)
    assert (await site.get("/en/contents.json")).json()["months"] == ["2026-11"]


async def test_an_archive_of_nothing_has_empty_feeds(site: Site) -> None:
    for page in ("now", "t/agents", "k/news", "search"):
        query = "?q=anything" if page == "search" else ""
        got = await site.get(f"/ru/{page}.atom{query}")
        assert (got.status, atoma.parse_atom_bytes(got.body).entries) == (200, [])
        assert (await site.get(f"/ru/{page}.feed.json{query}")).json()["items"] == []
        CHECK.validate((await site.get(f"/ru/{page}.json{query}")).json())


async def test_a_feed_that_is_polled_is_the_same_until_something_is_new(
    site: Site, store: Store
) -> None:
    one, two, other, _ = posts()
    await put(store, one, other)
    first = await site.get("/en/t/quantization.atom")
    tag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "public, max-age=60"
    for _ in range(30):
        again = await site.get("/en/t/quantization.atom", **{"If-None-Match": tag})
        assert (again.status, again.body) == (304, b"")
    before = atoma.parse_atom_bytes(first.body)
    await put(store, two)
    changed = await site.get("/en/t/quantization.atom", **{"If-None-Match": tag})
    after = atoma.parse_atom_bytes(changed.body)
    assert changed.status == 200
    assert [entry.id_ for entry in after.entries] == [entry.id_ for entry in before.entries]
    assert len(after.entries[0].authors) == 2


@pytest.mark.parametrize(
    "path",
    ["t/agents.rss", "t/nothing.atom", "s/0123456789ab.atom", ".atom", "now.atom.atom", "d/.json"]
    + ["contents.atom", "search.atom", "t/agents/2.atom", "p/arxiv:9.json", "feed.json"],
)
async def test_there_is_no_form_of_what_is_not_there(site: Site, path: str) -> None:
    got = await site.get(f"/en/{path}")
    assert (got.status, got.headers["Cache-Control"]) == (404, "no-store")


async def test_a_form_has_one_address_too(site: Site, store: Store) -> None:
    await put(store, *posts())
    story = await story_of(store, "@pane_two/2")
    moved = {"t/agents/1.json": "t/agents.json", "c/Pane_Two.atom": "c/pane_two.atom"}
    for path, right in moved.items():
        got = await site.get(f"/en/{path}")
        assert (got.status, got.headers["Location"]) == (301, f"/en/{right}")
    assert story == await story_of(store, "@pane_one/1")


async def test_a_doi_may_end_as_a_form_does(site: Site, store: Store) -> None:
    paper = make_paper().model_copy(
        update={"id": "doi:10.9/a.json", "url": "https://doi.org/10.9/a"}
    )
    await put(store, make_entry(papers=[paper]))
    assert b"<h1>" in (await site.get("/en/p/doi:10.9/a.json")).body
    assert (await site.get("/en/p/doi:10.9/a.json.json")).json()["paper"]["id"] == paper.id


async def own(store: Store, **settings: Any) -> str:
    """A reader with a feed; what it is asked for by."""
    await store.subscriptions.save(Subscription(chat_id=READER, **settings), None)
    return await store.feeds.make(READER, 1)


async def test_a_readers_feed_has_what_his_digests_would_show(site: Site, store: Store) -> None:
    days = [
        make_entry(
            "pane_one", 100 + day, text=f"day {day}", title=f"Day {day}", hours_ago=24 * day + 6
        )
        for day in range(OWN_FEED_DAYS + 2)
    ]
    await put(store, *posts(), *days)
    secret = await own(store, topics=(Topic("quantization"),), language="ru")
    got = await site.get(f"/feed/{secret}.atom")
    assert got.headers["Cache-Control"] == "private, no-store"
    assert got.headers["X-Robots-Tag"] == "noindex, nofollow"
    found = atoma.parse_atom_bytes(got.body)
    titles = [entry.title.value for entry in found.entries]
    assert found.title.value == "Форточка: мои дайджесты"
    assert {f"Day {day}" for day in range(1, OWN_FEED_DAYS)} <= {*titles}
    assert not {"Agents", "Behind a door", f"Day {OWN_FEED_DAYS + 1}"} & {*titles}
    assert len({entry.id_ for entry in found.entries}) == len(titles)
    assert str(READER).encode() not in got.body
    again = await site.get(f"/feed/{secret}.atom", **{"If-None-Match": got.headers["ETag"]})
    assert (again.status, again.headers["Cache-Control"]) == (304, "private, no-store")
    other = (await site.get(f"/feed/{secret}.feed.json")).json()
    assert [item["title"] for item in other["items"]] == titles


async def test_a_changed_topic_is_in_the_feed_at_once(site: Site, store: Store) -> None:
    await put(store, *posts())
    secret = await own(store, topics=(Topic("quantization"),), at=NOON.time())
    assert b"Agents" not in (await site.get(f"/feed/{secret}.atom")).body
    agents = Subscription(chat_id=READER, topics=(Topic("agents"),), at=NOON.time())
    await store.subscriptions.save(agents, None)
    assert b"Agents" in (await site.get(f"/feed/{secret}.atom")).body


async def test_whatever_is_no_feed_is_answered_alike(site: Site, store: Store) -> None:
    ended = await own(store)
    secret = await store.feeds.make(READER, 2)
    wrong = [ended, secret[:-1], secret + "A", "A" * 32, "", "%00", "..%2F" + secret, "я" * 32]
    paths = [f"/feed/{each}.atom" for each in wrong]
    paths += [
        f"/feed/{secret}",
        f"/feed/{secret}.json",
        f"/feed/x/{secret}.atom",
        f"/en/feed/{secret}.atom",
    ]
    answers = [await site.get(path) for path in paths]
    assert {(got.status, got.body) for got in answers} == {(404, answers[0].body)}
    assert {got.headers["Cache-Control"] for got in answers} == {"no-store"}
    assert (await site.get(f"/feed/{secret}.atom")).status == 200


async def test_guessing_is_stopped_and_harms_nobody_else(site: Site, store: Store) -> None:
    secret = await own(store)
    guesses = [site.get(f"/feed/{n:032}.atom", "198.51.100.7") for n in range(1_000)]
    statuses = [got.status for got in await asyncio.gather(*guesses)]
    assert set(statuses) == {404, 429}
    assert statuses.count(429) > 500
    assert (await site.get(f"/feed/{secret}.atom", "203.0.113.9")).status == 200


async def test_a_feed_ends_when_its_reader_is_forgotten(site: Site, store: Store) -> None:
    secret = await own(store)
    assert (await site.get(f"/feed/{secret}.atom")).status == 200
    await store.erasure.erase(READER)
    assert (await site.get(f"/feed/{secret}.atom")).status == 404


async def test_hostile_titles_stay_words_in_every_form(site: Site, store: Store) -> None:
    title = "<script>alert(1)</script> ]]>\u202e\x00\ufffe & {x} word\u2060"
    await put(store, make_entry(title=title, tldr=title, papers=[make_paper(title=title)]))
    for ending in ("atom", "feed.json", "json", "bib", "md"):
        got = await site.get(f"/en/t/quantization.{ending}")
        assert got.status == 200
        read(got.headers["Content-Type"].partition(";")[0], got.body)
        assert not {"\x00", "\u202e"} & {*got.body.decode()}

"""The archive for programs over a real server: forms of pages, feeds polled, a reader's own."""

import asyncio
import json
from pathlib import Path
from typing import Any

import atoma
import feedparser
import jsonschema
import pytest
from bibtexparser.entrypoint import parse_string
from selectolax.lexbor import LexborHTMLParser

from bot.model import Entry, Subscription
from bot.store import Store
from bot.store.keys import stories as story_keys
from bot.taxonomy.topics import Topic
from bot.web.own_feed import OWN_FEED_DAYS
from tests.fakes.entries import NOON, make_channel, make_entry, make_paper
from tests.telegram.seeding import put
from tests.waiting import eventually
from tests.web.conftest import PUBLIC_URL, Answer, Visitor

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"
CHECK = jsonschema.Draft202012Validator(json.loads((DOCS / "json.schema.json").read_text("utf-8")))
READER = 7_654_321_098
PAPER = "arxiv:2611.04821"


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


async def test_pages_name_their_forms_and_each_is_what_it_says(
    visitor: Visitor, store: Store
) -> None:
    await put(store, *posts())
    story = await story_of(store, "@pane_one/1")
    pages = ["", "d/2026-11-20", "t/quantization", "k/paper_review", f"s/{story}", f"p/{PAPER}"]
    pages += ["c/pane_two", "search?q=same", "contents"]
    kinds: dict[str, set[str]] = {}
    for page in pages:
        head = LexborHTMLParser((await visitor.get(f"/en/{page}")).body.decode()).css("head link")
        forms = {
            str(link.attributes["href"]): link.attributes["type"]
            for link in head
            if link.attributes["rel"] == "alternate" and "type" in link.attributes
        }
        for address, content_type in forms.items():
            got = await visitor.get(address)
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
            assert parse_string(body.decode()).entries
        case "markdown":
            assert body.startswith(b"# ")


async def test_a_feed_leads_to_pages_of_the_site(visitor: Visitor, store: Store) -> None:
    await put(store, *posts())
    feed = atoma.parse_atom_bytes((await visitor.get("/en/t/quantization.atom")).body)
    assert {link.href for link in feed.links} == {
        f"{PUBLIC_URL}/en/t/quantization",
        f"{PUBLIC_URL}/en/t/quantization.atom",
    }
    [entry] = feed.entries
    assert entry.title.value == "Half <b>a</b> bit"
    [page] = [link.href for link in entry.links if link.rel == "alternate"]
    assert (await visitor.get(page.removeprefix(PUBLIC_URL))).status == 200


async def test_a_paper_has_an_item_for_each_post_and_a_bibliography_of_one(
    visitor: Visitor, store: Store
) -> None:
    await put(
        store, *posts(), make_entry("pane_one", 9, text="both", papers=["2611.04821", "2611.1"])
    )
    items = json.loads(await visitor.page(f"/ru/p/{PAPER}.feed.json"))["items"]
    assert [item["external_url"] for item in items] == [
        "https://t.me/pane_one/9",
        "https://t.me/pane_two/2",
        "https://t.me/pane_one/1",
    ]
    found = parse_string((await visitor.get(f"/en/p/{PAPER}.bib")).body.decode())
    assert [entry.key for entry in found.entries] == [PAPER]


async def test_json_of_pages(visitor: Visitor, store: Store) -> None:
    await put(store, *posts())
    paper = json.loads(await visitor.page(f"/en/p/{PAPER}.json"))
    assert (paper["paper"]["id"], paper["total"]) == (PAPER, 2)
    channel = json.loads(await visitor.page("/en/c/pane_two.json"))
    assert channel["channel"]["url"] == "https://t.me/pane_two"
    assert [post["title"] for post in channel["posts"]] == ["Agents", "The same"]
    story = json.loads(await visitor.page(f"/en/s/{channel['posts'][1]['story']}.json"))["story"]
    assert [source["channel"] for source in story["sources"]] == ["pane_one", "pane_two"]
    found = json.loads(await visitor.page("/en/search.json?q=agents"))
    assert (found["query"], found["total"], found["pages"]) == ("agents", 1, 1)
    assert json.loads(await visitor.page("/en/contents.json"))["months"] == ["2026-11"]


async def test_an_archive_of_nothing_has_empty_feeds(visitor: Visitor) -> None:
    for page in ("now", "t/agents", "k/news", "search"):
        query = "?q=anything" if page == "search" else ""
        got = await visitor.get(f"/ru/{page}.atom{query}")
        assert (got.status, atoma.parse_atom_bytes(got.body).entries) == (200, [])
        assert json.loads(await visitor.page(f"/ru/{page}.feed.json{query}"))["items"] == []
        CHECK.validate(json.loads(await visitor.page(f"/ru/{page}.json{query}")))


async def test_a_feed_that_is_polled_is_the_same_until_something_is_new(
    visitor: Visitor, store: Store
) -> None:
    one, two, other, _ = posts()
    await put(store, one, other)
    first = await visitor.get("/en/t/quantization.atom")
    tag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "public, max-age=60"
    for _ in range(30):
        again = await visitor.get("/en/t/quantization.atom", {"If-None-Match": tag})
        assert (again.status, again.body) == (304, b"")
    before = atoma.parse_atom_bytes(first.body)
    await put(store, two)
    polled: list[Answer] = []

    async def is_new() -> bool:
        polled.append(await visitor.get("/en/t/quantization.atom", {"If-None-Match": tag}))
        return polled[-1].status == 200

    await eventually(is_new)  # one that is slow to draw is shown as it was, meanwhile
    after = atoma.parse_atom_bytes(polled[-1].body)
    assert [entry.id_ for entry in after.entries] == [entry.id_ for entry in before.entries]
    assert len(after.entries[0].authors) == 2


@pytest.mark.parametrize(
    "path",
    [
        *("t/agents.rss", "t/nothing.atom", "s/0123456789ab.atom", ".atom", "now.atom.atom"),
        *("contents.atom", "search.atom", "t/agents/2.atom", "p/arxiv:9.json", "d/.json"),
        *("feed.json", "contents.md", "now.feed"),
    ],
)
async def test_there_is_no_form_of_what_is_not_there(visitor: Visitor, path: str) -> None:
    got = await visitor.get(f"/en/{path}")
    assert (got.status, got.headers["Cache-Control"]) == (404, "no-store")


async def test_a_form_has_one_address_too(visitor: Visitor, store: Store) -> None:
    await put(store, *posts())
    story = await story_of(store, "@pane_two/2")
    await store.redis.set(story_keys.alias("0123456789ab"), story)
    moved = {"t/agents/1.json": "t/agents.json", "s/0123456789ab.md": f"s/{story}.md"}
    for path, right in moved.items():
        got = await visitor.get(f"/en/{path}")
        assert (got.status, got.headers["Location"]) == (301, f"/en/{right}")


async def test_a_doi_may_end_as_a_form_does(visitor: Visitor, store: Store) -> None:
    paper = make_paper().model_copy(
        update={"id": "doi:10.9/a.json", "url": "https://doi.org/10.9/a"}
    )
    await put(store, make_entry(papers=[paper]))
    assert b"<h1>" in (await visitor.get("/en/p/doi:10.9/a.json")).body
    assert json.loads(await visitor.page("/en/p/doi:10.9/a.json.json"))["paper"]["id"] == paper.id


async def own(store: Store, **settings: Any) -> str:
    """A reader with a feed; what it is asked for by."""
    await store.subscriptions.save(Subscription(chat_id=READER, **settings), None)
    return await store.feeds.make(READER, 1)


async def test_a_readers_feed_has_what_his_digests_would_show(
    visitor: Visitor, store: Store
) -> None:
    days = [
        make_entry(
            "pane_one", 100 + day, text=f"day {day}", title=f"Day {day}", hours_ago=24 * day + 6
        )
        for day in range(OWN_FEED_DAYS + 2)
    ]
    await put(store, *posts(), *days)
    secret = await own(store, topics=(Topic("quantization"),), language="ru")
    got = await visitor.get(f"/feed/{secret}.atom")
    assert got.headers["Cache-Control"] == "private, no-store"
    assert got.headers["X-Robots-Tag"] == "noindex, nofollow"
    found = atoma.parse_atom_bytes(got.body)
    titles = [entry.title.value for entry in found.entries]
    assert found.title.value == "Форточка: мои дайджесты"
    assert {f"Day {day}" for day in range(1, OWN_FEED_DAYS)} <= {*titles}
    assert not {"Agents", "Behind a door", f"Day {OWN_FEED_DAYS + 1}"} & {*titles}
    assert len({entry.id_ for entry in found.entries}) == len(titles)
    assert str(READER).encode() not in got.body
    again = await visitor.get(f"/feed/{secret}.atom", {"If-None-Match": got.headers["ETag"]})
    assert (again.status, again.headers["Cache-Control"]) == (304, "private, no-store")
    other = json.loads(await visitor.page(f"/feed/{secret}.feed.json"))
    assert [item["title"] for item in other["items"]] == titles


async def test_a_changed_topic_is_in_the_feed_at_once(visitor: Visitor, store: Store) -> None:
    await put(store, *posts())
    secret = await own(store, topics=(Topic("quantization"),), at=NOON.time())
    assert b"Agents" not in (await visitor.get(f"/feed/{secret}.atom")).body
    agents = Subscription(chat_id=READER, topics=(Topic("agents"),), at=NOON.time())
    await store.subscriptions.save(agents, None)
    assert b"Agents" in (await visitor.get(f"/feed/{secret}.atom")).body


async def test_whatever_is_no_feed_is_answered_alike(visitor: Visitor, store: Store) -> None:
    ended = await own(store)
    secret = await store.feeds.make(READER, 2)
    wrong = [
        ended,
        secret[:-1],
        secret + "A",
        "A" * 32,
        "",
        "%00",
        "..%2F" + secret,
        "%D1%8F" * 32,
    ]
    paths = [f"/feed/{each}.atom" for each in wrong]
    paths += [
        f"/feed/{secret}",
        f"/feed/{secret}.json",
        f"/feed/x/{secret}.atom",
        f"/en/feed/{secret}.atom",
    ]
    answers = [await visitor.get(path) for path in paths]
    assert {(got.status, got.body) for got in answers} == {(404, answers[0].body)}
    assert {got.headers["Cache-Control"] for got in answers} == {"no-store"}
    assert (await visitor.get(f"/feed/{secret}.atom")).status == 200


@pytest.mark.slow
async def test_guessing_is_stopped_and_harms_nobody_else(visitor: Visitor, store: Store) -> None:
    secret = await own(store)
    guesser = {"X-Forwarded-For": "203.0.113.7"}
    guesses = [visitor.get(f"/feed/{n:032}.atom", guesser) for n in range(1_000)]
    statuses = [got.status for got in await asyncio.gather(*guesses)]
    assert set(statuses) == {404, 429}
    assert statuses.count(429) > 500
    assert (await visitor.get(f"/feed/{secret}.atom")).status == 200


async def test_a_feed_ends_when_its_reader_is_forgotten(visitor: Visitor, store: Store) -> None:
    secret = await own(store)
    assert (await visitor.get(f"/feed/{secret}.atom")).status == 200
    await store.erasure.erase(READER)
    assert (await visitor.get(f"/feed/{secret}.atom")).status == 404


async def test_hostile_titles_stay_words_in_every_form(visitor: Visitor, store: Store) -> None:
    title = "<script>alert(1)</script> ]]>\u202e\x00\ufffe & {x} word\u2060"
    await put(store, make_entry(title=title, tldr=title, papers=[make_paper(title=title)]))
    for ending in ("atom", "feed.json", "json", "bib", "md"):
        got = await visitor.get(f"/en/t/quantization.{ending}")
        assert got.status == 200
        read(got.headers["Content-Type"].partition(";")[0], got.body)
        assert not {"\x00", "\u202e"} & {*got.body.decode()}

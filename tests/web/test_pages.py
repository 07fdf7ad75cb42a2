"""Pages of the archive: what stands on them, what never does, where they are and for how long."""

import json
import re
from dataclasses import fields
from datetime import datetime, timedelta
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

from bot.i18n import Messages, WebMessages
from bot.model import Card, Channel, Entry, Link, story_name
from bot.store import Store
from bot.store.queue.stream import Item
from tests.fakes.entries import NOON, make_channel, make_entry, make_paper, make_work
from tests.fakes.hostile import FRAGMENTS
from tests.telegram.seeding import put
from tests.web.conftest import NOW, PUBLIC_URL, Visitor

PAPER = make_paper("2611.04821", "Half a Bit Is Enough")
PRIVATE = Channel(ref="7001", title="Closed kitchen")
VOID = {"meta", "link", "input", "br"}
LARGEST = 60_000
TEMPLATES = Path(__file__).parents[2] / "bot" / "web" / "templates"


def entries() -> list[Entry]:
    """A paper that three channels tell of, one of them closed; a release, an advert, a job."""
    return [
        make_entry("pane_one", 1, title="Half a bit", papers=[PAPER], hours_ago=30),
        make_entry("pane_two", 2, title="Half a bit again", papers=[PAPER], hours_ago=5),
        make_entry(PRIVATE, 3, title="Whispered", tldr="Behind doors.", papers=[PAPER]),
        make_entry(
            "pane_two",
            4,
            text="Lantern 2 is out, and nobody else has it.",
            title="Lantern 2 is out",
            topics=["models", "inference"],
            kind="release",
            links=[Link(url="https://github.com/pane/lantern", kind="code")],
            hours_ago=2,
        ),
        make_entry("pane_one", 5, title="Buy a course", text="Buy this course.", kind="promo"),
        make_entry(PRIVATE, 6, title="A secret release", text="Told to few.", topics=["agents"]),
        make_entry("pane_one", 7, title="An engineer wanted", text="We hire.", kind="job"),
    ]


class Outline(HTMLParser):
    """Links and pictures of a page; tags that are not closed in their order fail."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.tags: set[str] = set()
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        found = dict(attrs)
        assert not [name for name in found if name.startswith("on") or name == "style"]
        self.addresses += [str(found[name]) for name in ("href", "src", "action") if name in found]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


async def test_every_link_lives_and_nothing_runs(store: Store, visitor: Visitor) -> None:
    await put(store, *entries())
    for handle in ("pane_one", "pane_two"):
        await store.sources.add(handle)
    waiting, seen = ["/ru/", "/en/"], dict[str, str]()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        answer = await visitor.get(path)
        assert answer.status == 200, path
        seen[path] = answer.text
        if not answer.headers["Content-Type"].startswith("text/html"):
            continue
        assert len(answer.body) < LARGEST
        outline = Outline(answer.text)
        assert not outline.open
        assert not outline.tags & {"script", "iframe", "object", "style", "img"}
        ours = [address for address in outline.addresses if address.startswith("/")]
        others = {urlsplit(a).netloc for a in outline.addresses if not a.startswith(("/", "#"))}
        assert others <= {"t.me", "arxiv.org", "github.com", urlsplit(PUBLIC_URL).netloc}
        waiting += [address for address in ours if address not in seen]
    kinds = {path.split("/")[2][:1] for path in seen if path.count("/") > 2}
    assert kinds == set("dwmtkspc")
    everything = "".join(seen.values())
    for word in ("Whispered", "doors", "kitchen", "secret", "course", "t.me/c/"):
        assert word not in everything


async def test_a_page_tells_what_the_channels_said(store: Store, visitor: Visitor) -> None:
    await put(store, *entries())
    today = await visitor.page("/en/")
    assert "https://t.me/pane_two/4" in today and "https://github.com/pane/lantern" in today
    paper = await visitor.page("/en/p/arxiv:2611.04821")
    assert "Half a Bit Is Enough" in paper and "https://arxiv.org/abs/2611.04821" in paper
    assert paper.index("https://t.me/pane_one/1") < paper.index("https://t.me/pane_two/2")
    assert "2 posts, 2 channels" in paper
    [story] = set(re.findall(r"/en/s/[0-9a-f]{12}", paper))
    assert "Half a bit again" not in await visitor.page("/en/t/agents")
    assert "pane_two" in await visitor.page(story)
    assert "Lantern 2" in await visitor.page("/en/k/release")
    assert "Lantern 2" in await visitor.page("/en/c/pane_two")
    assert "Lantern 2" in await visitor.page("/en/search?q=lantern+has%3Acode")
    assert "Lantern 2" not in await visitor.page("/en/search?q=whispered")
    assert "Lantern 2" in await visitor.page("/ru/w/2026-W47")
    assert "Lantern 2" in await visitor.page("/ru/m/2026-11")
    assert "Half a bit" in await visitor.page("/ru/d/2026-11-19")


async def test_what_is_known_of_a_paper_stands_on_its_pages(
    store: Store, visitor: Visitor
) -> None:
    told = make_paper("2611.04821")
    await put(
        store, make_entry("pane_one", 1, papers=[told]), make_entry(PRIVATE, 3, papers=[told])
    )
    work = make_work(
        "arxiv:2611.04821",
        "Half a <b>Bit</b> Is Enough",
        authors=("Ann Lee", "Bo Wu", "Cy Ray", "Di Fox"),
        category="cs.LG",
        abstract="We show & prove that half is enough.",
    )
    await store.papers.settle("arxiv", [work.id], {work.id: work}, timedelta(milliseconds=1))
    paper = await visitor.page("/ru/p/arxiv:2611.04821")
    [story] = set(re.findall(r"/ru/s/[0-9a-f]{12}", paper))
    for page in (paper, await visitor.page(story)):
        assert "Half a &lt;b&gt;Bit&lt;/b&gt; Is Enough" in page
        assert re.search(r"Ann Lee[^<]* и др\., 2026", page)
    assert "We show &amp; prove" in paper and "cs.LG" in paper
    assert "Ann Lee and Bo Wu" in await visitor.page("/ru/p/arxiv:2611.04821.bib")
    known = json.loads(await visitor.page("/ru/p/arxiv:2611.04821.json"))["paper"]
    assert known["authors"] == [*work.authors] and known["title"] == work.title


async def test_pages_are_found_where_they_live(store: Store, visitor: Visitor) -> None:
    await put(store, *entries())
    moves = {
        "/ru": "/ru/",
        "/ru/t/quantization/": "/ru/t/quantization",
        "/ru/t/quantization/1": "/ru/t/quantization",
        "/ru/c/PANE_one": "/ru/c/pane_one",
        "/ru/c/PANE_one.png": "/ru/c/pane_one.png",
    }
    for path, home in moves.items():
        answer = await visitor.get(path)
        assert (answer.status, answer.headers["Location"]) == (301, home), path
    nowhere = ["/xx/", "/ru/t/nothing", "/ru/d/2026-02-30", "/ru/w/2026-W54", "/ru/k/promo"]
    nowhere += ["/ru/d/2026-11-21", "/ru/d/2026-10-01", "/ru/s/0123456789ab", "/ru/t/agents/2"]
    nowhere += ["/ru/p/arxiv:2611.00001", "/ru/c/pane_three", "/ru/c/closed_kitchen", "/ru/x"]
    nowhere += ["/ru/search?q=lantern&page=9", "/ru/search.png?q=lantern", "/ru/t/models.doc"]
    for path in nowhere:
        answer = await visitor.get(path)
        assert answer.status == 404, path
        assert "Такой страницы нет" in answer.text or path == "/xx/"


async def test_what_is_past_says_so(store: Store, visitor: Visitor) -> None:
    await put(store, *entries())
    for path in ("/ru/d/2026-01-05", "/ru/w/2026-W02", "/ru/m/2026-01"):
        answer = await visitor.get(path)
        assert answer.status == 410, path
        assert "120" in answer.text


async def test_a_page_whose_posts_are_gone_says_so(store: Store, visitor: Visitor) -> None:
    async def now() -> datetime:
        return NOW

    public, private = make_entry(papers=[PAPER]), make_entry(PRIVATE, 2, text="Told to few.")
    await put(store, public, private, clock=now)
    of = await store.stories.of([public.key, private.key])
    story, hidden = of[public.key], of[private.key]
    assert (await visitor.get(f"/en/s/{story}")).status == 200
    assert (await visitor.get(f"/en/s/{hidden}")).status == 404
    for entry in (public, private):
        await store.entries.retract(entry.key, entry.post.channel.ref)
    await store.read_model.refresh()
    for path in (f"/en/s/{story}", "/en/p/arxiv:2611.04821"):
        answer = await visitor.get(path)
        assert answer.status == 410, path
        assert "kept no longer" in answer.text
    assert (await visitor.get(f"/en/s/{hidden}")).status == 404
    assert (await visitor.get("/en/p/arxiv:2611.04822")).status == 404


async def test_a_story_that_was_joined_is_found_by_its_former_address(
    store: Store, visitor: Visitor
) -> None:
    first = make_entry("pane_one", 1, text="One thing happened here.", hours_ago=3)
    second = make_entry("pane_two", 2, text="Quite another one, it seemed.", hours_ago=2)
    await put(store, first, second)
    older, newer = (await store.stories.of([first.key, second.key])).values()
    assert await store.stories.unite(older, newer) == older
    answer = await visitor.get(f"/en/s/{newer}")
    assert (answer.status, answer.headers["Location"]) == (301, f"/en/s/{older}")


async def test_words_from_outside_stay_words(store: Store, visitor: Visitor) -> None:
    titles = [f"<script>alert({n})</script> {each} </title>" for n, each in enumerate(FRAGMENTS)]
    hostile = [
        make_entry(
            make_channel("pane_one", 'A "<i>pane</i>'),
            number,
            text=f"Words of their own, {number}.",
            cards={"en": Card(title=title, tldr=f"\u202e{title}", bullets=(title,))},
            papers=[make_paper(f"2611.{number:05}", title)],
        )
        for number, title in enumerate(titles, start=1)
    ]
    await put(store, *hostile)
    paths = ["/en/", "/en/contents", "/en/t/quantization", "/en/c/pane_one", "/ru/k/paper_review"]
    paths += ["/en/p/arxiv:2611.00001", "/en/search?q=%3Cscript%3E%E2%80%AEpane"]
    for path in paths:
        text = await visitor.page(path)
        outline = Outline(text)
        assert not outline.open and "script" not in outline.tags and "i" not in outline.tags
        assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b\u2060\x00]", unescape(text))
    assert '<bdi lang="en">' in await visitor.page("/ru/k/paper_review")


async def test_a_digest_with_more_than_it_shows_has_further_pages(
    store: Store, visitor: Visitor
) -> None:
    many = [
        make_entry(f"pane_{n % 20}", n, text=f"Thing {n} of its own.", title=f"Thing number {n}!")
        for n in range(1, 41)
    ]
    for entry in many:
        await store.posts.ingest(entry.post)
        await store.entries.commit(entry, Item("0-1", {}))
    await store.read_model.refresh()
    first, second = (
        await visitor.page("/en/d/2026-11-20"),
        await visitor.page("/en/d/2026-11-20/2"),
    )
    shown = [{n for n in range(1, 41) if f"number {n}!" in text} for text in (first, second)]
    assert not shown[0] & shown[1]
    assert shown[0] | shown[1] == set(range(1, 41))
    assert (await visitor.get("/en/d/2026-11-20/3")).status == 404
    assert "page 2" in await visitor.page("/en/t/quantization/2")


async def test_a_story_names_what_it_follows_and_who_lists_it(
    store: Store, visitor: Visitor
) -> None:
    first = make_entry("pane_one", 1, text="Lantern 1 came out.", title="Lantern 1", hours_ago=9)
    lists = make_entry("pane_three", 3, text="All news of the week.", kind="roundup", hours_ago=1)
    later = make_entry("pane_two", 2, text="What became of it since.", title="Lantern on")
    await put(store, first, lists, later)
    await store.stories.note_roundup(lists.key, [later.key])
    await store.stories.join(
        later.key, new_id=story_name(later.key), decisive=[], follows=first.key
    )
    await store.read_model.refresh()
    story = (await store.stories.of([later.key]))[later.key]
    page = await visitor.page(f"/en/s/{story}")
    assert "Earlier: " in page and "Lantern 1" in page
    assert "In round-ups of: " in page and "https://t.me/pane_three/3" in page


def test_templates_say_what_there_is_to_say() -> None:
    written = "".join(path.read_text("utf-8") for path in TEMPLATES.glob("*.html"))
    for letter, kind in (("t", WebMessages), ("p", Messages)):
        named = set(re.findall(rf"(?<![/\w]){letter}\.([a-z_]+)", written))
        assert named <= set(dir(kind)) | {each.name for each in fields(kind)}


async def test_an_archive_of_nothing_says_so(store: Store, visitor: Visitor) -> None:
    assert "no new posts" in await visitor.page("/en/")
    assert "no new posts" in await visitor.page(f"/en/d/{NOON:%Y-%m-%d}")
    for path in ("/en/contents", "/en/t/models", "/en/search", "/en/search?q=anything"):
        await visitor.page(path)
    assert (await visitor.get("/en/c/pane_one")).status == 404
    yesterday = NOON - timedelta(days=1)
    assert (await visitor.get(f"/en/d/{yesterday:%Y-%m-%d}")).status == 404

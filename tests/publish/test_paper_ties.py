"""What is known of papers ties posts: a DOI and a number of one work, a title without a link."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.model import Entry, Paper, PaperMetadata
from bot.publish.queries import stories_of, story_named
from bot.publish.worker import join_story
from bot.store import Store
from tests.fakes.clock import standing_at
from tests.fakes.entries import NOON, make_entry, make_paper, make_work

TITLE = "Panes of Half a Bit for Small Weights"
ARXIV, DOI = "arxiv:2611.04821", "doi:10.1000/panes"


def told(channel: str, paper: Paper, number: int = 1, kind: str = "paper_review") -> Entry:
    """A post of a channel about a paper, in words of its own."""
    own = " ".join(f"{channel}{n}" for n in range(12))
    return make_entry(channel, number, text=own, title=channel, papers=[paper], kind=kind)


async def publish(store: Store, *entries: Entry) -> None:
    for stream in (store.post_stream, store.entry_stream):
        await stream.ready()
    for entry in entries:
        await store.posts.ingest(entry.post)
        for item in await store.post_stream.read("t", 1):
            await store.entries.commit(entry, item)
        await join_all(store)


async def join_all(store: Store) -> None:
    """Handle what waits for the publisher."""
    while items := await store.entry_stream.read("t", 1, timedelta()):
        for item in items:
            await join_story(store, item, standing_at(NOON))


async def learn(store: Store, work: PaperMetadata) -> None:
    """What the reader of papers does when one is answered."""
    await store.papers.settle(work.source, [work.id], {work.id: work}, timedelta(milliseconds=1))
    await join_all(store)


async def stories(store: Store, entries: Sequence[Entry]) -> int:
    return len(set((await store.stories.of([entry.key for entry in entries])).values()))


BY_NUMBER = told("pane_one", make_paper())
BY_DOI = told("pane_two", Paper(id=DOI, url="https://doi.org/10.1000/panes"))
BY_TITLE = told("pane_three", Paper(title=TITLE.upper()))
WORK = make_work(ARXIV, TITLE, doi="10.1000/panes")


async def test_late_knowledge_joins_a_doi_a_number_and_a_title(store: Store) -> None:
    posts = [BY_NUMBER, BY_DOI, BY_TITLE]
    await publish(store, *posts)
    assert await stories(store, posts) == 3
    await learn(store, WORK)
    assert await stories(store, posts) == 1
    [story] = await stories_of(store, [BY_NUMBER])
    assert [(paper.id, paper.title) for paper in story.papers] == [
        (ARXIV, TITLE),  # its DOI is no other work
        (None, TITLE.upper()),
    ]


@pytest.mark.parametrize("later", [BY_DOI, BY_TITLE])
async def test_what_is_known_joins_a_later_post(store: Store, later: Entry) -> None:
    await publish(store, BY_NUMBER)
    await learn(store, WORK)
    await publish(store, later)
    assert await stories(store, [BY_NUMBER, later]) == 1


async def test_a_title_joins_no_posts_of_a_paper_that_is_not_known(store: Store) -> None:
    """A heading of a weekly list is no work, however often it is the same."""
    posts = [told("pane_one", Paper(title=TITLE)), told("pane_two", Paper(title=TITLE))]
    await publish(store, *posts)
    assert await stories(store, posts) == 2


@pytest.mark.parametrize(
    ("title", "named", "kind"),
    [
        ("Panes of Half Bits", "Panes of Half Bits", "paper_review"),  # four words
        (TITLE, f"{TITLE} and Large Ones", "paper_review"),
        (TITLE, TITLE, "roundup"),
    ],
)
async def test_what_is_not_certain_ties_nothing(
    store: Store, title: str, named: str, kind: str
) -> None:
    posts = [BY_NUMBER, told("pane_two", Paper(title=named), kind=kind)]
    await publish(store, *posts)
    await learn(store, make_work(ARXIV, title))
    assert await stories(store, posts) == 2


async def test_stories_come_with_what_is_known(store: Store) -> None:
    await publish(store, BY_NUMBER)
    await learn(store, WORK)
    [story] = await stories_of(store, [BY_NUMBER])
    assert story.works == {ARXIV: WORK}
    assert [paper.title for paper in story.papers] == [TITLE]
    assert (await story_named(store, story.id)) == story
    await store.read_model.refresh()
    survey = await store.surveys.between(NOON - timedelta(days=1), NOON)
    assert await store.surveys.stories(survey.outlines) == (story,)
    await store.saved.add(1, story, NOON)
    [saved] = await store.saved.all(1)
    assert saved.works == {}

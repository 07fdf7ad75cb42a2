"""Parts of one text are one story; posts that only stand together are not."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.export.json import stories_to_json
from bot.export.markdown import stories_to_markdown
from bot.model import Post
from bot.publish.worker import join_story
from bot.screens.story_card import card
from bot.screens.story_view import story_block
from bot.store import Store
from tests.fakes.entries import make_entry, make_post, make_story

HOUR = timedelta(hours=1)
METHOD = "Разбор статьи о сжатии весов, часть 1. Сначала о том, как веса делят на блоки."
RESULTS = "Разбор статьи о сжатии весов, часть 2. Теперь о скорости, памяти и о том, где хуже."


def part(
    number: int, text: str, after: timedelta = timedelta(), channel: str = "pane_one"
) -> Post:
    post = make_post(channel, number, text)
    return post.model_copy(update={"published_at": post.published_at + after})


async def stories(store: Store, *posts: Post, backwards: bool = False) -> list[str]:
    """The story of each post; ``backwards`` lets the later ones be read first."""
    for stream in (store.post_stream, store.entry_stream):
        await stream.ready()
    for post in posts:
        await store.posts.ingest(post)
    items = [item for _ in posts for item in await store.post_stream.read("t", 1)]
    for item in items[::-1] if backwards else items:
        post = next(each for each in posts if each.key == item.fields["key"])
        entry = make_entry().model_copy(update={"post": post})
        await store.entries.commit(entry, item)
        [joining] = await store.entry_stream.read("t", 1)
        await join_story(store, joining)
    found = await store.stories.of([post.key for post in posts])
    return [found[post.key] for post in posts]


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("after", [timedelta(minutes=1), 3 * HOUR])
async def test_numbered_parts_are_one_story_in_any_order(
    store: Store, after: timedelta, backwards: bool
) -> None:
    one, two = await stories(
        store, part(10, METHOD), part(11, RESULTS, after), backwards=backwards
    )
    assert one == two


async def test_other_posts_may_stand_between_two_parts(store: Store) -> None:
    between = part(11, "Вечером собираемся говорить о книгах, приходите с друзьями.", HOUR)
    first, other, second = await stories(
        store, part(10, METHOD), between, part(12, RESULTS, 2 * HOUR)
    )
    assert first == second != other


@pytest.mark.parametrize(
    "second",
    [
        part(11, RESULTS, timedelta(days=1)),
        part(11, RESULTS, HOUR, channel="pane_two"),
        part(11, RESULTS.replace("часть 2", "часть 3"), HOUR),
        part(11, "Совсем о другом: вышел набор задач для агентов в терминале.", HOUR),
        part(11, "Ещё одна новость.", HOUR).model_copy(update={"reply_to": 10}),
    ],
)
async def test_what_is_no_next_part_is_another_story(store: Store, second: Post) -> None:
    one, two = await stories(store, part(10, METHOD), second)
    assert one != two


@pytest.mark.parametrize("shown", ["digest", "card", "md", "json"])
def test_every_part_of_a_text_is_linked(shown: str) -> None:
    entries = [
        make_entry(tldr=tldr).model_copy(update={"post": post})
        for post, tldr in (
            (part(10, METHOD), "How it works."),
            (part(11, RESULTS, HOUR), "How fast."),
        )
    ]
    story = make_story(*entries)
    screens = {
        "digest": story_block(1, story, "en").screen(),
        "card": card(story, "en", ZoneInfo("UTC")),
    }
    urls = [entry.post.url for entry in entries]
    if shown in screens:
        found = {entity.url for entity in screens[shown].entities}
        assert set(urls) <= found
        assert ("How fast." in screens[shown].text) == (shown == "card")
    elif shown == "md":
        assert f"[2]({urls[1]})" in stories_to_markdown("Saved", [story], "en")
    else:
        assert urls[1] in stories_to_json("Saved", [story], "en")


async def test_three_parts_are_one_story(store: Store) -> None:
    third = "Разбор статьи о сжатии весов, часть 3. Выводы и вопросы, на которые нет ответа."
    found = await stories(
        store, part(10, METHOD), part(11, RESULTS, HOUR), part(12, third, 2 * HOUR)
    )
    assert len(set(found)) == 1

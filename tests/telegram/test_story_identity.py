"""Owners part and join stories; every id of a joined story goes on working for its readers."""

import pytest

from bot.model import Entry, Subscription, story_name
from bot.publish.reader_changes import find_story
from bot.publish.worker import join_story
from bot.screens.callbacks.pages import StoryCard, button
from bot.screens.callbacks.settings import StoryAct
from bot.store import Store
from bot.store.queue.stream import Item
from bot.telegram.handlers.feedback import note_thumb
from tests.fakes.entries import NOON, make_entry
from tests.telegram.seeding import put
from tests.telegram.talk import OWNER, Talk, carried, words_on

READER = 100
PAPER = "2611.00001"


def post(number: int, **fields: object) -> Entry:
    given = {"text": f"Words {'of their own ' * number}.", "title": f"Title {number}",
             "hours_ago": number, **fields}  # fmt: skip
    return make_entry(f"pane_{number}", number, **given)  # type: ignore[arg-type]


async def of(store: Store, *entries: Entry) -> list[str]:
    found = await store.stories.of([entry.key for entry in entries])
    return [found[entry.key] for entry in entries]


async def handle_again(store: Store, entry: Entry) -> None:
    better = entry.model_copy(update={"prompt_id": f"{entry.prompt_id}+"})
    await store.entries.prefer(better.prompt_id)
    await store.entries.commit(better, Item("0-1", {}))
    for item in await store.entry_stream.read("t", 1):
        await join_story(store, item)


def data(story: str, act: StoryAct | None = None) -> str:
    """What the button of a story's card carries, or that of an act under it."""
    return str(button("", act or StoryCard(story, None)).data)


async def show_together(store: Store, new: Entry, old: Entry) -> list[str | None]:
    """The roots of the old and the new one, after rules have found that they likely tell one."""
    name, over = story_name(new.key), story_name(old.key)
    await store.stories.join(
        new.key, new_id=name, decisive=[], group=over, why_group="grouped:names:x"
    )
    return [tied.root for tied in await store.stories.ties([old.key, new.key])]


async def test_an_owner_parts_a_post_for_good_and_takes_it_back(talk: Talk, store: Store) -> None:
    old, new = post(5, papers=[PAPER]), post(1, papers=[PAPER])
    await put(store, old, new)
    story = story_name(old.key)
    assert await of(store, old, new) == [story, story]
    shown = await talk.say("/start", OWNER)
    card = await talk.press(shown, data(story))
    assert "✂️ Another event" in words_on(card)
    asked = await talk.press(shown, f"o:split:0:{story}")
    assert any("Title 1" in word for word in words_on(asked))
    parted = await talk.press(shown, f"o:apart:0:{story}-{story_name(new.key)}")
    assert "Title 5" in parted["text"]
    left, own = await of(store, old, new)
    assert (left, own != story) == (story, True)
    for entry in (new, old, post(2, papers=[PAPER])):
        await (put(store, entry) if entry.post.message_id == 2 else handle_again(store, entry))
    assert await of(store, old, new) == [story, own]
    [undo] = [each for each in carried(parted) if each.startswith("o:same")]
    await talk.press(shown, undo)
    assert await of(store, old, new) == [story, story]
    await handle_again(store, new)
    assert await of(store, old, new) == [story, story]


async def test_an_owner_parts_what_is_only_shown_together(talk: Talk, store: Store) -> None:
    old, new = post(5), post(1)
    await put(store, old, new)
    over, under = story_name(old.key), story_name(new.key)
    assert await show_together(store, new, old) == [over, over]
    shown = await talk.say("/start", OWNER)
    await talk.press(shown, f"o:apart:0:{over}-{under}")
    assert await show_together(store, new, old) == [over, under]


async def test_an_owner_joins_two_stories(talk: Talk, store: Store) -> None:
    old, new = post(5), post(1)
    await put(store, old, new)
    shown = await talk.say("/start", OWNER)
    asked = await talk.press(shown, f"o:unite:0:{story_name(new.key)}")
    [other] = [each for each in carried(asked) if each.startswith("o:same")]
    card = await talk.press(shown, other)
    assert "Title 5" in card["text"]
    assert await of(store, old, new) == [story_name(old.key)] * 2
    assert await store.stories.reasons([new.key]) == {new.key: "owner"}


async def test_joins_are_counted_by_their_reason(talk: Talk, store: Store) -> None:
    await store.usage.count(NOON.date(), {"joined_paper": 3, "joined_owner": 1, "sent": 2})
    stats = await talk.say("/stats", OWNER)
    assert "Joined today: paper 3, owner 1" in stats.text


async def test_a_reader_parts_and_joins_nothing(talk: Talk, store: Store) -> None:
    old, new = post(5, papers=[PAPER]), post(1, papers=[PAPER])
    await put(store, old, new)
    story = story_name(old.key)
    shown = await talk.say("/start", READER)
    card = await talk.press(shown, data(story))
    assert not [each for each in carried(card) if each.startswith("o:")]
    for act in (f"o:split:0:{story}", f"o:apart:0:{story}-{story_name(new.key)}"):
        talk.api.press(shown, act, language="en")
    await talk.api.until(lambda api: len(api.answered) >= 3)
    assert await of(store, old, new) == [story, story]


@pytest.mark.parametrize("subject", ["0123456789ab", "0123456789ab-0123456789ab", "", "x-y-z"])
@pytest.mark.parametrize("act", ["split", "apart", "unite", "same"])
async def test_a_forged_or_old_button_changes_nothing(
    talk: Talk, store: Store, act: str, subject: str
) -> None:
    old = post(5)
    await put(store, old)
    shown = await talk.say("/start", OWNER)
    talk.api.press(shown, f"o:{act}:0:{subject}", language="en")
    await talk.api.until(lambda api: bool(api.answered))
    assert await of(store, old) == [story_name(old.key)]


async def test_what_a_reader_kept_of_a_joined_story_is_kept(talk: Talk, store: Store) -> None:
    reader = Subscription(chat_id=READER)
    old, new = post(5), post(1)
    await put(store, old, new)
    former, story = story_name(new.key), story_name(old.key)
    kept = await find_story(store, reader, former)
    assert kept is not None
    await store.saved.add(READER, kept, NOON)
    await note_thumb(store, READER, former, "down")
    await store.stories.unite(former, story)
    assert former in {each.id for each in await store.saved.all(READER)}
    shown = await talk.say("/saved", READER)
    assert "Title 5" in shown.text
    card = await talk.press(shown, data(former))
    assert "Title 5" in card["text"]
    assert data(story, StoryAct("S", story)) in carried(card)
    assert await store.saved.has(READER, story)
    assert not await store.saved.has(READER, former)
    await note_thumb(store, READER, former, "down")
    assert list(await store.preferences.all(READER)) == [story]
    await talk.press(shown, data(former, StoryAct("S", former)))
    assert await store.saved.all(READER) == ()

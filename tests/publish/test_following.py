"""Followed words: what is taken, and that they find what a search for them finds."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Entry, Link, Subscription
from bot.publish.edition import edition
from bot.publish.following import (
    FOLLOWED_CHARACTERS,
    MOST_FOLLOWINGS,
    FollowingRefused,
    followed_as,
    following,
    with_following,
    words_finding,
)
from bot.store import Store
from bot.store.keys import following as following_keys
from bot.store.read_model.search_query import parse_query, query_text
from bot.store.read_model.terms import Findable, Query, lookup_terms
from bot.taxonomy.topics import Kind, Topic
from tests.fakes.entries import NOON, make_entry
from tests.telegram.seeding import put

CODE = Link(url="https://github.com/pane/leaf", kind="code")
VOCABULARY = [
    *("lora", "LoRA-адаптер", "адаптеры", "fine-tuning", "fine", "tuning", "finetuning", "c++"),
    *("gpt-4.1", "Qwen", "team", "Yann", "LeCun", "ёжик", "ежик", "и", "the", "2611.04821"),
]


def test_words_are_kept_as_typed_without_what_nobody_sees() -> None:
    chosen = following("  LoRA\u200b \u202e has:статья\n@Pane_One  ")
    assert chosen.text == "LoRA has:статья @Pane_One"
    assert chosen.terms == ("lora",)


def test_how_far_back_is_no_part_of_what_is_followed() -> None:
    assert following("LoRA 30d").text == "lora"
    assert parse_query(following("“exact words” 2w -nope").text) == Query(
        phrases=(("exact", "words"),), without=("nope",)
    )


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("lora quantization", ("quantiz",)),
        ("has:paper @pane_one", ("@pane_one",)),
        ("@pane_one @pane_two lora", ("lora",)),
        ("@pane_one @pane_two has:code", ("@pane_one", "@pane_two")),
        ("kind:tutorial kind:news", ("=tutorial", "=news")),
        ("fine-tuning", ("finetun", "fine")),
        ('"the Qwen team"', ("qwen",)),
    ],
)
def test_words_are_looked_up_by_what_few_posts_have(text: str, terms: tuple[str, ...]) -> None:
    assert following(text).terms == terms


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "the",
        "и или the",
        "🙂👩‍💻",
        "30d",
        "-lora",
        "-",
        '"',
        "(): *",
        "«и»",
        "\u202e\u2066",
    ],
)
def test_what_finds_all_or_nothing_is_refused(text: str) -> None:
    with pytest.raises(FollowingRefused) as refused:
        following(text)
    assert refused.value.reason == "nothing"


@pytest.mark.parametrize("text", ["lora " * 800, "x" * 65, "lora" + " @pane_one_two" * 5])
def test_a_long_text_is_refused(text: str) -> None:
    with pytest.raises(FollowingRefused) as refused:
        following(text)
    assert refused.value.reason == "long"


def test_a_reader_follows_twenty_and_the_same_once() -> None:
    reader = Subscription(chat_id=5)
    for number in range(MOST_FOLLOWINGS):
        reader = with_following(reader, following(f"word{number}"), on=True)
    with pytest.raises(FollowingRefused) as refused:
        with_following(reader, following("another"), on=True)
    assert refused.value.reason == "many"
    assert with_following(reader, following("word3"), on=True).follows[-1].text == "word3"
    assert followed_as(reader, parse_query("WORD7 30d")) == following("word7")
    assert followed_as(reader, parse_query("word7 has:paper")) is None


_NAME = st.sampled_from(["pane_one", "pane_two"])
_QUERY = st.builds(
    Query,
    words=st.lists(st.text(max_size=12), max_size=3).map(
        lambda some: parse_query(" ".join(some)).words
    ),
    phrases=st.lists(
        st.sampled_from([("qwen", "team"), ("30d", "lora")]), max_size=2, unique=True
    ).map(tuple),
    without=st.lists(st.sampled_from(["lora", "30d", "c++"]), max_size=2, unique=True).map(tuple),
    channels=st.lists(_NAME, max_size=2, unique=True).map(tuple),
    topics=st.lists(st.sampled_from(list(Topic)), max_size=3, unique=True).map(tuple),
    kinds=st.lists(st.sampled_from(list(Kind)), max_size=2, unique=True).map(tuple),
    paper=st.booleans(),
    code=st.booleans(),
)


@given(_QUERY)
def test_a_query_is_read_back_from_its_text(query: Query) -> None:
    assert parse_query(query_text(query)) == query


@given(st.text(max_size=80))
def test_any_text_is_followed_or_refused(text: str) -> None:
    try:
        chosen = following(text)
    except FollowingRefused:
        return
    assert len(chosen.text) <= FOLLOWED_CHARACTERS
    assert parse_query(chosen.text) == replace(parse_query(text), days=None)


def invented(random: Random, number: int) -> Entry:
    """A post of a few words in any order, of any kind."""
    said = [" ".join(random.sample(VOCABULARY, random.randint(2, 6))) for _ in range(3)]
    return make_entry(
        random.choice(("pane_one", "Pane_Two")),
        number,
        text=said[0],
        title=said[1],
        tldr=said[2],
        topics=random.sample(["agents", "rl", "quantization"], 2),
        kind=random.choice(["news", "tutorial", "promo"]),
        papers=["2611.04821"] if random.random() < 0.3 else [],
        links=[CODE] if random.random() < 0.3 else [],
    )


def asked(random: Random) -> str:
    """Words and filters in any order."""
    parts = random.sample([*VOCABULARY, "адаптера", "tunes"], random.randint(0, 2))
    parts += [f'"{" ".join(random.sample(VOCABULARY, 2))}"'] if random.random() < 0.3 else []
    more = ("has:paper", "has:code", "@pane_one", "@pane_two", "topic:rl", "kind:news", "-lora")
    return " ".join([*parts, *random.sample(more, random.choice((0, 0, 1, 2)))])


@pytest.mark.slow
async def test_what_is_followed_finds_what_a_search_finds(store: Store) -> None:
    random = Random(20)
    entries = [invented(random, number) for number in range(1, 41)]
    await put(store, *entries)
    several = 0
    for text in [asked(random) for _ in range(300)]:
        query = parse_query(text)
        span = NOON - timedelta(days=1), NOON
        found = await store.search.within([query], *span)
        assert found == {e.key for e in entries if Findable(e).matches(query)}, text
        hits = await store.search.find(query, NOON, limit=100)
        assert found == {e.key for e in hits.entries}, text
        looked_up = set(lookup_terms(query))
        assert not looked_up or all(
            looked_up & Findable(e).terms for e in entries if e.key in found
        )
        several += 1 < len(found) < len(entries)
    assert several > 50


async def _follow(store: Store, chat: int, *texts: str, **fields: object) -> Subscription:
    follows = tuple(following(text) for text in texts)
    reader = Subscription.model_validate({"chat_id": chat, "follows": follows, **fields})
    await store.subscriptions.save(reader, None)
    return reader


async def _looked_up(store: Store) -> list[str]:
    return sorted([str(key) async for key in store.redis.scan_iter(following_keys.followed("*"))])


async def test_words_are_looked_up_while_anybody_follows_them(store: Store) -> None:
    entry = make_entry(text="lora of two bits", papers=["2611.04821"])
    await _follow(store, 5, "lora has:paper", "lora")
    await _follow(store, 6, "lora")
    tokens = {following(text).token for text in ("lora", "lora has:paper")}
    assert set(await words_finding(store, entry)) == tokens
    await _follow(store, 5)
    assert await words_finding(store, entry) == [following("lora").token]
    await store.subscriptions.deactivate(6)
    assert await words_finding(store, entry) == []
    assert await _looked_up(store) == []


async def test_who_leaves_hears_no_more_and_finds_the_words_when_back(store: Store) -> None:
    await _follow(store, 6, "lora", active=True)
    await store.subscriptions.deactivate(6)
    left = await store.subscriptions.get(6)
    assert left is not None
    assert [each.text for each in left.follows] == ["lora"]
    await store.subscriptions.save(left.model_copy(update={"length": "short"}), None)
    assert await _looked_up(store) == []
    back = with_following(left, following("qwen"), on=True)
    await store.subscriptions.save(back, None)
    assert len(await _looked_up(store)) == 2


async def test_all_who_follow_words_alone_are_readers_and_can_be_erased(store: Store) -> None:
    await _follow(store, 6, "lora", active=False)
    assert [reader.chat_id async for reader in store.subscriptions.everyone()] == [6]
    await store.erasure.erase(6)
    assert [reader async for reader in store.subscriptions.everyone()] == []
    left = [key async for key in store.redis.scan_iter("*follow*")]
    assert left == []


async def test_a_digest_begins_with_what_is_followed_also_off_topic(store: Store) -> None:
    await put(
        store,
        make_entry("pane_one", 1, text="lora for speech", topics=["agents"], title="On topic"),
        make_entry("pane_two", 2, text="dreams of lora", topics=["rl"], title="Off topic"),
        make_entry("pane_one", 3, text="other things", topics=["agents"], title="Plain"),
        make_entry("pane_two", 4, text="more of that", topics=["rl"], title="Unwanted"),
        make_entry("pane_two", 5, text="lora, an advert", kind="promo", title="Advert"),
    )
    reader = await _follow(store, 5, "lora", topics=("agents",))
    made = await edition(store, reader, "day", NOON)
    shown = [
        (section.topic, {story.first.card("en").title for story in section.stories})
        for section in made.digest.sections
    ]
    assert shown == [(None, {"On topic", "Off topic"}), ("agents", {"Plain"})]
    text = made.pages[0].text
    assert text.index("▍You follow · 2") < text.index("▍Agents")
    plain = await edition(store, reader, "day", NOON, mine=False)
    assert None not in [section.topic for section in plain.digest.sections]
    silent = await edition(store, reader.model_copy(update={"follows": ()}), "day", NOON)
    assert "You follow" not in silent.pages[0].text

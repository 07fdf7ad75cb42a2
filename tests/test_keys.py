"""Every key that a whole run leaves behind is of a known kind and lives as long as it says."""

from datetime import UTC, datetime, timedelta

import pytest

from bench.chaos_keys import leaks, rules
from bot.collect.preview.page import parse_page
from bot.collect.samples import NOW, pages
from bot.extract.worker import Analyst
from bot.model import Subscription
from bot.store import Store, keys
from bot.store.keys import updates as update_keys
from bot.taxonomy.topics import Topic
from bot.telegram.send.session import connect_bot
from bot.terminal.pipeline import settle
from tests.fakes.botapi import FakeBotApi
from tests.fakes.entries import make_work
from tests.keys_page import MARKED, PAGE, table
from tests.telegram.talk import talking
from tests.waiting import due_sent

READER, ASKER, LEAVER = 100, 200, 300


@pytest.fixture
async def used(store: Store) -> Store:
    """A store after a whole run."""
    await run_wholly(store)
    return store


async def run_wholly(store: Store) -> None:
    """Posts, entries, stories, a reader's digest, questions and a farewell."""
    for page in pages():
        for post in parse_page(page).posts:
            await store.posts.ingest(await store.channels.adopt(post))
    await store.channels.watch("pane_one")
    turn = await store.papers.claim("arxiv", 50, timedelta(minutes=1))
    work = make_work(turn.ids[0], "A Title of Five Words at Least")
    await store.papers.settle("arxiv", turn.ids, {work.id: work}, timedelta(seconds=3))
    await settle(store, Analyst(store))
    due = datetime.now(UTC).replace(microsecond=0)
    reader = Subscription(chat_id=READER, at=due.time(), topics=(Topic("quantization"),))
    await store.subscriptions.save(reader, due)
    assert await due_sent(store) == 1
    async with FakeBotApi() as api:
        line = connect_bot(api.token, api.url)
        async with talking(api, line, store) as talk:
            await api.until(lambda fake: bool(fake.sent(READER)))
            await talk.say("/start", ASKER)
            await talk.say("/topic quantization", ASKER)
            await talk.say("/digest week", ASKER)
            await talk.say("/subscribe 09:00", LEAVER)
        await line.session.close()


@pytest.mark.slow
async def test_what_a_whole_run_leaves_lives_as_long_as_it_says(used: Store) -> None:
    assert await leaks(used.redis) == []
    kinds = {rule.name for rule in rules()}
    assert {"post", "entry", "story", "subscription", "delivery", "slot", "update"} <= kinds
    assert await used.redis.dbsize() > 100


async def test_the_leak_finder_finds_leaks(store: Store) -> None:
    await store.redis.set("ftk:unheard:of", "1")
    await store.redis.set(update_keys.update(4, 1), "1")
    await store.redis.set(update_keys.update(4, 2), "1", ex=keys.UPDATE_SEEN * 2)
    await store.redis.set(keys.WATCHED, "1", ex=60)
    faults = await leaks(store.redis)
    found = sorted(fault.partition(": ")[0].removeprefix(keys.PREFIX) for fault in faults)
    assert found == ["channels", "unheard:of", "update:4:1", "update:4:2"]


@pytest.mark.slow
async def test_old_members_of_indexes_go_as_new_ones_come(used: Store) -> None:
    old = await used.entries.between(NOW - timedelta(days=30), NOW + timedelta(days=1))
    assert len(old) > 2
    for entry in old[-3:-1]:
        await used.redis.delete(keys.entry(entry.key))  # as after its retention
    before = await used.redis.zcard(keys.INDEX)
    fresh = old[0].post.model_copy(update={"message_id": 99_001, "text": "Quite another text."})
    await used.posts.ingest(fresh)
    await settle(used, Analyst(used))
    assert await used.redis.zcard(keys.INDEX) <= before


def test_the_design_page_lists_every_kind_of_key_as_it_is() -> None:
    (listed,) = MARKED.findall(PAGE.read_text("utf-8"))
    assert listed == table(), "python -m tests.keys_page writes it anew"


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
def test_every_kind_of_key_states_its_lifetime(rule: object) -> None:
    lifetime = str(getattr(rule, "lifetime", ""))
    words = ("permanent", "work", "trimmed", "capped", "retention", "lease", "seconds", "`")
    assert any(word in lifetime.casefold() for word in words), lifetime

"""Pasted addresses of posts and papers open the story that tells of them."""

import pytest

from bot.model import Channel
from bot.store import Store
from tests.fakes.entries import make_entry
from tests.telegram.seeding import put
from tests.telegram.talk import OWNER, Talk, carried

PRIVATE = Channel(ref="1234567890", handle=None, title="Closed pane")


@pytest.mark.parametrize(
    "text",
    [
        "https://t.me/pane_one/7",
        "t.me/pane_one/7",
        "https://t.me/s/pane_one/7",
        "https://t.me/Pane_One/7?single",
        "telegram.me/pane_one/7",
        "pane_one.t.me/7",
        "tg://resolve?domain=pane_one&post=7",
        "посмотри, что пишут: https://t.me/pane_one/7!",
    ],
)
@pytest.mark.parametrize("person", [100, OWNER])
async def test_a_known_post_opens_its_story(
    talk: Talk, store: Store, text: str, person: int
) -> None:
    entry = make_entry("pane_one", 7, title="Weights in two bits")
    await store.channels.adopt(entry.post)
    await put(store, entry)
    got = await talk.say(text, person)
    assert got.text.startswith("Weights in two bits")
    assert any(each.startswith("ks:") for each in carried(got.message))


@pytest.mark.parametrize(
    "text",
    [
        "https://arxiv.org/abs/2611.04821",
        "arxiv.org/abs/2611.04821v3",
        "https://arxiv.org/pdf/2611.04821v2.pdf",
        "https://www.alphaxiv.org/abs/2611.04821",
        "https://huggingface.co/papers/2611.04821",
        "arXiv:2611.04821",
        "2611.04821",
        "https://doi.org/10.48550/arXiv.2611.04821",
        "что думаете о https://arxiv.org/abs/2611.04821?",
    ],
)
async def test_a_known_paper_opens_its_story(talk: Talk, store: Store, text: str) -> None:
    await put(store, make_entry(title="Weights in two bits", papers=["2611.04821"]))
    got = await talk.say(text)
    assert got.text.startswith("Weights in two bits")


async def test_a_cited_paper_is_found_by_its_number(talk: Talk, store: Store) -> None:
    papers = ["2611.04821", "2610.00001", "2610.00002"]
    await put(store, make_entry(title="Three at once", papers=papers))
    assert (await talk.say("arxiv.org/abs/2610.00002")).text.startswith("Three at once")


async def test_a_paper_nobody_wrote_of_is_told(talk: Talk, store: Store) -> None:
    await put(store, make_entry(papers=["2611.04821"]))
    got = await talk.say("https://arxiv.org/abs/2611.04822", language="ru")
    assert got.text == "Об этой статье здесь пока не писали."


async def test_an_unknown_post_of_a_source_is_told_of_another_suggested(
    talk: Talk, store: Store
) -> None:
    await store.sources.add("pane_one")
    await put(store, make_entry("pane_one", 7))
    got = await talk.say("t.me/pane_one/8")
    assert got.text.startswith("I do not have this post.")
    other = await talk.say("t.me/pane_two/8")
    assert "pane_two" in other.text


async def test_a_private_sources_post_opens_another_one_does_not(talk: Talk, store: Store) -> None:
    entry = make_entry(PRIVATE, 5, title="Behind glass")
    await store.channels.adopt(entry.post)
    await store.sources.listen(PRIVATE.ref)
    await put(store, entry)
    assert (await talk.say("https://t.me/c/1234567890/5")).text.startswith("Behind glass")
    got = await talk.say("https://t.me/c/999/5")
    assert "Behind glass" not in got.text


async def test_what_is_read_for_one_reader_alone_is_opened_for_nobody(
    talk: Talk, store: Store
) -> None:
    aside = Channel(ref="~1234567890", handle=None, title="Closed pane")
    await put(store, make_entry(aside, 5, title="Not for you"))
    known = await talk.say("https://t.me/c/1234567890/5")
    unknown = await talk.say("https://t.me/c/1234567890/6")
    assert "Not for you" not in known.text
    assert known.text.replace("/5", "") == unknown.text.replace("/6", "")


async def test_a_list_of_channels_is_still_a_list(talk: Talk) -> None:
    got = await talk.say("@pane_two t.me/pane_three")
    assert "pane_two" in got.text
    assert "pane_three" in got.text

"""The owners' side of the registry: seeds once, rests, names that change hands."""

from bot.store import Store


async def test_a_seed_that_was_removed_stays_removed(store: Store) -> None:
    await store.sources.seed(["demo_lab"])
    await store.sources.rest("@demo_lab", "removed")
    await store.sources.seed(["DEMO_LAB", "demo_two"])
    assert await store.channels.watched() == ("@demo_two",)
    assert await store.sources.all() == ("@demo_two",)


async def test_a_seed_leaves_what_is_watched_alone(store: Store) -> None:
    ref = await store.channels.watch("demo_lab")
    await store.channels.update(ref, {"state": "no_preview"})
    await store.sources.seed(["demo_lab"])
    assert (await store.channels.state(ref))["state"] == "no_preview"


async def test_a_paused_source_is_listed_and_goes_on(store: Store) -> None:
    ref = await store.sources.add("demo_lab", "1234567")
    for _ in range(2):
        await store.sources.rest(ref, "owner")
    assert (await store.sources.all(), await store.channels.watched()) == ((ref,), ())
    await store.sources.resume(ref)
    assert await store.channels.watched() == (ref,)
    assert await store.sources.resting(ref) == ""


async def test_a_direct_source_resumes_without_a_preview(store: Store) -> None:
    await store.sources.listen("1000000001")
    await store.sources.rest("1000000001", "rights")
    await store.sources.resume("1000000001")
    assert await store.channels.watched() == ()
    assert (await store.sources.get("1000000001")).route == "bot"


async def test_a_name_in_other_hands_is_another_channel(store: Store) -> None:
    old = await store.sources.add("demo_lab", "1234567")
    new = await store.sources.add("demo_lab", "7654321")
    assert (old, new) == ("@demo_lab", "7654321")
    assert await store.channels.resolve("@demo_lab") == new
    assert await store.channels.resolve("1234567") == old


async def test_codes_admit_as_many_as_they_say(store: Store) -> None:
    code = await store.access.invite(1)
    assert [await store.access.redeem(code, user) for user in (5, 5, 6)] == [True, True, False]
    assert not await store.access.redeem("0123456789abcdef", 7)
    await store.access.deny(5)
    assert not await store.access.redeem(code, 5)

"""What is fed into a chaos run: posts, messages, readers of digests, what people say and tap."""

import asyncio
from functools import partial

from bench import chaos_world as feed
from bench.chaos_people import QUESTIONS, TAPPER, question
from bench.chaos_watch import insist
from bench.chaos_world import Plan, World

BATCH = 10  # posts fed at once
FEED_EVERY = 0.05  # seconds
UNSURE = 3.0  # seconds
TAPS = ("T:1", "T:2", "t:agents:1", "t:quantization:1")


async def feed_all(world: World, plan: Plan) -> None:
    """Posts, messages, readers and people, spread over the run."""
    for index, chat in enumerate(plan.readers):
        await insist(partial(feed.subscribe, world, chat, 10 + index))
    queue = [(n, chat) for chat, upto in plan.messages.items() for n in range(upto)]
    queue.sort()
    steps = max(1, -(-plan.posts // BATCH))
    again = set(plan.by_both)
    grown = False
    for step in range(steps):
        for number in plan.by_bot[step::steps]:
            feed.push_post(world, number)
        for number in again.intersection(plan.by_site[step::steps]):
            feed.push_again(world, plan, number)
        await _people(world, plan, step, steps)
        part = queue[len(queue) * step // steps : len(queue) * (step + 1) // steps]
        if part:
            mail = [feed.message(chat, n) for n, chat in part]
            await insist(partial(world.store.outbox.enqueue, mail))
            world.handed_on.append((asyncio.get_running_loop().time(), mail))
        if not grown and step >= steps // 3 and await feed.all_looked_at(world):
            feed.serve_pages(world, plan.by_site, 1)
            grown = True
        await asyncio.sleep(FEED_EVERY)
    await feed.wait_for_looks(world)
    feed.serve_pages(world, plan.by_site, 1)


async def hand_on_again(world: World, killed: float) -> None:
    """Messages that the server took shortly before it was killed at that time of the loop.

    With ``everysec`` a server whose disk is slow holds what it has acknowledged back for up to two
    seconds: ``flushAppendOnlyFile`` in its ``aof.c``.
    """
    for at, mail in list(world.handed_on):  # which is fed meanwhile
        if killed - at < UNSURE:
            await insist(partial(world.store.outbox.enqueue, mail))


async def _people(world: World, plan: Plan, step: int, steps: int) -> None:
    """One question of each asker, some of each talker; goodbyes; and somebody who taps on."""
    api = world.api
    for chat in plan.askers[step::steps]:
        api.say("/help", 100 + step, chat=chat)
    for number in range(step * QUESTIONS // steps, (step + 1) * QUESTIONS // steps):
        for chat in plan.talkers:
            api.say(question(number), -chat, chat=chat)
    for chat in plan.leavers[step::steps]:
        shown = await api.run("sendmessage", {"chat_id": chat, "text": "Sure?"})
        api.say("/subscribe 10:00", chat)
        api.press(shown, "erase", chat)
    if step == 0:
        world.tapped = await api.run("sendmessage", {"chat_id": TAPPER, "text": "Tap me"})
    if world.tapped:
        api.press(world.tapped, TAPS[step % len(TAPS)])
        world.taps += 1

"""What must hold after a chaos run, each invariant with its count."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from bench.chaos_fleet import SLOW
from bench.chaos_keys import leaks
from bench.chaos_people import QUESTIONS
from bench.chaos_world import CAP_USD, NOW, Plan, World, marker, message
from bot.store.queue.stream import GROUP
from tests.fakes.botapi import TOKEN
from tests.fakes.openai import KEY

_QUESTION = re.compile(r"made-up-(\d+)")
_NUMBERED = re.compile(r"message (\d+) to (-\d+)")


class Finding(NamedTuple):
    """One invariant: what it says, what was counted, whether it holds."""

    name: str
    says: str
    holds: bool


async def findings(world: World, plan: Plan, log: list[str], kills: int) -> list[Finding]:
    """All invariants of one run."""
    return [
        *await _posts(world, plan),
        *await _messages(world, plan, log),
        *await _people(world, plan),
        _digests(world, plan),
        *await _money(world, plan, kills),
        *await _leftovers(world),
        _secrets(world, log),
    ]


async def _posts(world: World, plan: Plan) -> list[Finding]:
    span = timedelta(days=2)
    entries = await world.store.entries.between(NOW - span, NOW + span)
    kept = Counter(marker(entry.post.text) for entry in entries)
    engines = Counter(entry.engine for entry in entries)
    lost = [n for n in range(plan.posts) if not kept[str(n)]]
    unread = [n for n in plan.last if not kept[str(n)]]
    twice = [n for n, copies in kept.items() if copies > 1]
    dead = [letter async for letter in world.store.dead_letters.letters()]
    engine_says = ", ".join(f"{number} by {name}" for name, number in sorted(engines.items()))
    return [
        Finding("I1 posts lost", f"{len(lost)} of {plan.posts} ({engine_says})", not lost),
        Finding("I1 posts kept twice", str(len(twice)), not twice),
        Finding("I1 quarantined", f"{len(dead)} {_some(dead)}", not dead),
        Finding(
            "I9 previews unread after the last kill",
            f"{len(unread)} of {len(plan.last)} (all looked at again within {world.blind:.1f} s)",
            not unread,
        ),
    ]


def _some(found: Sequence[object]) -> str:
    return repr(list(found[:3])) if found else ""


async def _messages(world: World, plan: Plan, log: list[str]) -> list[Finding]:
    seen = Counter((item.chat_id, item.text) for item in world.api.deliveries)
    owed = [message(chat, n) for chat, upto in plan.messages.items() for n in range(upto)]
    lost = [d.id for d in owed if not seen[d.chat_id, d.screen.text]]
    per_chat = Counter(item.chat_id for item in world.api.deliveries)
    once = [*plan.readers, *plan.askers]
    lost += [f"digest or answer to {chat}" for chat in once if not per_chat[chat]]
    doubles = sum(max(0, seen[d.chat_id, d.screen.text] - 1) for d in owed)
    doubles += sum(max(0, per_chat[chat] - 1) for chat in once)
    for chat in plan.talkers:
        got = _answers(world, chat)
        lost += [f"answer {n} to {chat}" for n in range(QUESTIONS) if n not in got]
        doubles += len(got) - len(set(got))
    unknown = sum("unknown outcome" in line for line in log)
    turned = _out_of_order(world)
    return [
        Finding("I1 messages lost", f"{len(lost)} of {plan.deliveries} {_some(lost)}", not lost),
        Finding("I2 doubled", f"{doubles} ({unknown} unknown outcomes)", doubles == 0),
        Finding("I5 out of order", f"{turned} of {len(owed)}", turned == 0),
    ]


def _answers(world: World, chat: int) -> list[int]:
    """Which of a talker's questions were answered, in the order of the answers."""
    found = [_QUESTION.search(text) for text in world.api.sent(chat)]
    return [int(each[1]) for each in found if each]


async def _people(world: World, plan: Plan) -> list[Finding]:
    """What was said in a row was answered in a row; who was forgotten stays so."""
    firsts = {chat: list(dict.fromkeys(_answers(world, chat))) for chat in plan.talkers}
    turned = [chat for chat, numbers in firsts.items() if numbers != sorted(numbers)]
    back = [chat for chat in plan.leavers if await world.store.subscriptions.get(chat)]
    answered = len(world.api.answered)
    return [
        Finding("I5 answers out of order", f"{len(turned)} of {len(firsts)} chats", not turned),
        Finding("I7 back after /forget", f"{len(back)} of {len(plan.leavers)}", not back),
        Finding("I8 taps answered", f"{answered} of {world.taps} and goodbyes", answered > 0),
    ]


def _digests(world: World, plan: Plan) -> Finding:
    """Each was sent at its time, though one of those who send is behind it."""
    missed = [chat for chat in plan.readers if chat not in world.late]
    early = [chat for chat, late in world.late.items() if late < 0]
    longest = max(world.late.values(), default=0.0)
    return Finding(
        "I10 digests missed or early",
        f"{len(missed)} and {len(early)} of {len(plan.readers)} "
        f"(one clock {SLOW.total_seconds():.0f} s slow; closed within {longest:.1f} s)",
        not missed and not early and longest < SLOW.total_seconds(),
    )


def _out_of_order(world: World) -> int:
    """Messages that came after a later one of their chat."""
    latest: dict[str, int] = {}
    turned = 0
    for item in world.api.deliveries:
        if found := _NUMBERED.fullmatch(item.text):
            number, chat = int(found[1]), found[2]
            turned += number < latest.get(chat, -1)
            latest[chat] = max(number, latest.get(chat, -1))
    return turned


async def _money(world: World, plan: Plan, kills: int) -> list[Finding]:
    spent = await world.store.usage.spent(NOW.date())
    calls, most = sum(world.paid.values()), max(world.paid.values(), default=0)
    allowed = 1 + kills
    return [
        Finding("I3 spent", f"${spent / 1e6:.2f} of ${CAP_USD:.2f}", spent <= CAP_USD * 1e6),
        Finding(
            "I3 paid calls",
            f"{calls} for {len(world.paid)} posts, at most {most} for one",
            most <= allowed,
        ),
    ]


async def _leftovers(world: World) -> list[Finding]:
    store = world.store
    streams = (
        store.update_stream,
        store.post_stream,
        store.entry_stream,
        store.outbox_stream,
    )
    waiting = {stream.name: await stream.waiting() for stream in streams}
    pending = {s.name: (await store.redis.xpending(s.name, GROUP))["pending"] for s in streams}
    left = await leaks(store.redis)
    return [
        Finding("I4 unfinished", _nonzero(waiting), not any(waiting.values())),
        Finding("I4 pending", _nonzero(pending), not any(pending.values())),
        Finding("I4 keys without lifetime or owner", f"{len(left)} {_some(left)}", not left),
    ]


def _nonzero(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in counts.items() if number) or "0"


def _secrets(world: World, log: list[str]) -> Finding:
    shown = [*log, *(item.text for item in world.api.deliveries)]
    canaries = (TOKEN.partition(":")[2], KEY)
    told = sum(secret in line for line in shown for secret in canaries)
    return Finding("I6 secrets in outputs", f"{told} in {len(shown)} lines", told == 0)

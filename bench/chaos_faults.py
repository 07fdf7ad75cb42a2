"""Faults by rate: every so many requests one is answered wrongly, late or not at all."""

import asyncio
import random
from collections.abc import Callable

from tests.fakes import botapi_answers as answers
from tests.fakes.botapi import FakeBotApi
from tests.fakes.proxy import FakeProxy

LOST_REPLIES = 0.02  # of what the store answers
TICK = 0.01  # seconds
SLOW = 3.0  # seconds until held answers go

Order = Callable[[random.Random], answers.Answer]
SENDS: dict[str, tuple[float, Order]] = {
    "500": (0.01, lambda chance: answers.server_error(executed=chance.random() < 0.5)),
    "502": (0.0025, lambda chance: answers.bad_gateway(executed=chance.random() < 0.5)),
    "cut": (0.0025, lambda chance: answers.cut(executed=chance.random() < 0.5)),
    "slow": (0.005, lambda _: answers.late()),
    "429": (0.005, lambda _: answers.flood(1)),
}
"""Rates of faults among sends."""


class Faults:
    """Orders faults at the fakes while it is entered; ``given`` counts them."""

    def __init__(self, api: FakeBotApi, proxy: FakeProxy, chance: random.Random) -> None:
        self._api, self._proxy, self._chance = api, proxy, chance
        self.given = dict.fromkeys([*SENDS, "lost replies"], 0)
        self._seen_calls = self._seen_replies = 0
        self._released_at = 0.0

    async def run(self) -> None:
        """Keep the rates until cancelled."""
        while True:
            await asyncio.sleep(TICK)
            self._lose_replies()
            self._spoil_sends()
            self._release()

    def _lose_replies(self) -> None:
        new = self._proxy.requests - self._seen_replies
        self._seen_replies += new
        lost = self._drawn(new, LOST_REPLIES)
        if lost:
            self._proxy.once("cut", lost)
        self.given["lost replies"] += lost

    def _spoil_sends(self) -> None:
        calls = self._api.calls[self._seen_calls :]
        self._seen_calls += len(calls)
        new = sum(call.method == "sendmessage" for call in calls)
        for name, (rate, order) in SENDS.items():
            for _ in range(self._drawn(new, rate)):
                self._api.order(order(self._chance))
                self.given[name] += 1

    def _drawn(self, number: int, rate: float) -> int:
        return sum(self._chance.random() < rate for _ in range(number))

    def _release(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._released_at > SLOW:
            self._released_at = now
            self._api.release()

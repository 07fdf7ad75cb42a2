"""The work of a post as a taskiq task on its Redis stream broker. Runs in an environment apart."""

import asyncio
import json
import logging
import sys
import time

from redis.asyncio import Redis
from taskiq.api import run_receiver_task
from taskiq_redis import RedisStreamBroker
from writes import Waiting, write_post  # type: ignore[import-not-found]

URL = sys.argv[1]
logging.disable(logging.ERROR)


class Worker:
    """One broker with its two tasks."""

    def __init__(self) -> None:
        self.redis = Redis.from_url(URL, decode_responses=True)
        self.broker = RedisStreamBroker(URL, queue_name="taskiq")
        self.waiting, self.seen = Waiting(), list[float]()

        async def work(body: str) -> None:
            await write_post(self.redis, body)
            self.waiting.one()

        async def note(began: float) -> None:
            self.seen.append(time.perf_counter() - began)
            self.waiting.one()

        self.work = self.broker.register_task(work, "work")
        self.note = self.broker.register_task(note, "note")

    async def do(self, bodies: list[str]) -> dict[str, float]:
        """Seconds, and those of CPU, for posts that wait in the stream."""
        for body in bodies:
            await self.work.kiq(body)
        began, cpu = time.perf_counter(), time.process_time()
        receiver = asyncio.create_task(run_receiver_task(self.broker))
        await self.waiting.until(len(bodies))
        answer = {"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu}
        await asyncio.sleep(0.2)
        await _ended(receiver)
        return answer

    async def latency(self, count: int) -> dict[str, float]:
        """The median from the sending to the handler."""
        receiver = asyncio.create_task(run_receiver_task(self.broker))
        await asyncio.sleep(0.5)
        for _ in range(count):
            await self.note.kiq(time.perf_counter())
            await self.waiting.until(1)
            await asyncio.sleep(0.02)
        answer = {"p50": sorted(self.seen)[len(self.seen) // 2]}
        self.seen.clear()
        await _ended(receiver)
        return answer


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])


async def main() -> None:
    """Answer ``bodies`` with the work of posts, ``latency`` with one message at a time."""
    worker = Worker()
    await worker.broker.startup()
    while line := await asyncio.to_thread(sys.stdin.readline):
        asked = json.loads(line)
        await worker.broker.startup()  # the group went with the data of the round before
        bodies, count = asked.get("bodies"), asked.get("latency", 0)
        answer = await (worker.do(bodies) if bodies else worker.latency(count))
        print(json.dumps(answer), flush=True)


asyncio.run(main())

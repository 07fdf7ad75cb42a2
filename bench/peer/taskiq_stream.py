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


async def main() -> None:
    """Answer ``fill`` and ``work`` with posts, ``latency`` with one message at a time."""
    redis = Redis.from_url(URL, decode_responses=True)
    broker = RedisStreamBroker(URL, queue_name="taskiq")
    waiting, seen = Waiting(), list[float]()

    async def work(body: str) -> None:
        await write_post(redis, body)
        waiting.one()

    async def note(began: float) -> None:
        seen.append(time.perf_counter() - began)
        waiting.one()

    task, noted = broker.register_task(work, "work"), broker.register_task(note, "note")
    await broker.startup()
    receiver = None
    while line := await asyncio.to_thread(sys.stdin.readline):
        asked = json.loads(line)
        answer = {}
        if "bodies" in asked:
            await broker.startup()  # the group went with the data of the round before
            for body in asked["bodies"]:
                await task.kiq(body)
            began, cpu = time.perf_counter(), time.process_time()
            receiver = receiver or asyncio.create_task(run_receiver_task(broker))
            await waiting.until(len(asked["bodies"]))
            answer = {"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu}
            await asyncio.sleep(0.2)
            receiver.cancel()
            await asyncio.wait([receiver])
            receiver = None
        if "latency" in asked:
            await broker.startup()
            receiver = receiver or asyncio.create_task(run_receiver_task(broker))
            await asyncio.sleep(0.5)
            for _ in range(asked["latency"]):
                await noted.kiq(time.perf_counter())
                await waiting.until(1)
                await asyncio.sleep(0.02)
            answer = {"p50": sorted(seen)[len(seen) // 2]}
            seen.clear()
        if "idle" in asked:
            cpu = time.process_time()
            await asyncio.sleep(asked["idle"])
            answer = {"cpu": (time.process_time() - cpu) / asked["idle"]}
        print(json.dumps(answer), flush=True)
    if receiver:
        receiver.cancel()


asyncio.run(main())

"""The work of a post as a FastStream subscriber of a Redis stream, in an environment apart."""

import asyncio
import json
import logging
import sys
import time

from faststream.redis import RedisBroker, StreamSub
from redis.asyncio import Redis
from writes import Waiting, write_post  # type: ignore[import-not-found]

URL = sys.argv[1]
logging.disable(logging.ERROR)


async def main() -> None:
    """Answer a line with posts: fill the stream, then do the work."""
    redis = Redis.from_url(URL, decode_responses=True)
    waiting = Waiting()

    async def work(body: str) -> None:
        await write_post(redis, body)
        waiting.one()

    while line := await asyncio.to_thread(sys.stdin.readline):
        asked = json.loads(line)
        await redis.delete("faststream")
        await redis.xgroup_create("faststream", "workers", id="0", mkstream=True)
        broker = RedisBroker(URL, logger=None)
        stream = StreamSub(
            "faststream", group="workers", consumer="one", max_records=100, last_id=">"
        )
        broker.subscriber(stream=stream)(work)
        await broker.connect()
        for body in asked["bodies"]:
            await broker.publish(body, stream="faststream")
        began, cpu = time.perf_counter(), time.process_time()
        await broker.start()
        await waiting.until(len(asked["bodies"]))
        answer = {"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu}
        await broker.stop()
        print(json.dumps(answer), flush=True)


asyncio.run(main())

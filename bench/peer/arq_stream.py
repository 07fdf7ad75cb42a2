"""The work of a post as an arq job, in an environment apart: its queue is no stream."""

import asyncio
import json
import logging
import sys
import time
from typing import Any

from arq import create_pool
from arq.connections import RedisSettings
from arq.worker import Worker, func
from redis.asyncio import Redis
from writes import Waiting, write_post  # type: ignore[import-not-found]

URL = sys.argv[1]
IN_FLIGHT = 100
POLL = 0.01  # seconds; its own default of 0.5 would be all that is measured
logging.disable(logging.ERROR)


async def main() -> None:
    """Answer a line with posts: fill the queue, then do the work."""
    redis = Redis.from_url(URL, decode_responses=True)
    pool = await create_pool(RedisSettings.from_dsn(URL))
    waiting = Waiting()

    async def work(_: dict[Any, Any], body: str) -> None:
        await write_post(redis, body)
        waiting.one()

    while line := await asyncio.to_thread(sys.stdin.readline):
        bodies = json.loads(line)["bodies"]
        for body in bodies:
            await pool.enqueue_job("work", body)
        worker = Worker(
            functions=[func(work, name="work", keep_result=0)],
            redis_pool=pool,
            max_jobs=IN_FLIGHT,
            poll_delay=POLL,
            handle_signals=False,
        )
        began, cpu = time.perf_counter(), time.process_time()
        running = asyncio.create_task(worker.async_run())
        await waiting.until(len(bodies))
        answer = {"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu}
        await asyncio.sleep(0.2)
        running.cancel()
        await asyncio.wait([running])
        print(json.dumps(answer), flush=True)


asyncio.run(main())

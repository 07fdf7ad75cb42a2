"""CPU of one call of the model by ours and by the SDK's ``parse`` for the same form (B9).

The server runs in a thread of its own and its time is not counted.
"""

import asyncio
import json
import queue
import re
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import openai

from bench import seeds
from bench.measure import Options, Report, Row, alternate, run
from bot.extract.budget.meter import Meter
from bot.extract.forms import response_formats
from bot.extract.forms.forms import PostForm
from bot.extract.llm import prompt
from bot.extract.llm.client import OpenAIClient
from bot.extract.llm.model import MAX_TOKENS, Model
from bot.extract.llm.server import Question, Server
from bot.extract.llm.server_profiles import profile_of
from tests.fakes.openai_forms import Seen, honest

CALLS, TINY = 200, 5
POST = seeds.post(1)


def main(arguments: list[str]) -> int:
    """Measure calls and whole readings."""
    return run("model_call", arguments, measure)


async def measure(options: Options) -> Report:
    """The call with its validated form, then the reading with prompt and check."""
    report, count = Report("model_call"), options.of(CALLS, TINY)
    links = tuple((n, link.anchor, link.kind) for n, link in enumerate(POST.links, 1))
    form = PostForm.model_validate(honest(Seen(POST.text, links, ("ru", "en"))))
    with _answering(form.model_dump_json()) as url:
        async with (
            openai.AsyncOpenAI(api_key="none", base_url=url, max_retries=0) as sdk,
            Model(api_key="none", model="bench", base_url=url) as model,
        ):
            server = Server(OpenAIClient("none", url, 30), "bench", profile_of(url))
            messages = prompt.chat_messages(
                prompt.load_prompt(), POST, languages=("ru", "en"), nonce="0"
            )
            question = Question(response_formats.POST, "post", lambda _: messages, MAX_TOKENS)

            async def call() -> object:
                return (await server.ask(question, Meter())).found.form

            async def parse() -> object:
                done = await sdk.chat.completions.parse(
                    model="bench", messages=messages, response_format=PostForm  # type: ignore[arg-type]
                )  # fmt: skip
                return done.choices[0].message.parsed

            if await call() != await parse():
                raise RuntimeError("the two sides read different forms")
            calls = await alternate(options.rounds, _cpu(call, count), _cpu(parse, count))
            whole = await alternate(
                options.rounds, _cpu(lambda: model.analyse(POST), count), _cpu(parse, count)
            )
            await server.close()
    peer = "chat.completions.parse"
    report.rows.append(Row("call and validated form", peer, "µs CPU", *calls, "B9", ("<=", 0.45)))
    report.rows.append(Row("reading: prompt, call, check", peer, "µs CPU", *whole))
    return report


def _cpu(call: Callable[[], Awaitable[object]], count: int) -> Callable[[], Awaitable[float]]:
    """Microseconds of this thread's CPU per call."""

    async def side() -> float:
        began = time.thread_time()
        for _ in range(count):
            await call()
        return (time.thread_time() - began) / count * 1e6

    return side


@contextmanager
def _answering(said: str) -> Iterator[str]:
    """A server that gives one answer to everything, in a thread."""
    answer, ports = _http(_completion(said)), queue.Queue[int]()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while asked := await _head_of(reader):
            length = re.search(rb"content-length: (\d+)", asked, re.IGNORECASE)
            await reader.readexactly(int(length[1]) if length else 0)
            writer.write(answer)
        writer.close()

    async def serve() -> None:
        server = await asyncio.start_server(talk, "127.0.0.1", 0)
        ports.put(server.sockets[0].getsockname()[1])
        await stop.wait()
        server.close()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    try:
        yield f"http://127.0.0.1:{ports.get()}/v1"
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


def _http(body: bytes) -> bytes:
    head = f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    return b"HTTP/1.1 200 OK\r\n" + head.encode() + body


async def _head_of(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""


def _completion(said: str) -> bytes:
    message = {"role": "assistant", "content": said, "refusal": None}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    usage = {"prompt_tokens": 4_000, "completion_tokens": 300, "total_tokens": 1200}
    found = {"id": "c1", "object": "chat.completion", "created": 1, "model": "bench"}
    return json.dumps({**found, "choices": [choice], "usage": usage}).encode()

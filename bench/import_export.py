"""A generated export imported in a process of its own: its peak memory and its speed.

``python -m bench import_export --size 1GiB``
"""

import argparse
import asyncio
import json
import os
import random
import re
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.store.connection.embedded import embedded

UNITS = {"": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}
LIMIT = 80 * 10**6  # bytes of resident memory that an import may take
WORDS = re.findall(
    r"\w+",
    "модель слой внимание токен контекст обучение данные градиент бенчмарк датасет квантизация "
    "веса инференс память скорость точность метод статья код репозиторий сравнение результат "
    "attention transformer benchmark training tokens open weights release paper long context",
)


@dataclass(frozen=True)
class Outcome:
    """One run: its exit code, peak memory in bytes, seconds by clock and CPU, what it said."""

    code: int
    peak: int
    seconds: float
    cpu: float
    said: str

    @property
    def posts(self) -> int:
        """How many posts it read."""
        found = re.search(r"(\d+) posts read", self.said)
        return int(found[1]) if found else 0


def main(arguments: list[str]) -> int:
    """Generate, import twice, print; 1 when the memory or the outcome is not as promised."""
    parser = argparse.ArgumentParser(prog="bench import_export")
    parser.add_argument("--size", type=size_of, default=size_of("64MiB"))
    size = parser.parse_args(arguments).size
    with tempfile.TemporaryDirectory(prefix="ftk") as folder:
        file = Path(folder) / "result.json"
        written = write_export(file, size)
        print(f"export: {file.stat().st_size / 2**20:.0f} MiB, {written} posts")
        first, second = asyncio.run(_twice(file, Path(folder) / "home"))
    for name, done in (("import", first), ("again", second)):
        print(
            f"{name}: exit {done.code}, peak {done.peak / 2**20:.0f} MiB, {done.seconds:.0f} s, "
            f"{done.posts / done.seconds:.0f} posts/s, {done.posts / done.cpu:.0f} posts per "
            f"second of CPU\n  {done.said.splitlines()[0]}"
        )
    kept = f"{written} new" in first.said and f"{written} as they were" in second.said
    return int(not kept or max(first.peak, second.peak) > LIMIT)


async def _twice(file: Path, home: Path) -> tuple[Outcome, Outcome]:
    """Two runs against one embedded server, which is held here: the limit is not for it."""
    async with embedded(home):
        return run_import(file, home), run_import(file, home)


def size_of(text: str) -> int:
    """Bytes in ``64MiB``, ``1GiB`` or a plain number; ValueError for anything else."""
    found = re.fullmatch(r"(\d+)([KMG]iB)?", text)
    if not found:
        raise ValueError(f"no size: {text}")
    return int(found[1]) * UNITS[found[2] or ""]


def write_export(path: Path, size: int) -> int:
    """Write an export of about ``size`` bytes; how many posts are in it."""
    chance = random.Random(7)
    posts = written = 0
    with path.open("w", encoding="utf-8") as file:
        file.write('{"name": "Invented", "type": "public_channel", "id": 1555000111,\n')
        file.write(' "messages": [\n')
        for number, message in enumerate(_messages(chance)):
            text = json.dumps(message, ensure_ascii=False, indent=1)
            file.write(f"{',' if number else ''}\n{text}")
            written += len(text.encode()) + 2
            posts += message["type"] == "message"
            if written >= size:
                break
        file.write("\n]}\n")
    return posts


def _messages(chance: random.Random) -> Iterator[dict[str, object]]:
    """Messages as in an export of 2026: most of text with links, some with media or of service."""
    number, moment = 0, 1_500_000_000
    while True:
        number, moment = number + chance.randint(1, 3), moment + chance.randint(60, 4000)
        message = {"id": number, "type": "message", "date_unixtime": str(moment), "text": ""}
        message |= {"date": "2017-07-14T05:40:00", "from": "Invented", "from_id": "channel1"}
        if number % 50 == 0:
            yield message | {"type": "service", "action": "pin_message", "text_entities": []}
            continue
        runs = list(_runs(chance, number))
        message |= {"text": runs, "text_entities": runs}
        if number % 4 == 0:
            message |= {"photo": "photos/photo_1.jpg", "width": 1280, "height": 720}
        if number % 3 == 0:
            message |= {"edited_unixtime": str(moment + 60)}
        if number % 9 == 0:
            message |= {"forwarded_from": "Another", "forwarded_from_id": "channel77"}
        yield message


def _runs(chance: random.Random, number: int) -> Iterator[dict[str, str]]:
    def words(most: int) -> str:
        return " ".join(chance.choices(WORDS, k=chance.randint(3, most)))

    yield {"type": "bold", "text": words(9)}
    for _ in range(chance.randint(1, 4)):
        yield {"type": "plain", "text": f"\n\n{words(40)} "}
        paper = f"https://arxiv.org/abs/24{number % 12 + 1:02}.{number % 100_000:05}v1"
        yield {"type": "text_link", "text": words(4), "href": paper}
    yield {"type": "plain", "text": f" {words(20)} "}
    yield {"type": "link", "text": f"https://github.com/invented/repo{number % 977}"}
    yield {"type": "hashtag", "text": "#invented"}


def run_import(file: Path, home: Path) -> Outcome:
    """Run the command under twice the promised memory."""
    said = file.with_suffix(".txt")
    env = {**os.environ, "FORTOCHKA_HOME": str(home), "REDIS_URL": "", "COLUMNS": "200"}
    command = [sys.executable, "-m", "bot", "import", str(file), "--channel", "@invented_one"]
    began = time.perf_counter()
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_DATA, (2 * LIMIT, 2 * LIMIT))
        sink = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(sink, 1)
        os.execve(command[0], command, env)
    _, status, used = os.wait4(child, 0)
    seconds = time.perf_counter() - began
    peak = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    code = os.waitstatus_to_exitcode(status)
    cpu = used.ru_utime + used.ru_stime
    return Outcome(code, peak, seconds, cpu, said.read_text("utf-8") or "(nothing)")

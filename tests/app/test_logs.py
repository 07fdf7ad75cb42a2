"""Logs: one line an event, and a secret in none of them."""

import json
import re
import subprocess
import sys

import pytest

TOKEN = "123456789:" + "A" * 35
KEY = "sk-" + "k" * 24
SPEAK = """
import logging
import structlog
from bot.config import Settings
from bot.app.logs import set_up
settings = Settings(_env_file=None, telegram_bot_token={token!r}, openai_api_key={key!r},
                    redis_url="redis://:p4ssw0rd%2Fx@127.0.0.1/0", log_format={how!r})
set_up(settings)
log = structlog.get_logger()
log.info("read", post="demo/1", url="https://api.example/bot{token}/getMe")
log.warning("failed", error=ValueError("refused {key}"), where=["redis://:p4ssw0rd%2Fx@127.0.0.1/0"])
log.error("refused", reason="unknown command AUTH, with args beginning with: p4ssw0rd/x")
logging.getLogger("aiogram").error("token %s", {token!r})
logging.getLogger("aiogram").info("not shown")
try:
    raise RuntimeError("9876543210:" + "B" * 35)
except RuntimeError:
    log.exception("crashed")
"""

FLOOD = """
import time
start, said = time.monotonic(), 0
while (span := time.monotonic() - start) < 2.2:
    said += 1
    log.warning("retry", delivery=f"{said}", reason=f"flood: {said} s for @pane_{said}")
    logging.getLogger("asyncio").error("socket.accept() failed\\nsocket: %d" % said)
    if said % 100 == 1:
        log.info("read", post=f"demo/{said}")
log.warning("retry", delivery="1", reason="no address")
log.warning("told", said=said, span=int(span))
"""


def _speak(how: str) -> str:
    program = SPEAK.format(token=TOKEN, key=KEY, how=how)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == ""
    return done.stderr


@pytest.mark.parametrize("how", ["text", "json"])
def test_no_secret_is_logged(how: str) -> None:
    said = _speak(how)
    assert "crashed" in said
    for secret in (TOKEN, KEY, "p4ssw0rd", "B" * 35):
        assert secret not in said


def test_json_lines_are_one_event_each() -> None:
    events = [json.loads(line) for line in _speak("json").splitlines()]
    assert [event["event"] for event in events][:2] == ["read", "failed"]
    assert events[0]["post"] == "demo/1"
    assert events[0]["level"] == "info"
    assert len(events) == 5


@pytest.mark.parametrize("how", ["text", "json"])
def test_no_line_holds_the_number_of_a_chat(how: str) -> None:
    program = SPEAK.format(token=TOKEN, key=KEY, how=how).partition("\nlog.info(")[0]
    program += '\nlog.info("sent", delivery="alert:0a1b:7654321098", chat=-1007654321098)\n'
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stderr
    assert "sent" in said
    assert "alert:0a1b:~" in said
    assert "7654321098" not in said


@pytest.mark.slow
def test_p5_one_cause_is_one_line_a_second_whomever_it_concerns() -> None:
    program = SPEAK.format(token=TOKEN, key=KEY, how="json").partition("\nlog.info(")[0] + FLOOD
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stderr
    *lines, told = [json.loads(line) for line in said.splitlines()]
    flood = [line for line in lines if "flood" in line.get("reason", "")]
    foreign = [line for line in lines if line["event"].startswith("socket.accept()")]
    assert told["said"] > 100
    for of_one_cause in (flood, foreign):
        assert 2 <= len(of_one_cause) <= told["span"] + 1
    assert "more" not in flood[0]
    assert told["said"] / 3 < sum(1 + line.get("more", 0) for line in flood) <= told["said"]
    assert sum(line["event"] == "read" for line in lines) == (told["said"] + 99) // 100
    assert [line["reason"] for line in lines if line["event"] == "retry"][-1] == "no address"


UNCAUGHT = """
import asyncio
import gc
import threading

def die(error):
    raise error

class Doomed:
    def __del__(self):
        raise KeyError({key!r})

async def main():
    set_up(settings)
    thread = threading.Thread(target=die, args=(ValueError({key!r}),))
    thread.start()
    thread.join()
    Doomed()
    asyncio.get_running_loop().call_soon(die, OSError({key!r}))
    lost = asyncio.create_task(asyncio.to_thread(die, EOFError({key!r})))
    await asyncio.wait([lost])
    del lost
    gc.collect()
    raise LookupError({key!r})

asyncio.run(main())
"""


LOST = [
    ("thread", "ValueError"),
    ("destructor", "KeyError"),
    ("event loop", "OSError"),
    ("event loop", "EOFError"),
    ("process", "LookupError"),
]


@pytest.mark.parametrize(("how", "field"), [("json", "exc_info"), ("text", "trace")])
def test_what_nobody_caught_is_a_line_each_without_a_secret(how: str, field: str) -> None:
    program = SPEAK.format(token=TOKEN, key=KEY, how=how).partition("\nset_up(")[0]
    program += UNCAUGHT.format(key=KEY)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert KEY not in done.stderr
    lines = done.stderr.splitlines()
    for line, (where, error) in zip(lines, LOST, strict=True):
        assert "uncaught" in line
        assert re.search(rf"\bwhere\W+{where}\b", line)
        assert f"{error}: " in line
        assert field in line


def test_a_command_that_prints_tells_what_nobody_caught_in_a_line_without_a_secret() -> None:
    program = f"from bot.app.logs import quiet\nquiet()\nraise LookupError('x {KEY}')"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "LookupError: x ***" in done.stderr

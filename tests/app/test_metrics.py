"""``/metrics`` in one process: its formats, what it says without a store, and who reads it."""

import asyncio
import re
import shutil
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import get_args

import pytest
from aiohttp import ClientSession
from prometheus_client import Metric
from prometheus_client.openmetrics import parser

from bench.chaos_server import OwnServer
from bot.app.health import Health, served
from bot.collect.preview.polling_interval import State
from bot.counts import DELIVERIES, MODEL_CALLS, ProcessCounts
from bot.store import Store, keys
from bot.store.queue.stream import Item
from tests.app.queries import (
    ALERTS,
    METRICS,
    panels,
    queries,
    rules,
    selected,
    series,
    well_formed,
)
from tests.fakes.botapi_chats import BOT_ID
from tests.store.faulty import store_at

PLAIN = "text/plain; version=0.0.4; charset=utf-8"
RESTING = {"paused", "asked", "no_rights", "renamed"}
CASES = Path(__file__).with_name("alert_cases.yml")


async def _page(port: int, accept: str = "") -> tuple[str, str]:
    """The content type and the page."""
    async with (
        ClientSession(headers={"Accept": accept}) as session,
        session.get(f"http://127.0.0.1:{port}/metrics") as answer,
    ):
        assert answer.status == 200
        return answer.headers["Content-Type"], await answer.text()


def _value(page: str, name: str, **labels: str) -> float:
    [value] = [v for n, found, v in series(page) if n == name and labels == found]
    return value


@pytest.mark.parametrize(
    "accept",
    [
        "",
        "text/html, */*",
        "application/openmetrics-text;version=x",
        "application/openmetrics-text;version=1.0.0;q=0.0",
    ],
)
async def test_the_text_format_is_what_prometheus_reads(
    store: Store, free_port: int, accept: str
) -> None:
    async with served(Health(), store, free_port):
        kind, page = await _page(free_port, accept)
    assert kind == PLAIN
    well_formed(page)
    names = {name for name, _, _ in series(page)}
    assert all(name.startswith(("fortochka_", "process_")) for name in names)
    assert not [name for name in names if name.endswith("_created")]


async def test_openmetrics_where_it_is_asked_for(store: Store, free_port: int) -> None:
    async with served(Health(), store, free_port):
        kind, page = await _page(
            free_port,
            "application/openmetrics-text;version=1.0.0;q=0.6,"
            "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=0.0.4;q=0.4",
        )
    assert kind.startswith("application/openmetrics-text; version=1.0.0; charset=utf-8")
    read: Callable[[str], Iterable[Metric]] = parser.text_string_to_metric_families
    families = {each.name: each.type for each in read(page)}
    assert families["fortochka_posts_seen"] == "counter"
    assert families["fortochka_event_loop_lag_seconds"] == "histogram"
    assert page.endswith("# EOF\n")


async def test_what_is_in_a_label_cannot_break_the_page(store: Store, free_port: int) -> None:
    odd = 'a "model" \\ of\nmine'
    store.counts.expect_model(odd)
    store.counts.add(MODEL_CALLS, odd, "answered")
    async with served(Health(), store, free_port):
        _, page = await _page(free_port)
    well_formed(page)
    assert _value(page, "fortochka_model_calls_total", model=odd, outcome="answered") == 1


def test_a_count_with_other_labels_than_its_own_is_refused() -> None:
    with pytest.raises(ValueError, match="fortochka_deliveries has the labels outcome"):
        ProcessCounts().add(DELIVERIES, "sent", "100")


async def test_queues_have_a_depth_and_an_age(store: Store, free_port: int) -> None:
    async with served(Health(), store, free_port):
        _, empty = await _page(free_port)
        await store.updates.accept(BOT_ID, 1, "{}", line="100")
        await store.updates.accept(BOT_ID, 2, "{}", line="100")
        now = int((await store.now() - timedelta(hours=2)).timestamp() * 1000)
        await store.redis.xadd(keys.POSTS, {"key": "a/1", "revision": "r"}, id=f"{now}-0")
        await store.post_stream.ready()
        [item] = await store.post_stream.read("somebody", 1)
        _, in_work = await _page(free_port)
        await store.post_stream.postpone(Item(item.id, item.fields), timedelta(days=1))
        _, later = await _page(free_port)
    oldest, items = "fortochka_queue_oldest_age_seconds", "fortochka_queue_items"
    assert _value(empty, oldest, queue="posts") == 0
    assert _value(in_work, items, queue="updates", state="ready") == 2
    assert _value(in_work, oldest, queue="posts") >= 7200
    assert _value(later, items, queue="posts", state="put_off") == 1
    assert _value(later, oldest, queue="posts") == 0


async def test_sources_are_told_by_state_and_last_post_and_never_by_name(
    store: Store, free_port: int
) -> None:
    now = (await store.now()).timestamp()
    await store.sources.add("pane_lantern")
    await store.channels.update("@pane_lantern", {"last_at": int(now - 3 * 86_400)})
    failing = await store.sources.add("pane_gone")
    await store.channels.update(failing, {"state": "not_found"})
    await store.sources.rest(await store.sources.add("pane_rests"), "owner")
    async with served(Health(), store, free_port):
        _, page = await _page(free_port)
    name = "fortochka_sources"
    assert _value(page, name, state="ok", last_post="week") == 1
    assert _value(page, name, state="not_found", last_post="never") == 1
    assert _value(page, name, state="paused", last_post="never") == 1
    assert "pane_" not in page


async def test_the_budget_that_is_left(store: Store, free_port: int) -> None:
    today = (await store.now()).date()
    hold = await store.usage.reserve(today, 400_000, 2_000_000)
    assert hold
    await store.usage.settle(hold, 250_000)
    assert await store.usage.reserve(today, 500_000, 2_000_000)
    async with served(Health(daily_budget=2.0), store, free_port):
        _, page = await _page(free_port)
    assert _value(page, "fortochka_budget_dollars") == 2
    assert _value(page, "fortochka_budget_left_dollars") == 1.25


async def test_without_a_store_the_process_still_tells_of_itself(
    tmp_path: Path, free_port: int
) -> None:
    async with (
        OwnServer(tmp_path) as server,
        store_at(f"unix://{server.socket}") as store,
        served(Health(), store, free_port),
    ):
        _, page = await _page(free_port)
        assert _value(page, "fortochka_store_up") == 1
        await server.kill()
        _, page = await _page(free_port)
    well_formed(page)
    assert _value(page, "fortochka_store_up") == 0
    assert _value(page, "process_resident_memory_bytes") > 0
    assert "fortochka_queue_items" not in page


def test_the_queries_are_promql_and_what_they_say_of_sources_is_known() -> None:
    found = [each for query in queries() for each in selected(query)]
    assert {each.name for each in found} > {"fortochka_posts_seen_total", "fortochka_sources"}
    states = {
        state
        for query in queries()
        for group in re.findall(r'state=~"([^"]*)"', query)
        for state in group.split("|")
    }
    assert states <= {*get_args(State), *RESTING}


def test_every_alert_and_every_panel_says_what_it_means() -> None:
    assert len({rule["alert"] for rule in rules()}) == len(rules())
    for rule in rules():
        assert rule["labels"]["severity"] in {"info", "warning", "critical"}
        assert rule["annotations"].keys() == {"summary", "description"}
    assert len({panel["id"] for panel in panels()}) == len(panels())
    for panel in panels():
        assert panel["title"]
        assert panel["description"]
        uses = [panel, *panel["targets"]]
        assert {each["datasource"]["uid"] for each in uses} == {"${datasource}"}


@pytest.mark.slow
async def test_promtool_takes_the_rules_and_the_page(store: Store, free_port: int) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed here")
    store.counts.expect_model("some-model")
    await store.sources.add("pane_lantern")
    async with served(Health(), store, free_port):
        _, page = await _page(free_port)
    checks = (("check", "rules", str(ALERTS)), ("test", "rules", str(CASES)), ("check", "metrics"))
    for arguments in checks:
        checking = await asyncio.create_subprocess_exec(
            *(promtool, *arguments),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await checking.communicate(page.encode() if "metrics" in arguments else b"")
        assert checking.returncode == 0, said.decode()


async def test_the_document_names_what_is_served(store: Store, free_port: int) -> None:
    async with served(Health(), store, free_port):
        _, page = await _page(free_port)
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \|", METRICS.read_text("utf-8"), re.MULTILINE)
    if not Path("/proc/stat").exists():  # where the library knows nothing of the process
        rows = [row for row in rows if not row[0].startswith("process_")]
    assert sorted(rows) == sorted(re.findall(r"^# TYPE (\S+) (\S+)$", page, re.MULTILINE))

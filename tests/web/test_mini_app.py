"""The Mini App over HTTP: who is heard, what is kept, what its pages have and others have not."""

import json
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientSession
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot.config import Settings
from bot.digest.cluster import story_id
from bot.model import Subscription
from bot.store import Store
from bot.store.readers.saved import MOST_SAVED, UnknownReaderError
from bot.taxonomy.topics import Topic
from bot.web.archive import ArchiveQueries
from bot.web.places import Site
from bot.web.serve import archive_served
from bot.web.site_files import site_files
from tests.fakes.entries import NOON, make_entry, make_story
from tests.fakes.init_data import TOKEN, init_data
from tests.telegram.seeding import put, subscribe
from tests.web.conftest import NOW, Answer, Visitor

ADA = 279058397
ENTRY = make_entry(title="Small weights")
STORY = story_id(ENTRY)
SAVE: Mapping[str, object] = {"story": STORY, "on": True}


@pytest.fixture
def web_settings(web_settings: Settings) -> Settings:
    return web_settings.model_copy(update={"telegram_bot_token": SecretStr(TOKEN)})


class Reader:
    """Asks as the script does."""

    def __init__(self, visitor: Visitor, data: str) -> None:
        self._visitor, self._data = visitor, data

    async def ask(self, change: object = None, **heads: str) -> Answer:
        """The answer to a change, or to no change."""
        asking = {"Authorization": f"tma {self._data}"} | heads
        path, body = "/app/reader", None
        if change is not None:
            body = change if isinstance(change, bytes) else json.dumps(change).encode()
        answer = await self._visitor.get(path, asking, "GET" if body is None else "POST", body)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers and "ETag" not in answer.headers
        assert not [name for name in answer.headers if name.startswith("Access-Control")]
        return answer

    async def has(self, change: object = None) -> dict[str, Any]:
        """What the reader has after a change that is made."""
        answer = await self.ask(change)
        assert answer.status == 200, answer.text
        return dict(json.loads(answer.body))


@pytest.fixture
async def ada(store: Store, visitor: Visitor) -> AsyncIterator[Reader]:
    await put(store, ENTRY)
    await subscribe(store, ADA)
    yield Reader(visitor, init_data(ADA, NOW))


async def test_a_story_is_saved_as_in_the_chat(ada: Reader, store: Store) -> None:
    assert await ada.has() == {"language": "en", "saved": [], "topics": []}
    saved = await ada.has(SAVE)
    listed = {"title": "Small weights", "from": "pane_one", "href": f"/app/en/s/{STORY}"}
    assert saved["saved"] == [{"id": STORY} | listed]
    assert saved["said"] == "Saved."
    assert [story.id for story in await store.saved.all(ADA)] == [STORY]
    assert (await ada.has(SAVE))["saved"] == saved["saved"]
    gone = await ada.has({"story": STORY, "on": False})
    assert (gone["saved"], gone["said"]) == ([], "Removed from saved.")
    assert await store.saved.all(ADA) == ()


async def test_topics_are_chosen_as_in_the_chat(ada: Reader, store: Store) -> None:
    due = await store.subscriptions.due_at(ADA)
    await ada.has({"topic": "quantization", "on": True})
    both = await ada.has({"topic": "agents", "on": True})
    assert both["topics"] == ["quantization", "agents"]
    reader = await store.subscriptions.get(ADA)
    assert reader and reader.topics == (Topic("quantization"), Topic("agents"))
    assert await store.subscriptions.due_at(ADA) == due
    assert (await ada.has({"topic": "quantization", "on": False}))["topics"] == ["agents"]


async def test_the_reader_has_his_own_language_and_a_post_without_a_page_its_address(
    ada: Reader, store: Store
) -> None:
    reader = Subscription(chat_id=ADA, language="ru", active=False)
    await store.subscriptions.save(reader, None)
    old = make_entry("pane_old", 5, title="Long gone")
    await store.saved.add(ADA, make_story(old, story_id="0" * 12), NOON)
    found = await ada.has()
    assert found["language"] == "ru"
    assert [each["href"] for each in found["saved"]] == ["https://t.me/pane_old/5"]
    assert (await ada.has(SAVE))["said"] == "Сохранено."


async def test_there_is_room_for_as_many_as_in_the_chat(ada: Reader, store: Store) -> None:
    for number in range(MOST_SAVED):
        story = make_story(make_entry("pane_old", number + 1), story_id=f"{number:012x}")
        await store.saved.add(ADA, story, NOON)
    full = await ada.ask(SAVE)
    assert full.status == 409
    assert str(MOST_SAVED) in json.loads(full.body)["error"]


NO_STORIES: tuple[object, ...] = ("", "x", f"{STORY}\n", 7, None, [STORY])
NO_TOPICS: tuple[object, ...] = ("", "nothing", 7, ["quantization"], {})
NOT_UNDERSTOOD: tuple[object, ...] = (
    *(b"", b"{", b"[]", b"\xff", b"7", b"[" * 500, b'{"story": 1, "story": 2}'),
    *({}, {"on": True}, {"story": STORY}, {"topic": "quantization"}, ["story"], "story"),
    {"story": STORY, "topic": "quantization", "on": True},
    {"story": STORY, "on": True, "chat_id": 7},
    *({"story": STORY, "on": on} for on in (1, None, "true")),
    *({"story": name, "on": True} for name in NO_STORIES),
    *({"topic": name, "on": True} for name in NO_TOPICS),
)


async def test_what_is_not_understood_changes_nothing(ada: Reader, store: Store) -> None:
    for asked in NOT_UNDERSTOOD:
        answer = await ada.ask(asked)
        assert (answer.status, "error" in json.loads(answer.body)) == (400, True), asked
    assert (await ada.ask(b" " * 5_000)).status == 413
    assert (await ada.ask({"story": "0" * 12, "on": True})).status == 404
    assert await store.saved.all(ADA) == ()


STRANGERS = {
    "nobody": "",
    "no scheme": init_data(ADA, NOW),
    "another scheme": f"Bearer {init_data(ADA, NOW)}",
    "forged": f"tma {init_data(ADA, NOW)[:-1]}x",
    "another bot's": f"tma {init_data(ADA, NOW, '7:another')}",
    "old": f"tma {init_data(ADA, NOW - timedelta(hours=25))}",
    "of tomorrow": f"tma {init_data(ADA, NOW + timedelta(hours=25))}",
    "huge": f"tma {init_data(ADA, NOW, start_param='a' * 5_000)}",
}


@pytest.mark.parametrize("given", STRANGERS.values(), ids=STRANGERS)
async def test_whom_telegram_does_not_vouch_for_is_not_heard(
    ada: Reader, store: Store, given: str
) -> None:
    heads = {"Authorization": given, "Accept-Language": "ru"}
    for change in (None, SAVE):
        answer = await ada.ask(change, **heads)
        assert answer.status == 401
        assert "Telegram" in json.loads(answer.body)["error"]
    assert await store.saved.all(ADA) == ()


async def test_nothing_is_kept_of_who_is_unknown_denied_or_forgotten(
    ada: Reader, store: Store, visitor: Visitor
) -> None:
    stranger = Reader(visitor, init_data(7, NOW))
    for change in (None, SAVE, {"topic": "agents", "on": True}):
        assert (await stranger.ask(change)).status == 403
    await ada.has(SAVE)
    await store.erasure.erase(ADA)
    for change in (None, SAVE, {"topic": "agents", "on": True}):
        assert (await ada.ask(change)).status == 403
    await subscribe(store, 8)
    await store.access.deny(8)
    assert (await Reader(visitor, init_data(8, NOW)).ask(SAVE)).status == 403
    for person in (7, 8, ADA):
        assert await store.saved.all(person) == ()
    assert await store.subscriptions.get(7) is None
    assert await store.subscriptions.get(ADA) is None


async def test_a_change_that_meets_a_forgotten_reader_brings_nothing_back(store: Store) -> None:
    await subscribe(store, ADA)
    reader = await store.subscriptions.get(ADA)
    assert reader and await store.subscriptions.change(reader, NOON)
    await store.erasure.erase(ADA)
    assert not await store.subscriptions.change(reader, NOON)
    with pytest.raises(UnknownReaderError):
        await store.saved.add(ADA, make_story(ENTRY), NOON, known=True)
    assert await store.subscriptions.get(ADA) is None
    assert (await store.subscriptions.count(), await store.saved.all(ADA)) == (0, ())


async def test_where_not_everybody_may_the_chat_decides(
    store: Store, web_settings: Settings
) -> None:
    closed = web_settings.model_copy(update={"access": "allowlist", "allowed_ids": (3,)})
    for person in (3, 4, 5):
        await store.subscriptions.save(Subscription(chat_id=person, active=False), None)
    await store.access.admit(4)
    await subscribe(store, 6)
    async with (
        archive_served(closed, store, now=lambda: NOW),
        ClientSession(f"http://127.0.0.1:{closed.web_port}") as session,
    ):
        visitor = Visitor(session)
        asked = [(await Reader(visitor, init_data(who, NOW)).ask()).status for who in range(3, 7)]
    assert asked == [200, 200, 403, 200]


async def test_a_reader_asks_so_often_and_hinders_nobody_else(
    ada: Reader, store: Store, visitor: Visitor
) -> None:
    answers = [await ada.ask() for _ in range(60)]
    late = [answer for answer in answers if answer.status == 429]
    assert late and int(late[0].headers["Retry-After"]) >= 1
    await subscribe(store, 8)
    assert (await Reader(visitor, init_data(8, NOW)).ask()).status == 200


async def test_the_log_tells_nothing_of_readers(ada: Reader) -> None:
    with capture_logs() as logs:
        await ada.has(SAVE)
        await ada.ask(Authorization=f"tma {init_data(ADA, NOW)}x")
    assert str(ADA) not in repr(logs) and STORY not in repr(logs)


async def test_pages_of_the_mini_app_lead_to_each_other(ada: Reader, visitor: Visitor) -> None:
    for path in ("/app", "/app/", "/app/en/", f"/app/en/s/{STORY}", "/app/en/own"):
        page = await visitor.page(path)
        assert page.count("<script") == 1 and "telegram.org" not in page, path
        assert 'href="/app/en/own"' in page and 'href="/app/ru/' in page, path
        assert "chosen in Telegram: by the menu button" in page, path
    assert f'data-story="{STORY}" hidden' in await visitor.page("/app/en/")
    assert 'data-topic="quantization"' in await visitor.page("/app/ru/own")
    assert 'lang="ru"' in (await visitor.get("/app", {"Accept-Language": "ru"})).text
    moved = await visitor.get("/app/en/t/quantization/")
    assert (moved.status, moved.headers["Location"]) == (301, "/app/en/t/quantization")
    for path in ("/app/xx/", "/app/en/own/1", "/app/en/t/quantization.json", "/app/reader/x"):
        assert (await visitor.get(path)).status == 404, path
    assert (await visitor.get("/en/own")).status == 404


async def test_heads_let_only_the_mini_app_run_and_be_framed(
    ada: Reader, visitor: Visitor
) -> None:
    for path in ("/app", "/app/en/own", "/app/nothing"):
        answer = await visitor.get(path)
        policy = answer.headers["Content-Security-Policy"].split("; ")
        assert policy[:2] == ["default-src 'none'", "script-src 'self'"]
        assert "connect-src 'self'" in policy
        assert policy[-1] == "frame-ancestors https://web.telegram.org"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    for path in ("/en/", f"/en/s/{STORY}", "/nothing", "/application"):
        answer = await visitor.get(path)
        policy = answer.headers["Content-Security-Policy"].split("; ")
        assert policy[-1] == "frame-ancestors 'none'"
        assert not [rule for rule in policy if rule.startswith(("script", "connect"))]
        assert "<script" not in answer.text and "/app" not in answer.text
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        assert (await visitor.get("/app", method=method)).status == 405
    assert (await visitor.get("/app/reader", method="PUT")).status == 405


async def test_the_script_is_small_and_sets_no_markup(visitor: Visitor) -> None:
    page = await visitor.page("/app/en/")
    address = page.partition('<script src="')[2].partition('"')[0]
    script = await visitor.get(address)
    assert script.headers["Content-Type"].startswith("text/javascript")
    assert len(script.body) < 4_000
    for unsafe in ("innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval", "import"):
        assert unsafe not in script.text
    again = await visitor.get(address, {"If-None-Match": script.headers["ETag"]})
    assert again.status == 304


@pytest.mark.parametrize(
    "change", [{"web_url": "http://news.example"}, {"web_url": None}, {"telegram_bot_token": None}]
)
async def test_without_https_or_a_bot_there_is_none(
    store: Store, web_settings: Settings, change: dict[str, object]
) -> None:
    plain = web_settings.model_copy(update=change)
    async with (
        archive_served(plain, store, now=lambda: NOW),
        ClientSession(f"http://127.0.0.1:{plain.web_port}") as session,
    ):
        visitor = Visitor(session)
        for path in ("/app", "/app/en/", "/app/reader", "/app.js"):
            answer = await visitor.get(path)
            assert answer.status == 404
            assert "'none'" in answer.headers["Content-Security-Policy"][-6:]
        assert (await visitor.get("/app/reader", method="POST")).status == 405


async def test_the_archive_as_files_has_none(store: Store) -> None:
    await put(store, ENTRY)
    files = site_files(ArchiveQueries(store, timedelta(days=120)), Site(), NOW)
    found = {path: body async for path, body in files}
    assert found and not [path for path in found if path.startswith("app")]
    assert not [path for path, body in found.items() if b"<script" in body or b"/app" in body]

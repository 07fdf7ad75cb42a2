"""The tools at /mcp of the web stage, by the SDK's own client and by raw requests."""

import asyncio
import json
import socket
from collections.abc import Mapping
from typing import Any

import pytest
from aiohttp import ClientSession

from bot.config import Settings
from bot.mcp.http import BURST, LARGEST_BODY
from bot.store import Store
from bot.web.serve import archive_served
from tests.mcp.conftest import ERAS, PAPER, TOKEN, ask_all, http_client, tools_served
from tests.web.conftest import PUBLIC_URL

CALL: Mapping[str, Any] = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "tools/call",
    "params": {"name": "search", "arguments": {"query": "half"}},
}
HEADERS = {
    "Authorization": f"Bearer {TOKEN}",
    "Accept": "application/json, text/event-stream",
    "Content-Type": "application/json",
}


async def status(
    address: str, method: str = "POST", body: bytes = json.dumps(CALL).encode(), **headers: str
) -> tuple[int, Mapping[str, str]]:
    """How a raw request is answered; a header that is empty is left out."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    sent = {name: value for name, value in (HEADERS | given).items() if value}
    async with (
        ClientSession() as session,
        session.request(method, address, data=body, headers=sent) as answer,
    ):
        return answer.status, answer.headers


@pytest.mark.parametrize("era", ERAS)
async def test_each_tool_answers_with_addresses(
    store: Store, mcp_settings: Settings, era: str
) -> None:
    async with tools_served(store, mcp_settings) as address:
        async with http_client(address, era) as client:
            answers = await ask_all(client)
            listed = (await client.list_tools()).tools
        assert all(tool.annotations and tool.annotations.read_only_hint for tool in listed)
        assert {each["title"] for each in answers["search"]["posts"]} == {"Half a bit", "The half"}
        assert answers["search"]["page_url"].startswith(f"{PUBLIC_URL}/en/search?q=half")
        assert answers["digest"]["page_url"] == f"{PUBLIC_URL}/en/d/2026-11-20"
        assert [story["title"] for story in answers["digest"]["stories"]] == [
            "Half a bit",
            "Agents",
        ]
        assert answers["story"]["story"]["channels"] == 2
        assert answers["paper"]["page_url"] == f"{PUBLIC_URL}/en/p/{PAPER}"
        assert answers["paper"]["total"] == 2
        assert [week["posts"] for week in answers["topic_trend"]["weeks"]] == [0, 0, 0, 0, 0, 2]
        assert answers["ask_sources"]["stories"][0]["title"] == "Half a bit"


async def test_a_page_of_a_search_and_a_topic_of_a_digest(
    store: Store, mcp_settings: Settings
) -> None:
    async with tools_served(store, mcp_settings) as address:
        async with http_client(address, "auto") as client:
            first, second = [
                (await client.call_tool("search", {"query": "half", "limit": 1, "page": n}))
                for n in (1, 2)
            ]
            agents = await client.call_tool("digest", {"period": "day", "topic": "агенты"})
        assert first.structured_content["pages"] == second.structured_content["pages"] == 2
        titles = [each.structured_content["posts"][0]["title"] for each in (first, second)]
        assert sorted(titles) == ["Half a bit", "The half"]
        assert [each["title"] for each in agents.structured_content["stories"]] == ["Agents"]


async def test_who_has_no_token_is_told_so(store: Store, mcp_settings: Settings) -> None:
    async with tools_served(store, mcp_settings) as address:
        for given in (
            "",
            "Bearer",
            "Bearer wrong",
            f"Basic {TOKEN}",
            f"Bearer {TOKEN}x",
            "Bearer é",
        ):
            code, headers = await status(address, Authorization=given)
            assert code == 401, given
            assert headers["WWW-Authenticate"].startswith('Bearer realm="fortochka"')
        assert (await status(address, Authorization=f"bearer {TOKEN}"))[0] == 200


async def test_where_no_token_is_set_nothing_is_served(
    store: Store, mcp_settings: Settings
) -> None:
    async with archive_served(mcp_settings, store):
        address = f"http://127.0.0.1:{mcp_settings.web_port}/mcp"
        assert (await status(address, "GET", b""))[0] == 404
        assert (await status(address))[0] == 405


async def test_only_known_origins_and_posts_of_a_size_are_taken(
    store: Store, mcp_settings: Settings
) -> None:
    async with tools_served(store, mcp_settings) as address:
        for origin in (
            "https://evil.example",
            "null",
            f"{PUBLIC_URL}.evil.example",
            "http://localhost.x",
        ):
            assert (await status(address, Origin=origin))[0] == 403, origin
        for origin in (PUBLIC_URL, "http://localhost:6274"):
            assert (await status(address, Origin=origin))[0] == 200, origin
        for method in ("GET", "DELETE", "PUT", "HEAD"):
            code, headers = await status(address, method, b"")
            assert (code, headers["Allow"]) == (405, "POST")
        assert (await status(address, body=b" " * (LARGEST_BODY + 1)))[0] == 413
        assert (await status(address, Content_Type="text/plain"))[0] == 400
        assert (await status(address, Accept="text/html"))[0] == 406
        for body in (
            b"",
            b"{",
            b"[]",
            b"5",
            b'"x"',
            b"\xff",
            b"[" * 60_000,
            json.dumps([CALL]).encode(),
        ):
            assert (await status(address, body=body))[0] == 400, body[:20]


async def test_a_token_has_a_rate(store: Store, mcp_settings: Settings) -> None:
    async with tools_served(store, mcp_settings) as address:
        codes = [
            (await status(address, X_Forwarded_For=f"198.51.100.{number}"))[0]
            for number in range(BURST + 1)
        ]
        while codes[-1] == 200:  # a slow machine lets some more in
            codes.append((await status(address, X_Forwarded_For="198.51.100.250"))[0])
        assert set(codes) == {200, 429}


async def test_clients_that_never_read_keep_nobody_waiting(
    store: Store, mcp_settings: Settings
) -> None:
    async with tools_served(store, mcp_settings) as address:
        listing = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).encode()
        head = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())
        request = f"POST /mcp HTTP/1.1\r\nHost: x\r\n{head}Content-Length: {len(listing)}\r\n\r\n"
        silent = []
        for number in range(20):
            end = socket.socket()
            end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            end.setblocking(False)
            await asyncio.get_running_loop().sock_connect(
                end, ("127.0.0.1", mcp_settings.web_port)
            )
            asking = request.replace(
                "\r\n\r\n", f"\r\nX-Forwarded-For: 203.0.113.{number}\r\n\r\n"
            )
            await asyncio.get_running_loop().sock_sendall(end, asking.encode() + listing)
            silent.append(end)
        async with http_client(address, "auto") as client:
            found = await client.call_tool("search", {"query": "half"})
        assert not found.is_error
        for end in silent:
            end.close()

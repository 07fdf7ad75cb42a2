"""A bare client of the Bot API."""

from typing import Any

import aiohttp

from tests.fakes.botapi import FakeBotApi

Json = dict[str, Any]


class Bot:
    """A bare client that sees what is on the wire."""

    def __init__(self, api: FakeBotApi, client: aiohttp.ClientSession) -> None:
        self._api = api
        self._client = client

    async def __call__(self, method: str, **params: Any) -> Json:
        url = f"{self._api.url}/bot{self._api.token}/{method}"
        async with self._client.post(url, json=params) as response:
            found: Json = await response.json()
            assert response.status == found.get("error_code", 200)
            return found

    async def refusal(self, method: str, **params: Any) -> str:
        return str((await self(method, **params))["description"])

    async def poll(self, **params: Any) -> list[int]:
        return [update["update_id"] for update in (await self("getUpdates", **params))["result"]]

"""An archive of invented posts, served on a port of this machine."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

import pytest
from aiohttp import ClientSession
from multidict import CIMultiDict
from yarl import URL

from bot.config import Settings
from bot.store import Store
from bot.web.serve import archive_served
from tests.fakes.entries import NOON
from tests.waiting import eventually

NOW = NOON + timedelta(minutes=1)
PUBLIC_URL = "https://news.example"


@dataclass(frozen=True)
class Answer:
    """What came for a request; a redirect is not followed."""

    status: int
    headers: CIMultiDict[str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Visitor:
    """Asks for pages, each time from another address behind a proxy of this host."""

    def __init__(self, session: ClientSession) -> None:
        self._session, self._numbers = session, count()

    async def get(
        self,
        path: str,
        headers: Mapping[str, str] | None = None,
        method: str = "GET",
        body: bytes | None = None,
    ) -> Answer:
        number = next(self._numbers)
        asking = {"X-Forwarded-For": f"198.51.{number // 250 % 250}.{number % 250}"}
        async with self._session.request(
            method,
            URL(path, encoded=True),
            headers=asking | dict(headers or {}),
            data=body,
            allow_redirects=False,
        ) as answer:
            return Answer(answer.status, CIMultiDict(answer.headers), await answer.read())

    async def until(
        self, status: int, path: str, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """The answer with that status: a page drawn slowly is shown as it was, meanwhile."""
        answers: list[Answer] = []

        async def has_come() -> bool:
            answers.append(await self.get(path, headers))
            return answers[-1].status == status

        await eventually(has_come)
        return answers[-1]

    async def page(self, path: str) -> str:
        """The text of a page that is there."""
        answer = await self.get(path)
        assert answer.status == 200, (path, answer.status)
        return answer.text


@pytest.fixture
def web_settings(settings: Settings, free_port: int) -> Settings:
    return settings.model_copy(
        update={"web_port": free_port, "web_url": PUBLIC_URL, "web_index": "yes"}
    )


@pytest.fixture
async def visitor(store: Store, web_settings: Settings) -> AsyncIterator[Visitor]:
    address = f"http://127.0.0.1:{web_settings.web_port}"
    async with (
        archive_served(web_settings, store, now=lambda: NOW),
        ClientSession(address) as session,
    ):
        yield Visitor(session)

"""Asks a site about papers over HTTP: bounded in time and size, no private networks.

The same guards as those of the previews; what they refuse is ``PapersUnavailable``.
"""

import asyncio
import zlib
from types import TracebackType
from typing import NamedTuple, Self

import aiohttp
from yarl import URL

from bot.collect.bodies import BodyRefused, read_body
from bot.collect.preview.private_networks import GuardedResolver, may_follow
from bot.model import utc_now
from bot.wait import retry_after

_HOSTS = frozenset({"arxiv.org", "export.arxiv.org", "api.crossref.org"})
MAX_ANSWER = 5 * 2**20
_MAX_REDIRECTS = 3
_DEADLINE = 20.0


class PapersUnavailable(Exception):
    """A site could not be asked this time; ``wait`` are the seconds that it asks for, if any."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


class PapersUnreadable(PapersUnavailable):
    """A site answered, but not what was asked: another paper, a page, nonsense, far too much."""


class PapersRefused(Exception):
    """A site does not take these papers as they are named."""


class SiteAnswer(NamedTuple):
    """What came back, other than what is ``PapersUnavailable``; the body inflated."""

    status: int
    body: bytes


class PaperSite:
    """One site, asked one question at a time; use as a context manager.

    ``contact`` is the operator's mail address, which both arXiv and Crossref ask for.
    """

    def __init__(
        self,
        base_url: str,
        *,
        contact: str | None = None,
        deadline: float = _DEADLINE,
        resolver: aiohttp.abc.AbstractResolver | None = None,
    ) -> None:
        self.base, self._deadline, self._resolver = URL(base_url), deadline, resolver
        reach = f"; mailto:{contact}" if contact else ""
        self._headers = {
            "User-Agent": f"Fortochka/0.1 (channel digest{reach})",
            "Accept-Encoding": "gzip, deflate",
        }

    async def __aenter__(self) -> Self:
        trusted = frozenset({(self.base.host or "", self.base.port or 0)})
        resolver = GuardedResolver(self._resolver or aiohttp.DefaultResolver(), trusted)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(resolver=resolver, limit=1),
            auto_decompress=False,  # inflated in bounds by read_body
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=self._headers,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._session.close()

    async def get(self, url: URL) -> SiteAnswer:
        """The answer of an address of this site, also one that refuses; ``PapersUnavailable``."""
        try:
            async with asyncio.timeout(self._deadline):
                return await self._follow(url)
        except TimeoutError:
            raise PapersUnavailable(f"no answer within {self._deadline:g} s") from None
        except BodyRefused as error:
            raise PapersUnreadable(f"the answer {error}") from None
        except (aiohttp.ClientError, OSError, ValueError, zlib.error) as error:
            raise PapersUnavailable(f"no answer ({type(error).__name__})") from error

    async def _follow(self, url: URL) -> SiteAnswer:
        for _ in range(_MAX_REDIRECTS + 1):
            async with self._session.get(url, allow_redirects=False) as response:
                target = response.headers.get("location")
                if response.status not in {301, 302, 303, 307, 308} or not target:
                    return await _answer(response)
                url = url.join(URL(target))
                if not may_follow(url, self.base, _HOSTS):
                    raise PapersUnavailable("redirected to another site")
        raise PapersUnavailable(f"more than {_MAX_REDIRECTS} redirects")


async def _answer(response: aiohttp.ClientResponse) -> SiteAnswer:
    if response.status in {403, 408, 429} or response.status >= 500:
        headers = {name.lower(): value for name, value in response.headers.items()}
        wait = retry_after(headers, utc_now())
        raise PapersUnavailable(f"the site answered {response.status}", wait)
    body = await read_body(response, MAX_ANSWER) if response.status == 200 else b""
    return SiteAnswer(response.status, body)

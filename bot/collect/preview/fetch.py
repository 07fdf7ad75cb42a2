"""Fetches preview pages over HTTP: polite, bounded in time and size, no private networks."""

import asyncio
import random
import re
import time
import zlib
from collections.abc import AsyncIterator
from datetime import datetime
from types import TracebackType
from typing import NamedTuple, Self

import aiohttp
from yarl import URL

from bot.collect.bodies import BodyRefused, read_body
from bot.collect.preview.elements import PLACEHOLDER
from bot.collect.preview.errors import NotFound, PageUnreachable
from bot.collect.preview.landing import parse_description
from bot.collect.preview.page import PreviewPage
from bot.collect.preview.private_networks import GuardedResolver, may_follow
from bot.collect.preview.response import PreviewResponse, read_answer, wait_asked
from bot.collect.text.assemble import Piece, assemble
from bot.collect.text.links import unique
from bot.model import Post
from bot.text import HANDLE

MAX_BODY = 5 * 2**20
MAX_REDIRECTS = 3
MAX_ASKED = 3  # posts of a page that are asked for one by one
MAX_TOLD = 1000  # answers about single posts that are kept
_DEADLINE = 20.0
_HEADERS = {
    "User-Agent": "Fortochka/0.1 (channel digest)",
    "Accept-Encoding": "gzip, deflate",
    "Accept-Language": "en",
}


class Fetched(NamedTuple):
    """A preview page with the marks that ask for it only when it changes."""

    page: PreviewPage
    etag: str | None = None
    modified: str | None = None


class Fetcher:
    """Gets previews from one base address, one request at a time; use as a context manager.

    ``pause`` bounds the random wait in seconds between pages of a history.
    """

    def __init__(
        self,
        base_url: str = "https://t.me",
        *,
        proxy: str | None = None,
        deadline: float = _DEADLINE,
        pause: tuple[float, float] = (1.0, 3.0),
        resolver: aiohttp.abc.AbstractResolver | None = None,
    ) -> None:
        self._base = URL(base_url)
        self._proxy = URL(proxy) if proxy else None
        self._deadline, self._pause = deadline, pause
        self._resolver = resolver
        self._turn = asyncio.Lock()
        self._told: dict[tuple[str, int], str] = {}
        self._left_alone_until = 0.0  # by the monotonic clock: no single posts are asked for

    async def __aenter__(self) -> Self:
        trusted = {(url.host or "", url.port or 0) for url in (self._base, self._proxy) if url}
        resolver = self._resolver or aiohttp.DefaultResolver()
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=GuardedResolver(resolver, frozenset(trusted)), limit=1
            ),
            auto_decompress=False,  # inflated in bounds by read_body
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=_HEADERS,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._session.close()

    async def get_page(
        self,
        handle: str,
        before: int | None = None,
        *,
        etag: str | None = None,
        modified: str | None = None,
    ) -> Fetched | None:
        """One page, the newest or the one before an id; None when not modified.

        Raises a SourceError, and nothing else.
        """
        if not re.fullmatch(HANDLE, handle):
            raise NotFound(handle)
        url = self._base.joinpath("s", handle).update_query({"before": before} if before else {})
        asked = {"If-None-Match": etag, "If-Modified-Since": modified}
        headers = {name: value for name, value in asked.items() if value}
        answer = await self._ask(handle, url, headers)
        if answer.status == 304:
            return None
        page = read_answer(handle, answer, older=before is not None)
        page = await self._with_hidden_words(handle, page)
        return Fetched(page, answer.headers.get("etag"), answer.headers.get("last-modified"))

    async def _ask(self, handle: str, url: URL, headers: dict[str, str]) -> PreviewResponse:
        """One answer, in turn and in time; raises PageUnreachable."""
        async with self._turn:
            try:
                async with asyncio.timeout(self._deadline):
                    return await self._follow(handle, url, headers)
            except TimeoutError as error:
                raise PageUnreachable(handle, f"no answer within {self._deadline:g} s") from error
            except (aiohttp.ClientError, OSError, ValueError, zlib.error) as error:
                raise PageUnreachable(handle, f"no page ({type(error).__name__})") from error

    async def _with_hidden_words(self, handle: str, page: PreviewPage) -> PreviewPage:
        """The page with the words of posts that it shows as "open Telegram to view" alone.

        Each is asked for once, the newest first, at most ``MAX_ASKED`` of a page and none while
        the site asks to wait; what is known of it is said again on every look, so that the post
        does not change back.
        """
        hidden = [post for post in page.posts if post.media == PLACEHOLDER and not post.text]
        unknown = [post for post in hidden if (handle.lower(), post.message_id) not in self._told]
        for post in unknown[: -MAX_ASKED - 1 : -1]:
            if time.monotonic() < self._left_alone_until:
                break
            await asyncio.sleep(random.uniform(*self._pause))
            try:
                answer = await self._ask(handle, self._base / handle / str(post.message_id), {})
            except PageUnreachable:
                break
            if wait := wait_asked(answer):
                self._left_alone_until = time.monotonic() + wait
                break
            words = parse_description(answer.body, page.description)
            self._told[handle.lower(), post.message_id] = words if answer.status == 200 else ""
            if len(self._told) > MAX_TOLD:
                del self._told[next(iter(self._told))]
        if not hidden:
            return page
        told = {
            post.message_id: self._told.get((handle.lower(), post.message_id)) for post in hidden
        }
        posts = tuple(_with_words(post, told.get(post.message_id)) for post in page.posts)
        return page.model_copy(update={"posts": posts})

    async def history(
        self,
        handle: str,
        *,
        before: int | None = None,
        until: int = 0,
        since: datetime | None = None,
        max_pages: int = 50,
    ) -> AsyncIterator[PreviewPage]:
        """Pages back from post ``before`` (the newest if None) to post ``until`` or ``since``.

        Goes by the ids that really came: the page's own link to older posts may be missing.
        """
        for number in range(max_pages):
            if number or before:
                await asyncio.sleep(random.uniform(*self._pause))
            fetched = await self.get_page(handle, before)
            posts = fetched.page.posts if fetched else ()
            oldest = min((post.message_id for post in posts), default=0)
            if fetched is None or not posts or (before and oldest >= before):
                return
            yield fetched.page
            if oldest <= until + 1 or (since and posts[0].published_at < since):
                return
            before = oldest

    async def _follow(self, handle: str, url: URL, headers: dict[str, str]) -> PreviewResponse:
        """The answer at the end of at most three redirects, each to an allowed address."""
        for _ in range(MAX_REDIRECTS + 1):
            answer = await self._get(handle, url, headers)
            target = answer.headers.get("location")
            if answer.status not in {301, 302, 303, 307, 308} or not target:
                return answer
            url = url.join(URL(target))
            if url.host in {"telegram.org", "www.telegram.org"}:
                raise NotFound(handle)
            if not may_follow(url, self._base):
                raise PageUnreachable(handle, "redirected to an address that is not Telegram's")
        raise PageUnreachable(handle, f"more than {MAX_REDIRECTS} redirects")

    async def _get(self, handle: str, url: URL, headers: dict[str, str]) -> PreviewResponse:
        async with self._session.get(
            url, headers=headers, proxy=self._proxy, allow_redirects=False
        ) as response:
            found = {name.lower(): value for name, value in response.headers.items()}
            if response.status != 200:
                return PreviewResponse(response.status, found, b"")
            try:
                return PreviewResponse(200, found, await read_body(response, MAX_BODY))
            except BodyRefused as error:
                raise PageUnreachable(handle, f"the page {error}") from None


def _with_words(post: Post, words: str | None) -> Post:
    if not words:
        return post
    text, links = assemble([Piece(words)])
    links = unique([*links, *post.links])
    return post.model_copy(update={"text": text, "links": links, "media": ()})

"""A fake of arXiv's export API and of Crossref on loopback: answers and refuses as they do."""

import asyncio
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from xml.sax.saxutils import escape

from aiohttp import web

from tests.fakes.tme import Reply

_NUMBER = re.compile(r"(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?")
_MOST_IDS = 100  # an address with more is too long for the site


@dataclass(frozen=True)
class FakePaper:
    """A paper as arXiv has it; its title is wrapped in the feed, as there."""

    title: str = "Panes of Half a Bit for Small Weights"
    authors: Sequence[str] = ("Ann Frame", "Bo Sill", "Cy Hinge")
    abstract: str = "We fold weights into panes. They hold."
    published: str = "2026-11-04T17:57:34Z"
    category: str = "cs.CL"
    doi: str = ""
    version: int = 2

    def entry(self, number: str) -> str:
        """The Atom entry."""
        space = 'xmlns:arxiv="http://arxiv.org/schemas/atom"'
        doi = f"<arxiv:doi {space}>{self.doi}</arxiv:doi>" if self.doi else ""
        names = "".join(f"<author><name>{escape(each)}</name></author>" for each in self.authors)
        title = escape(self.title.replace(" of ", " of\n  "))
        return (
            f"<entry><id>http://arxiv.org/abs/{number}v{self.version}</id>"
            f"<published>{self.published}</published><title>{title}</title>"
            f"<summary>  {escape(self.abstract)}\n</summary>{names}{doi}"
            f'<arxiv:primary_category {space} term="{self.category}"/></entry>'
        )


def feed(*entries: str) -> str:
    """A feed of these entries."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>ArXiv Query</title>{''.join(entries)}</feed>"
    )


def error_entry(summary: str) -> str:
    """The entry by which arXiv tells of an error."""
    name = f"http://arxiv.org/api/errors#{summary.replace(' ', '_')}"
    return f"<entry><id>{name}</id><title>Error</title><summary>{summary}</summary></entry>"


@dataclass
class FakePapers:
    """Serves ``arxiv`` by number at /api/query and ``crossref`` (messages by DOI) at /works/….

    ``scripted`` answers come first, in turn. A request that comes sooner than ``apart_s`` after
    the last one, or beside another, is refused by 429 and counted in ``too_fast``.
    """

    arxiv: dict[str, FakePaper] = field(default_factory=dict)
    crossref: dict[str, dict[str, object]] = field(default_factory=dict)
    apart_s: float = 0.0
    scripted: list[Reply] = field(default_factory=list)
    asked: list[list[str]] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    queries: list[dict[str, str]] = field(default_factory=list)
    too_fast: int = 0
    base_url: str = ""
    _busy: int = 0
    _last: float = float("-inf")

    async def until(self, condition: Callable[[Self], bool], within: float = 180) -> None:
        """Wait until the condition holds after some request; ``TimeoutError`` else."""
        async with asyncio.timeout(within):
            while not condition(self):
                await self._came.wait()

    async def __aenter__(self) -> Self:
        self._came = asyncio.Event()
        app = web.Application()
        app.router.add_get("/api/query", self._arxiv)
        app.router.add_get("/works/{doi:.*}", self._crossref)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.base_url = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._runner.cleanup()

    @property
    def arxiv_url(self) -> str:
        """Where the export API is."""
        return f"{self.base_url}/api/query"

    async def _arxiv(self, request: web.Request) -> web.Response:
        ids = request.query.get("id_list", "").split(",")
        return await self._served(request, ids, lambda: self._feed(ids, request))

    async def _crossref(self, request: web.Request) -> web.Response:
        doi = request.match_info["doi"]
        return await self._served(request, [doi], lambda: self._work(doi))

    async def _served(
        self, request: web.Request, ids: list[str], answer: Callable[[], web.Response]
    ) -> web.Response:
        now = asyncio.get_running_loop().time()
        soon, self._last = now - self._last < self.apart_s or self._busy > 0, now
        self.asked.append(ids)
        self.agents.append(request.headers.get("User-Agent", ""))
        self.queries.append(dict(request.query))
        self._came.set()
        self._came = asyncio.Event()
        if soon:
            self.too_fast += 1
            return web.Response(status=429, headers={"Retry-After": "1"}, text="Rate exceeded.")
        self._busy += 1
        try:
            if self.scripted:
                reply = self.scripted.pop(0)
                await asyncio.sleep(reply.delay)
                body = reply.body.encode() if isinstance(reply.body, str) else reply.body
                return web.Response(status=reply.status, headers=reply.headers, body=body)
            return answer()
        finally:
            self._busy -= 1

    def _feed(self, ids: list[str], request: web.Request) -> web.Response:
        if len(ids) > _MOST_IDS:
            return web.Response(status=414, text="Request-URI Too Long")
        wrong = [each for each in ids if not _NUMBER.fullmatch(each)]
        if wrong:
            text = feed(error_entry(f"incorrect id format for {wrong[0]}"))
            return web.Response(status=400, text=text, content_type="application/atom+xml")
        most = int(request.query.get("max_results", "10"))
        known = [each for each in ids if each in self.arxiv][:most]
        entries = [self.arxiv[each].entry(each) for each in reversed(known)]
        return web.Response(text=feed(*entries), content_type="application/atom+xml")

    def _work(self, doi: str) -> web.Response:
        told = self.crossref.get(doi.lower())
        if told is None:
            return web.Response(status=404, text="Resource not found.")
        limits = {"X-Rate-Limit-Limit": "5", "X-Rate-Limit-Interval": "1s"}
        body = {"status": "ok", "message-type": "work", "message": {"DOI": doi.lower(), **told}}
        return web.json_response(body, headers=limits, dumps=json.dumps)

"""The web stage: the archive over HTTP, with limits, caches and headers. It writes nothing."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil
from typing import cast

import structlog
from aiohttp import web

from bot.config import ConfigError, Settings
from bot.counts import WEB_REQUESTS
from bot.i18n import web_messages
from bot.languages import DEFAULT_LANGUAGE, LANGUAGES
from bot.listening import ConnectionLimit, listening, why
from bot.model import Language, utc_now
from bot.store import Store
from bot.store.errors import ReadModelError, StoreUnavailable
from bot.taxonomy.topics import Topic
from bot.web.archive import ArchiveQueries
from bot.web.html import app_script, icon, style_sheet
from bot.web.limits import AddressLimit, Proxies
from bot.web.mini_app import MOST_ASKED, MiniApp, MiniAppOf
from bot.web.own_feed import OwnFeeds
from bot.web.pages import MissingPage, OwnPage
from bot.web.places import APP, PagePlace, Site, place_at
from bot.web.rendered import Busy, PageMoved, Rendered, RenderedPages, rendered

log = structlog.get_logger()
WEB_CONNECTIONS = 512
WEB_HEAD_S = 10.0  # seconds for the head of a first request
_IDLE_S = 30.0  # of a connection between two requests
_DRAIN_S = 5.0
_CACHE = "public, max-age=60"
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Server": "fortochka",
}
_APP_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors https://web.telegram.org"
)
_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))", re.IGNORECASE)
_Q = re.compile(r"([a-zA-Z]{1,8})(?:-[\w-]*)?\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*")


AnswerOne = Callable[[web.Request], Awaitable[web.Response]]
"""Answers any request for an address."""

Programs = Callable[[], AbstractAsyncContextManager[AnswerOne]]


class WebPortTaken(ConfigError):
    """Nothing can be served on the port."""

    def __init__(self, port: int, error: OSError) -> None:
        super().__init__(f"WEB_PORT: cannot serve on {port} ({why(error)}); choose another, or 0")


async def serve_archive(
    settings: Settings, store: Store, stop: asyncio.Event, programs: Programs | None = None
) -> None:
    """Serve the pages until ``stop``; ``WebPortTaken`` where the address cannot be had."""
    async with archive_served(settings, store, programs=programs):
        log.info("archive served", port=settings.web_port)
        await stop.wait()


@asynccontextmanager
async def archive_served(
    settings: Settings,
    store: Store,
    now: Callable[[], datetime] = utc_now,
    programs: Programs | None = None,
) -> AsyncIterator[None]:
    """Serve the pages while the block runs, and at ``/mcp`` what ``programs`` give, if any."""
    retention = timedelta(days=settings.retention_days)
    name = (await store.identity()).name
    site = Site(settings.web_url or "", settings.web_index == "yes", settings.retention_days, name)
    gate = ConnectionLimit(WEB_CONNECTIONS, WEB_HEAD_S)
    archive = ArchiveQueries(store, retention)
    pages = await asyncio.to_thread(RenderedPages, store, archive, site, now)
    feeds, proxies = OwnFeeds(store, site, now), Proxies(settings.web_trusted_proxies)
    answers = Answers(store, site, pages, feeds, gate, proxies)
    if of := _mini_app_of(settings):
        within = replace(site, in_telegram=True)
        drawn = await asyncio.to_thread(RenderedPages, store, archive, within, now)
        answers.open_in_telegram(drawn, MiniApp(store, within, of, now))
    app = web.Application(client_max_size=MOST_ASKED)
    app.router.add_route("*", "/{path:.*}", answers.handle)
    runner = web.AppRunner(
        app, access_log=None, shutdown_timeout=_DRAIN_S, keepalive_timeout=_IDLE_S
    )
    await runner.setup()
    server = cast("web.Server", runner.server)
    try:
        async with AsyncExitStack() as stack:
            if programs:
                answers.for_programs = await stack.enter_async_context(programs())
            try:
                await stack.enter_async_context(
                    listening(gate, server, settings.web_host, settings.web_port)
                )
            except OSError as error:
                raise WebPortTaken(settings.web_port, error) from None
            yield
    finally:
        await runner.cleanup()


def _mini_app_of(settings: Settings) -> MiniAppOf | None:
    """The bot whose Mini App is served; none without its token, or where Telegram opens none."""
    token = settings.telegram_bot_token
    if token is None or not (settings.web_url or "").startswith("https://"):
        return None
    return MiniAppOf(token.get_secret_value(), settings.access, frozenset(settings.allowed_ids))


class Answers:
    """What is answered to a request; each is counted by its status."""

    def __init__(
        self,
        store: Store,
        site: Site,
        pages: RenderedPages,
        feeds: OwnFeeds,
        gate: ConnectionLimit,
        proxies: Proxies,
    ) -> None:
        self._store, self._site, self._pages, self._feeds = store, site, pages, feeds
        self._gate, self._proxies, self._limit = gate, proxies, AddressLimit()
        self.for_programs: AnswerOne | None = None
        self._app: tuple[RenderedPages, MiniApp] | None = None
        self._files: dict[str, Rendered] = {
            "style.css": rendered(style_sheet(), "text/css; charset=utf-8"),
            "icon.svg": rendered(icon(), "image/svg+xml"),
            "robots.txt": rendered(_robots(site), "text/plain; charset=utf-8"),
        }

    def open_in_telegram(self, pages: RenderedPages, app: MiniApp) -> None:
        """Serve the Mini App, too: pages of its own, and what they ask for a reader."""
        self._app = pages, app
        self._files["app.js"] = rendered(app_script(), "text/javascript; charset=utf-8")

    async def handle(self, request: web.Request) -> web.Response:
        """Any request; never an error of ours without an answer."""
        self._gate.heard(request.transport)
        try:
            response = await self._answer(request)
        except (ReadModelError, StoreUnavailable, Busy, TimeoutError) as error:
            log.warning("store unavailable", stage="web", error=type(error).__name__)
            response = self._unable(request, 503, 5)
        except Exception as error:  # the stage's edge: no request ends another
            log.error("page failed", error=type(error).__name__, exc_info=True)
            response = self._unable(request, 500, 60)
        response.headers.update(_HEADERS)
        in_telegram = self._app and _is_of_app(request)
        if in_telegram:
            response.headers["Content-Security-Policy"] = _APP_POLICY
        if in_telegram or not self._site.index:
            response.headers["X-Robots-Tag"] = "noindex, nofollow"
        self._store.counts.add(WEB_REQUESTS, f"{response.status // 100}xx")
        return response

    async def _answer(self, request: web.Request) -> web.Response:
        programs = self.for_programs if request.path == "/mcp" else None
        asks_app = self._app is not None and request.path == f"/{APP}/reader"
        if request.method not in ("GET", "HEAD") and not programs and not asks_app:
            return web.Response(status=405, headers={"Allow": "GET, HEAD"})
        asking = self._proxies.asking(
            request.remote, request.headers.getall("X-Forwarded-For", [])
        )
        if wait := self._limit.wait(asking, asyncio.get_running_loop().time()):
            return self._unable(request, 429, ceil(wait))
        if programs:
            return await programs(request)
        path = request.path.removeprefix("/")
        if found := await self._file(path):
            return _response(request, found)
        code, _, rest = path.partition("/")
        if code == "feed":
            return await self._own_feed(request, rest)
        if self._app and code == APP:
            return await self._in_telegram(request, rest, *self._app)
        language = next((known for known in LANGUAGES if known == code), None)
        if not path:
            return self._redirect(self._site, PagePlace(), _accepted(request), 302)
        if language is None:
            return await self._missing(request, self._pages, _accepted(request))
        return await self._page(request, self._pages, language, path)

    async def _in_telegram(
        self, request: web.Request, path: str, pages: RenderedPages, app: MiniApp
    ) -> web.Response:
        """A page of the Mini App, or what it asks for a reader; the first one has no language."""
        if path == "reader":
            return await app.answer(request, _accepted(request))
        code, _, rest = path.partition("/")
        language = next((known for known in LANGUAGES if known == code), None)
        if not path:
            first = _accepted(request)
            response = await self._page(request, pages, first, f"{first}/")
            response.headers.update({"Vary": "Accept-Encoding, Accept-Language"})
            return response
        if language is None:
            return await self._missing(request, pages, _accepted(request))
        if rest == "own":
            own = OwnPage(place=PagePlace("own"), language=language, topics=tuple(Topic))
            return _response(request, pages.draw(own))
        return await self._page(request, pages, language, path)

    async def _file(self, path: str) -> Rendered | None:
        """A file that is no page."""
        if self._site.url and path.startswith("sitemap"):
            return (await self._pages.sitemaps()).get(path)
        return self._files.get(path)

    async def _page(
        self, request: web.Request, pages: RenderedPages, language: Language, path: str
    ) -> web.Response:
        named, form = _form(pages, path.partition("/")[2])
        place = place_at(named, request.query.get("q", ""), request.query.get("page", ""))
        if place is None:
            return await self._missing(request, pages, language)
        if path != f"{language}/{place.decoded(form)}":
            return self._redirect(pages.site, place, language, 301, form)
        try:
            found = await pages.get(place, language, form)
            if found.status != 200 and form and place.kind == "paper":  # a DOI may end so, too
                whole = place._replace(name=f"{place.name}.{form}")
                other = await pages.get(whole, language)
                found = other if other.status == 200 else found
        except PageMoved as moved:
            return self._redirect(pages.site, moved.place, language, 301, form)
        return _response(request, found)

    async def _own_feed(self, request: web.Request, named: str) -> web.Response:
        """The feed of one reader: kept nowhere but with him; any other name is answered alike."""
        found = await self._feeds.get(named)
        if found is None:
            response = await self._missing(request, self._pages, _accepted(request))
        else:
            response = _response(request, found, "private, no-store")
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    async def _missing(
        self, request: web.Request, pages: RenderedPages, language: Language
    ) -> web.Response:
        page = MissingPage(place=PagePlace(), language=language)
        return _response(request, pages.draw(page))

    def _redirect(
        self, site: Site, place: PagePlace, language: Language, status: int, form: str = ""
    ) -> web.Response:
        headers = {
            "Location": site.href(place, language, form),
            "Cache-Control": "max-age=60",
        }
        if status == 302:
            headers |= {"Vary": "Accept-Language", "Cache-Control": "no-cache"}
        return web.Response(status=status, headers=headers)

    def _unable(self, request: web.Request, status: int, seconds: int) -> web.Response:
        """A line of text: what cannot be done must not cost a page."""
        t = web_messages(_accepted(request))
        text = t.too_many if status == 429 else t.busy
        headers = {"Retry-After": str(seconds), "Cache-Control": "no-store"}
        return web.Response(status=status, text=f"{text}\n", headers=headers)


def _is_of_app(request: web.Request) -> bool:
    return request.path.split("/")[1] == APP


def _form(pages: RenderedPages, path: str) -> tuple[str, str]:
    """The path without the ending of a form that there is, and that."""
    for form in filter(None, pages.forms):
        named = path.removesuffix(f".{form}")
        if named and named != path:
            return "" if named == "now" else named, form
    return path, ""


def _response(request: web.Request, found: Rendered, cache: str = _CACHE) -> web.Response:
    """The body, packed for who takes that, or that it has not changed."""
    kept = found.status == 200
    headers = {"Cache-Control": cache if kept else "no-store"}
    packed = found.packed if _GZIP.search(request.headers.get("Accept-Encoding", "")) else b""
    if found.packed:
        headers["Vary"] = "Accept-Encoding"
    if kept:
        headers["ETag"] = f'{found.etag[:-1]}-gzip"' if packed else found.etag
        asked = request.headers.get("If-None-Match", "")
        if found.etag[:-1] in asked or asked.strip() == "*":
            return web.Response(status=304, headers=headers)
    if packed:
        headers["Content-Encoding"] = "gzip"
    headers["Content-Type"] = found.content_type
    return web.Response(status=found.status, body=packed or found.body, headers=headers)


def _robots(site: Site) -> str:
    if not site.index:
        return "User-agent: *\nDisallow: /\n"
    map_at = f"Sitemap: {site.url}/sitemap.xml\n" if site.url else ""
    searches = "".join(f"Disallow: {site.root}/{code}/search\n" for code in LANGUAGES)
    return f"User-agent: *\n{searches}{map_at}"


def _accepted(request: web.Request) -> Language:
    """The language that the browser likes best of those there are."""
    best, language = 0.0, DEFAULT_LANGUAGE
    for part in request.headers.get("Accept-Language", "").split(",")[:20]:
        found = _Q.fullmatch(part.strip())
        known = next((one for one in LANGUAGES if found and one == found[1].lower()), None)
        weight = float(found[2] or 1) if found and known else 0.0
        if known and weight > best:
            best, language = weight, known
    return language

"""A real browser for tests: a headless Chromium over the DevTools protocol, by aiohttp alone.

A hundred lines instead of Playwright (a driver of 40 MB with a Node of its own) or Selenium (which
wants a chromedriver of the browser's own version). Protocol:
https://chromedevtools.github.io/devtools-protocol/tot/
"""

import asyncio
import base64
import json
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse

from tests.waiting import EVENT_S, eventually

Json = dict[str, Any]
NAMES = (
    "chromium",
    "chromium-browser",
    "chromium-headless-shell",
    "chrome-headless-shell",
    "google-chrome",
)
_FLAGS = (
    "--headless",
    "--no-sandbox",  # root's containers have no user namespaces; only our own pages are opened
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--remote-debugging-port=0",
)


class BrowserError(Exception):
    """What the browser answered instead of a result."""


def find_browser() -> str | None:
    """The program that ``CHROMIUM`` names, else the first of ``NAMES`` in ``PATH``."""
    if named := os.environ.get("CHROMIUM"):
        return named
    return next(filter(None, map(shutil.which, NAMES)), None)


@dataclass
class Tab:
    """A page in a context of its own, without cookies and caches, and what happened on it."""

    browser: "Browser"
    session: str
    events: list[Json] = field(default_factory=list)
    happened: asyncio.Event = field(default_factory=asyncio.Event)

    async def call(self, method: str, **values: object) -> Json:
        """What a command of this page answers."""
        return await self.browser.call(method, self.session, **values)

    async def open(self, url: str) -> None:
        """Load an address with all that it needs."""
        self.events.clear()
        answer = await self.call("Page.navigate", url=url)
        if "errorText" in answer:
            raise BrowserError(f"{url}: {answer['errorText']}")
        await self.until("Page.loadEventFired")

    async def launch(self, url: str) -> None:
        """Load an address anew, also where it differs by its fragment alone."""
        await self.open("about:blank")
        await self.open(url)

    async def until(self, method: str) -> None:
        """Return when an event of a kind has come since the page was opened."""
        async with asyncio.timeout(EVENT_S):
            while not self.of(method):
                self.happened.clear()
                await self.happened.wait()

    def of(self, method: str) -> list[Json]:
        """The events of a kind since the page was opened."""
        return [event["params"] for event in self.events if event["method"] == method]

    async def look(self, width: int, height: int, scale: float = 1, scheme: str = "light") -> None:
        """Show the page on a screen of that size in CSS pixels; ``scheme`` is light or dark."""
        size: Json = {"width": width, "height": height, "deviceScaleFactor": scale}
        await self.call("Emulation.setDeviceMetricsOverride", **size, mobile=width < 600)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        await self.call("Emulation.setEmulatedMedia", features=features)

    async def evaluate(self, expression: str) -> Any:
        """The value of JavaScript, of a promise when it is kept."""
        values: Json = {"awaitPromise": True, "returnByValue": True}
        answer = await self.call("Runtime.evaluate", expression=expression, **values)
        if "exceptionDetails" in answer:
            raise BrowserError(str(answer["exceptionDetails"]))
        return answer["result"].get("value")

    async def enter(self, selector: str, text: str) -> None:
        """Write into a field and press Enter there, as a person does; no script is needed."""
        root = (await self.call("DOM.getDocument"))["root"]["nodeId"]
        found = await self.call("DOM.querySelector", nodeId=root, selector=selector)
        await self.call("DOM.focus", nodeId=found["nodeId"])
        await self.call("Input.insertText", text=text)
        self.events.clear()
        key: Json = {"key": "Enter", "text": "\r", "windowsVirtualKeyCode": 13}
        await self.call("Input.dispatchKeyEvent", type="keyDown", **key)
        await self.until("Page.loadEventFired")

    async def shows(self, selector: str) -> None:
        """Return when the page has an element like that."""
        name = json.dumps(selector)

        async def is_there() -> bool:
            return bool(await self.evaluate(f"!!document.querySelector({name})"))

        await eventually(is_there)

    async def tap(self, selector: str) -> None:
        """Press an element where it stands on the screen, as a person does."""
        await self.shows(selector)
        name = json.dumps(selector)
        at = await self.evaluate(f"""(() => {{
            const element = document.querySelector({name});
            element.scrollIntoView({{block: "center", behavior: "instant"}});
            const {{x, y, width, height}} = element.getBoundingClientRect();
            return {{x: x + width / 2, y: y + height / 2}};
        }})()""")
        press: Json = {**at, "button": "left", "clickCount": 1}
        for kind in ("mousePressed", "mouseReleased"):
            await self.call("Input.dispatchMouseEvent", type=kind, **press)

    async def picture(self, **how: object) -> bytes:
        """What is on the screen: a PNG, or as ``Page.captureScreenshot`` is told."""
        return base64.b64decode((await self.call("Page.captureScreenshot", **how))["data"])


class Browser:
    """A connection to a running browser."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self._socket, self._numbers = socket, count(1)
        self._answers: dict[int, asyncio.Future[Json]] = {}
        self._tabs: dict[str, Tab] = {}

    async def call(self, method: str, session: str | None = None, **values: object) -> Json:
        """What a command answers; ``BrowserError`` where it is refused."""
        number = next(self._numbers)
        waiting = self._answers[number] = asyncio.get_running_loop().create_future()
        asked: Json = {"id": number, "method": method, "params": values}
        await self._socket.send_json(asked | ({"sessionId": session} if session else {}))
        async with asyncio.timeout(EVENT_S):
            answer = await waiting
        if "error" in answer:
            raise BrowserError(f"{method}: {answer['error']}")
        return dict(answer["result"])

    @asynccontextmanager
    async def tab(self) -> AsyncIterator[Tab]:
        """A new page that tells of its requests and its errors."""
        context = (await self.call("Target.createBrowserContext"))["browserContextId"]
        named: Mapping[str, str] = {"url": "about:blank", "browserContextId": context}
        target = (await self.call("Target.createTarget", **named))["targetId"]
        at = await self.call("Target.attachToTarget", targetId=target, flatten=True)
        tab = self._tabs[at["sessionId"]] = Tab(self, at["sessionId"])
        for domain in ("Page", "Network", "Runtime", "Log", "Audits"):
            await tab.call(f"{domain}.enable")
        yield tab
        del self._tabs[tab.session]
        await self.call("Target.disposeBrowserContext", browserContextId=context)

    async def listen(self) -> None:
        """Hand on what the browser says until it is gone."""
        async for message in self._socket:
            said = message.json()
            if waiting := self._answers.pop(said.get("id", 0), None):
                waiting.set_result(said)
            elif tab := self._tabs.get(said.get("sessionId", "")):
                tab.events.append(said)
                tab.happened.set()


@asynccontextmanager
async def browsing(program: str) -> AsyncIterator[Browser]:
    """A browser with a profile of its own, which ends with the block."""
    with tempfile.TemporaryDirectory(prefix="ftk", ignore_cleanup_errors=True) as profile:
        quiet = asyncio.subprocess.DEVNULL
        process = await asyncio.create_subprocess_exec(
            program,
            *_FLAGS,
            f"--user-data-dir={profile}",
            stdout=quiet,
            stderr=quiet,
            start_new_session=True,
        )
        try:
            async with ClientSession() as session:
                address = await _address(process, Path(profile) / "DevToolsActivePort")
                async with session.ws_connect(address, max_msg_size=0) as socket:
                    browser = Browser(socket)
                    listening = asyncio.create_task(browser.listen())
                    yield browser
                    listening.cancel()
        finally:
            with suppress(ProcessLookupError):  # a script may stand before the browser: end both
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


async def _address(process: asyncio.subprocess.Process, told: Path) -> str:
    """Where the browser listens, as the file says that it writes then."""

    async def listens() -> bool:
        if process.returncode is not None:
            raise BrowserError(f"ended at its start: {process.returncode}")
        return told.is_file() and "\n" in told.read_text()

    await eventually(listens)
    port, path = told.read_text().split()
    return f"ws://127.0.0.1:{port}{path}"

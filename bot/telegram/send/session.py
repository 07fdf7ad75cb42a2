"""The HTTP session to the Bot API: aiogram's, made to tell *sent*, *not sent* and *unknown* apart.

aiogram folds a refused connection and a lost answer into one error, drops a 429 without a number,
and puts the reader's text into decoding errors; this session does not.
"""

import re
from http import HTTPStatus
from typing import Any, cast

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.session.middlewares.base import (
    BaseRequestMiddleware,
    NextRequestMiddlewareType,
)
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import GetFile, Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientHttpProxyError,
    ClientTimeout,
    ConnectionTimeoutError,
)

from bot.counts import TELEGRAM_REQUESTS, ProcessCounts
from bot.telegram.send.date_entities import Dates
from bot.telegram.send.share_buttons import Sharing

CONNECT_TIMEOUT = 10.0  # seconds
ANSWER_TIMEOUT = 30.0  # seconds for a whole call; a long poll adds its own
UNTOLD_PAUSE = 5  # seconds to wait after a 429 that does not say how long
_NEVER_LEFT = (ClientConnectorError, ClientHttpProxyError, ConnectionTimeoutError)
_READABLE_ID = re.compile(
    r'"ok"\s*:\s*true\b.*?"result"\s*:\s*\{\s*"message_id"\s*:\s*(\d+)\b', re.S
)


class Ended(Exception):
    """What the Telegram stage cannot go on with; the text is one line that says what mends it."""


class TokenRefused(Ended):
    """Telegram does not know the bot's token (any more)."""

    def __init__(self) -> None:
        super().__init__("TELEGRAM_BOT_TOKEN: Telegram refuses it; copy one from @BotFather")


class BotMoved(TokenRefused):
    """The bot has logged out of this server: another one serves it now."""

    def __init__(self) -> None:
        Ended.__init__(
            self,
            "TELEGRAM_API_BASE: the bot has logged out of this Bot API server; set the address of "
            "the one that serves it now (Telegram's own takes it back after ten minutes)",
        )


class WebhookActive(Ended):
    """The bot has a webhook, so it cannot be polled."""

    def __init__(self) -> None:
        super().__init__(
            "TELEGRAM_BOT_TOKEN: this bot has a webhook, so it cannot be polled; stop what uses "
            "it or call deleteWebhook (with drop_pending_updates=False nothing is lost)"
        )


class LoggedOut(TelegramUnauthorizedError):
    """What every call answers on a server that the bot has left by ``logOut``, as a 400 or 401."""


class NotReached(TelegramNetworkError):
    """The request certainly did not arrive: refused, no such host, TLS, connect timeout."""


class BrokenAnswer(AiogramError):
    """An answer that is no Bot API answer; its text is kept out of the error on purpose."""

    def __init__(self, status: int, message_id: int | None = None) -> None:
        super().__init__(f"unreadable answer with status {status}")
        self.status = status
        self.message_id = message_id


class Session(AiohttpSession):
    """aiogram's session with the connect phase and broken answers told apart."""

    def __init__(
        self, api_base: str, proxy: str | None = None, patience: float = ANSWER_TIMEOUT
    ) -> None:
        super().__init__(api=TelegramAPIServer.from_base(api_base), timeout=patience)
        self._http_proxy = proxy

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - aiogram's signature
    ) -> TelegramType:
        """One call; errors carry the exception's name only, since its text may hold the token."""
        session = await self.create_session()
        body = bytearray()
        try:
            async with session.post(
                self.api.api_url(token=bot.token, method=method.__api_method__),
                data=self.build_form_data(bot=bot, method=method),
                timeout=ClientTimeout(timeout or self.timeout, sock_connect=CONNECT_TIMEOUT),
                proxy=self._http_proxy,
            ) as answer:
                async for chunk in answer.content.iter_any():
                    body += chunk
        except _NEVER_LEFT as error:
            raise NotReached(method, type(error).__name__) from None
        except (TimeoutError, ClientError) as error:
            if (message_id := _message_id(body.decode(errors="replace"))) is not None:
                raise BrokenAnswer(200, message_id) from None
            raise TelegramNetworkError(method, type(error).__name__) from None
        text = body.decode(errors="replace")
        checked = self.check_response(bot, method, answer.status, text)
        return cast(TelegramType, checked.result)

    async def fetch(self, bot: Bot, path: str, most: int) -> bytes:
        """A file by the path that getFile told, cut behind ``most`` bytes; errors as of a call."""
        session, method = await self.create_session(), GetFile(file_id=path)
        body = bytearray()
        try:
            async with session.get(
                self.api.file_url(bot.token, path),
                timeout=ClientTimeout(self.timeout, sock_connect=CONNECT_TIMEOUT),
                proxy=self._http_proxy,
            ) as answer:
                if answer.status == HTTPStatus.NOT_FOUND:
                    raise TelegramBadRequest(method, "the file is gone")
                answer.raise_for_status()
                async for chunk in answer.content.iter_any():
                    body += chunk
                    if len(body) > most:
                        break
        except (TimeoutError, ClientError) as error:
            raise TelegramNetworkError(method, type(error).__name__) from None
        return bytes(body[: most + 1])

    async def close(self) -> None:
        """aiogram waits a quarter of a second for TLS to end; without TLS there is no reason."""
        if self.api.base.startswith("https:"):
            await super().close()
        elif self._session:
            await self._session.close()

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        """aiogram's check; ``BrokenAnswer`` for what it cannot read."""
        try:
            return super().check_response(bot, method, status_code, content)
        except (ClientDecodeError, TypeError):  # TypeError: a 5xx without a description
            failure: AiogramError = BrokenAnswer(status_code, _message_id(content))
        except TelegramRetryAfter:
            raise
        except AiogramError as error:
            failure = error
        if status_code in {400, 401} and "logged out" in str(failure).lower():
            failure = LoggedOut(method, "Logged out")
        if status_code == 429:
            raise TelegramRetryAfter(method, "without a number", UNTOLD_PAUSE) from None
        raise failure from None


async def download(bot: Bot, path: str, most: int) -> bytes:
    """A file that somebody sent, by its path; of one longer than ``most`` bytes one more."""
    return await cast("Session", bot.session).fetch(bot, path, most)


def ended_by(error: AiogramError) -> TokenRefused:
    """What a refusal of the token itself ends the stage with."""
    return BotMoved() if isinstance(error, LoggedOut) else TokenRefused()


_OUTCOMES: dict[type[Exception], str] = {
    TelegramRetryAfter: "rate_limited",
    TelegramServerError: "server_error",
    BrokenAnswer: "server_error",
    NotReached: "not_reached",
    TelegramEntityTooLarge: "refused",
    TelegramNetworkError: "no_answer",
    AiogramError: "refused",
}
"""What came of a request that failed, the most special error first."""


class RequestCount(BaseRequestMiddleware):
    """Counts each request by what came of it."""

    def __init__(self, counts: ProcessCounts) -> None:
        self._counts = counts

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Any:
        """One call; one that is cancelled has no outcome."""
        try:
            answer = await make_request(bot, method)
        except AiogramError as error:
            outcome = next(name for kind, name in _OUTCOMES.items() if isinstance(error, kind))
            self._counts.add(TELEGRAM_REQUESTS, outcome)
            raise
        self._counts.add(TELEGRAM_REQUESTS, "ok")
        return answer


def connect_bot(
    token: str, api_base: str, proxy: str | None = None, counts: ProcessCounts | None = None
) -> Bot:
    """A bot on this line, whose requests are counted; ``bot.session.close()`` ends it."""
    session = Session(api_base, proxy)
    session.middleware(Dates())
    session.middleware(Sharing())
    session.middleware(RequestCount(counts or ProcessCounts()))  # the last one is next to the wire
    return Bot(token, session=session)


def _message_id(content: str) -> int | None:
    found = _READABLE_ID.search(content[:2000])
    return int(found.group(1)) if found else None

"""Logs as a timeline on stderr: one event, one verb; a secret never gets through."""

import asyncio
import logging
import re
import sys
import threading
from collections import Counter
from collections.abc import Iterable, Mapping, MutableMapping
from contextlib import suppress
from hashlib import blake2b
from secrets import token_bytes
from time import monotonic
from types import TracebackType
from typing import Any

import structlog

from bot.config import Settings
from bot.store.connection.address import secrets_of

HIDDEN = "***"
# A bot token, a model key, the user part of a URL: for secrets inside other texts.
_LOOKS_SECRET = re.compile(r"\d{6,}:[\w-]{30,}|\bsk-[\w-]{16,}|(?<=://)[^\s/@]+(?=@)")
_NAMING = frozenset({"chat", "delivery", "user", "reader", "store_key", "moved_to"})
"""Fields of events that may hold a reader's number."""

_NUMBER = re.compile(r"(?<![\w-])-?\d{3,}(?!\w)")
_PROCESS = token_bytes(16)
_SHORTEST = 6  # a shorter secret would hide ordinary words
_CAUSE = ("event", "part", "stage", "stream", "store_key", "state", "error", "reason")
"""Fields of events that say what is wrong, as those left out say with whom or what."""

_WHOSE = re.compile(r"@\w+|\d+")
_APART = 1.0  # seconds between two lines of one cause
_MOST_CAUSES = 1_000


def set_up(settings: Settings) -> None:
    """Send structlog and the standard library's logs the same way, as the settings say."""
    redact = _Redactor(_secrets(settings))
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        _unnamed,
        redact,
    ]
    handler = logging.StreamHandler(sys.stderr)
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *_renderers(settings.log_format),
        ],
    )
    handler.setFormatter(formatter)
    handler.addFilter(_Calm())
    logging.basicConfig(handlers=[handler], level=settings.log_level, force=True)
    for chatty in ("aiogram", "openai", "httpx2", "httpcore2", "apscheduler", "asyncio", "mcp"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    _catch_the_uncaught()


def _catch_the_uncaught() -> None:
    """Log what nobody caught, in whatever place, as one event instead of a bare traceback."""
    sys.excepthook = lambda kind, error, trace: _uncaught("process", error, trace)
    threading.excepthook = lambda args: _uncaught("thread", args.exc_value, args.exc_traceback)
    sys.unraisablehook = lambda args: _uncaught("destructor", args.exc_value, args.exc_traceback)
    with suppress(RuntimeError):  # set up before there is a loop
        asyncio.get_running_loop().set_exception_handler(_uncaught_in_loop)


def _uncaught(
    where: str,
    error: BaseException | None,
    trace: TracebackType | None = None,
    reason: str | None = None,
) -> None:
    log = structlog.get_logger()
    details = {"reason": reason} if reason else {}
    kind = type(error).__name__ if error else None
    traced = (type(error), error, trace or error.__traceback__) if error else None
    log.error("uncaught", where=where, error=kind, exc_info=traced, **details)


def _uncaught_in_loop(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    _uncaught("event loop", context.get("exception"), reason=str(context.get("message")))


def _unnamed(
    logger: object, name: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Numbers of chats and people as names that only this process can give again.

    A line can be told from others of the same reader, but nobody can be found by it.
    """
    for field in _NAMING & event.keys():
        if isinstance(event[field], int | str):
            event[field] = _NUMBER.sub(_pseudonym, str(event[field]))
    return event


def _pseudonym(found: re.Match[str]) -> str:
    return f"~{blake2b(found[0].encode(), key=_PROCESS, digest_size=4).hexdigest()}"


def quiet() -> None:
    """Only warnings, for commands that print a result."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _unnamed,
            _Redactor(()),
            *_renderers("text"),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    _catch_the_uncaught()


def _renderers(how: str) -> list[structlog.typing.Processor]:
    """A trace is a field like any other, so that it breaks no line; a terminal shows it as it is.

    The console's renderer takes a field called ``exc_info`` for an error to format anew.
    """
    if how == "json":
        return [_traces_as("exc_info"), structlog.processors.JSONRenderer(ensure_ascii=False)]
    if sys.stderr.isatty():
        return [structlog.dev.ConsoleRenderer(colors=True)]
    return [_traces_as("trace"), structlog.dev.ConsoleRenderer(colors=False)]


def _traces_as(field: str) -> structlog.typing.Processor:
    def rename(logger: object, name: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
        if "exception" in event:
            event[field] = event.pop("exception")
        return event

    return rename


def _secrets(settings: Settings) -> list[str]:
    values = (
        settings.telegram_bot_token,
        settings.openai_api_key,
        settings.redis_url,
        settings.webhook_secret,
        settings.mcp_token,
    )
    found = [value.get_secret_value() for value in values if value is not None]
    return [
        *found,
        *secrets_of(settings.redis_url.get_secret_value() if settings.redis_url else ""),
    ]


class _Calm(logging.Filter):
    """One line a second of each cause from warnings up; the next one says how many ``more``.

    An outage is met by each of a thousand messages, and a disk that is full is so by our lines.
    """

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[str, float] = {}
        self._held: Counter[str] = Counter()

    def filter(self, record: logging.LogRecord) -> bool:
        """False for a line to be left out."""
        if record.levelno < logging.WARNING:
            return True
        cause, now = _cause(record), monotonic()
        if now - self._said.get(cause, -_APART) < _APART:
            self._held[cause] += 1
            return False
        if len(self._said) >= _MOST_CAUSES:
            self._said.clear()
            self._held.clear()
        self._said[cause] = now
        if (held := self._held.pop(cause, 0)) and isinstance(record.msg, dict):
            record.msg["more"] = held
        return True


def _cause(record: logging.LogRecord) -> str:
    event = record.msg
    if not isinstance(event, dict):
        return f"{record.name} {str(event).partition(chr(10))[0]}"
    return _WHOSE.sub("", " ".join(str(event.get(field, "")) for field in _CAUSE))


class _Redactor:
    """Hides the secrets of the settings and what looks like one, in any value of an event."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = "|".join(re.escape(s) for s in secrets if len(s) >= _SHORTEST)
        self._pattern = re.compile(f"{known}|{_LOOKS_SECRET.pattern}") if known else _LOOKS_SECRET

    def __call__(
        self, logger: object, name: str, event: MutableMapping[str, Any]
    ) -> Mapping[str, Any]:
        return {key: self._hide(value) for key, value in event.items()}

    def _hide(self, value: object) -> object:
        if isinstance(value, int | float | None) or _is_carried(value):
            return value
        text = value if isinstance(value, str) else repr(value)
        hidden = self._pattern.sub(HIDDEN, text)
        return value if hidden == text else hidden


def _is_carried(value: object) -> bool:
    """True for what structlog carries along for the standard library."""
    return isinstance(value, logging.LogRecord | logging.Logger)

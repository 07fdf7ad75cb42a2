"""The analyst with a model: prompt → call → check → at most one repair turn → analysis.

Errors never become content: whatever fails is raised as a ``ModelError`` that carries its cost,
and the caller falls back to the analyst without a model.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from pydantic import ValidationError

from bot.extract import prompt
from bot.extract.chat import Chat, Talk
from bot.extract.check import Checked, check
from bot.extract.failures import (
    BadAnswer,
    BadRequest,
    Filtered,
    ModelError,
    ModelNotFound,
    QuotaExceeded,
    RateLimited,
    Refused,
    Truncated,
    Unauthorized,
    Unavailable,
    Usage,
)
from bot.extract.overview import CARDS, Overview, card_data, check_overview
from bot.extract.schema import OverviewForm, PostForm
from bot.extract.server import PARAMS, Server
from bot.extract.ways import Asking
from bot.model import Analysis, Card, Entry, Language, PeriodName, Post

__all__ = [
    "Answer", "BadAnswer", "BadRequest", "Filtered", "Model", "ModelError", "ModelNotFound",
    "QuotaExceeded", "RateLimited", "Refused", "Truncated", "Unauthorized", "Unavailable", "Usage",
]  # fmt: skip

CALL_DEADLINE, POST_DEADLINE = 45.0, 120.0
"""Seconds for one call and for all calls about one post."""

MAX_TOKENS = 2_400
"""Cap of an answer: twice a long form with two cards; local engines may run on in spaces."""

_LONGER = 1.5
_CUT = "the answer ran into the cap of tokens twice"


def fresh_nonce() -> str:
    """An unguessable mark for the frame of one post."""
    return secrets.token_hex(8)


class Answer(NamedTuple):
    """A checked analysis and what it cost."""

    analysis: Analysis
    usage: Usage


@dataclass(frozen=True)
class _Turn:
    """One answer: what was said, what of it can be shown, what is wrong with it."""

    said: str
    checked: Checked | None
    faults: list[str]
    cut: bool = False

    @property
    def rank(self) -> tuple[bool, int]:
        """Order of preference, the lowest is best: something to show, then few faults."""
        return self.checked is None or self.checked.analysis is None, len(self.faults)


class Model:
    """One model behind one OpenAI-compatible server; ``prompt_id`` versions its answers."""

    def __init__(
        self,
        *,
        api_key: str,
        model: str,
        base_url: str | None = None,
        languages: Sequence[Language] = ("ru", "en"),
        deadline: float = CALL_DEADLINE,
        max_tokens: int = MAX_TOKENS,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        talk: Talk | None = None,
        nonce: Callable[[], str] = fresh_nonce,
    ) -> None:
        talk = talk or Chat(api_key, base_url, deadline)
        self._server, self._nonce = Server(talk, model, base_url, sleep), nonce
        self._languages, self._max_tokens = tuple(languages), max_tokens
        self._prompts = prompt.load()
        self.prompt_id = prompt.prompt_id(
            self._prompts,
            model=model,
            languages=self._languages,
            params={**PARAMS, "max_tokens": max_tokens},
        )

    async def __aenter__(self) -> "Model":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Give the connections back."""
        await self._server.close()

    async def probe(self) -> str:
        """Find out, once, how this server takes a schema; the way's name. Raises ModelError."""
        return (await self._server.way([])).name

    async def analyse(self, post: Post, previous: Card | None = None) -> Answer:
        """Read one post; ``previous`` is the earlier card of a series. Raises ``ModelError``."""
        spent: list[Usage] = []
        try:
            async with asyncio.timeout(POST_DEADLINE):
                return await self._analyse(post, previous, spent)
        except TimeoutError:
            raise Unavailable(f"no analysis in {POST_DEADLINE:g} s", _total(spent)) from None
        except ModelError as error:
            error.usage = replace(_total(spent), offences=error.usage.offences)
            raise

    async def overview(
        self, entries: Sequence[Entry], *, period: PeriodName, language: Language
    ) -> tuple[Overview, Usage]:
        """The opening of a digest over its best entries, checked. Raises ``ModelError``."""
        spent: list[Usage] = []
        # A card from a post with orders never meets another model.
        entries = [entry for entry in entries if not entry.analysis.instructions_in_post][:CARDS]
        asking = (await self._server.way(spent)).overview
        messages = prompt.overview(
            self._prompts,
            [card_data(number, entry, language) for number, entry in enumerate(entries, 1)],
            period=period,
            language=language,
            nonce=self._nonce(),
            guide=asking.guide,
        )
        try:
            said = await self._server.ask(asking, messages, self._max_tokens, spent)
            form = OverviewForm.model_validate_json(_json_in(said))
        except ValidationError:
            raise BadAnswer("the answer is not the form", _total(spent)) from None
        except ModelError as error:
            error.usage = _total(spent)
            raise
        return check_overview(form, entries, language), _total(spent)

    async def _analyse(self, post: Post, previous: Card | None, spent: list[Usage]) -> Answer:
        """The first answer where it is clean, else the better of two."""
        asking = (await self._server.way(spent)).post
        messages = prompt.messages(
            self._prompts, post, languages=self._languages, nonce=self._nonce(),
            previous=previous, guide=asking.guide,
        )  # fmt: skip
        best = await self._turn(asking, messages, self._max_tokens, post, spent)
        repaired = bool(best.faults)
        if repaired:
            best = await self._again(best, asking, messages, post, spent)
        checked = best.checked
        if checked is None:
            raise Truncated(_CUT) if best.cut else BadAnswer("the answer is not the form")
        usage = replace(_total(spent), repaired=repaired, offences=checked.offences)
        if checked.analysis is None:
            raise BadAnswer("nothing in the cards stands in the post", usage)
        return Answer(checked.analysis, usage)

    async def _again(
        self,
        first: _Turn,
        asking: Asking,
        messages: list[prompt.Message],
        post: Post,
        spent: list[Usage],
    ) -> _Turn:
        """One more turn: longer after a cut, else with the faults quoted; the better of both."""
        cap = self._max_tokens
        if first.cut:
            cap = round(cap * _LONGER)
        elif first.said:
            said = {"role": "assistant", "content": first.said}
            mend = {"role": "user", "content": prompt.repair(self._prompts, first.faults)}
            messages = [*messages, said, mend]
        try:
            second = await self._turn(asking, messages, cap, post, spent)
        except ModelError:
            if first.rank[0]:
                raise
            return first
        return min(second, first, key=lambda turn: turn.rank)

    async def _turn(
        self,
        asking: Asking,
        messages: list[prompt.Message],
        cap: int,
        post: Post,
        spent: list[Usage],
    ) -> _Turn:
        """Ask and check; an answer that is cut or not the form is a turn with a fault."""
        try:
            said = await self._server.ask(asking, messages, cap, spent)
        except (Truncated, BadAnswer) as error:
            return _Turn("", None, [str(error)], cut=isinstance(error, Truncated))
        try:
            form = PostForm.model_validate_json(_json_in(said))
        except ValidationError as error:
            return _Turn(said, None, _faults_of(error))
        checked = check(form, post, self._languages)
        return _Turn(said, checked, checked.needs_repair)


def _total(spent: Sequence[Usage]) -> Usage:
    return sum(spent, Usage())


def _json_in(said: str) -> str:
    """The outermost object of an answer: plain JSON modes add fences and thoughts."""
    body = said.rpartition("</think>")[2].strip()
    if body.startswith("{"):
        return body
    return body[max(body.find("{"), 0) : body.rfind("}") + 1]


def _faults_of(error: ValidationError) -> list[str]:
    """Where an answer leaves the form; never what it said there."""
    return [
        f"{'.'.join(map(str, fault['loc'])) or 'the form'}: {fault['msg']}"
        for fault in error.errors(include_url=False, include_input=False)[:8]
    ]

"""One model server: adapts requests to what it accepts, learned from real questions.

There is no probe. The first question is asked as the server's profile has it; refusals make it
plainer step by step (``capability``), an answer that is not the form makes the format plainer.
What has led to a form is kept, so that a restart does not pay for it again.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

import structlog
from pydantic import BaseModel

from bot.extract.budget import pricing
from bot.extract.budget.meter import Meter
from bot.extract.budget.pricing import Price
from bot.extract.errors import (
    BadAnswer,
    BadRequest,
    ModelError,
    PromptCut,
    RateLimited,
    TokenUsage,
    Truncated,
    Unavailable,
)
from bot.extract.forms.form_in_answer import FoundForm, find_form
from bot.extract.forms.response_formats import Form, response_format
from bot.extract.llm import capability
from bot.extract.llm.capability import Capability
from bot.extract.llm.client import ChatClient, ModelReply, prompt_text
from bot.extract.llm.completion import estimated
from bot.extract.llm.concurrency import ConcurrencyLimit
from bot.extract.llm.prompt import ChatMessage
from bot.extract.llm.server_profiles import Profile
from bot.model.spend import CallKind
from bot.wait import backoff

PARAMS = {"temperature": 0, "seed": 7}
"""What is asked of every model that takes it: answers as repeatable as they get."""

CHARS_PER_TOKEN = 7
"""More than any tokenizer packs into a token of our prompts: fewer tokens were not the prompt."""

_TRIES = 3
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 1.0, 4.0
_WALKS = 3  # questions for which other formats are tried, when answers are not the form
_LONGER = 1.3  # times the longest prompt that is known to have been read whole

_log = structlog.get_logger()
_F = TypeVar("_F", bound=BaseModel)


class Memory(Protocol):
    """Where what was learned is kept."""

    async def load(self) -> str | None:
        """What was kept, None for nothing."""

    async def save(self, learned: str) -> None:
        """Keep it."""


class NoMemory:
    """Keeps nothing: for a model without a store."""

    async def load(self) -> str | None:
        """Nothing."""
        return None

    async def save(self, learned: str) -> None:
        """Nothing is kept."""


class Question(NamedTuple, Generic[_F]):
    """One question: the form to fill in, the messages by what they must say of it, the cap.

    ``flex`` asks for half the price where the answer may wait.
    """

    form: Form[_F]
    kind: CallKind
    messages: Callable[[str], list[ChatMessage]]
    cap: int
    flex: bool = False


class ServerAnswer(NamedTuple, Generic[_F]):
    """What was said, and the form in it or what is wrong with it."""

    said: str
    found: FoundForm[_F]


@dataclass
class _Attempt:
    """What was tried for one question."""

    tries: int = 0
    repeats: int = 0
    walks: int = 0


class Server:
    """Asks over a ``ChatClient``; the cost of every call, failed or not, goes on the meter."""

    def __init__(
        self,
        talk: ChatClient,
        model: str,
        profile: Profile,
        *,
        price: Price = pricing.UNKNOWN,
        effort: str | None = "none",
        memory: Memory | None = None,
        gate: ConcurrencyLimit | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._talk, self._model, self._profile, self._sleep = talk, model, profile, sleep
        self._memory, self._price = memory or NoMemory(), price
        self.gate = gate or ConcurrencyLimit()
        self._how = self._start = capability.first(profile, model, effort)
        self.proven, self._recalled = False, False
        self._walks_left, self._read_whole = _WALKS, 0
        self.answered_by = ""

    @property
    def learned(self) -> str:
        """How this server is asked, in a few words."""
        return self._how.shown

    @property
    def caches_schema(self) -> bool:
        """True where the schema stands before the instructions in the cached prefix."""
        return self._profile.caches_by_key()

    @property
    def small(self) -> bool:
        """True where the short form suits the model."""
        return self._how.small

    def use_short_form(self, reason: str) -> None:
        """Ask for the short form from now on."""
        _log.warning("short form", model=self._model, reason=reason)
        self._how = replace(self._how, small=True)

    def use_full_form(self) -> None:
        """Ask for the full form again."""
        self._how = replace(self._how, small=False)

    async def bound_texts(self) -> None:
        """Bound texts in the schema from now on, where the schema is only a constraint."""
        if self._profile.shows_schema:
            return
        if self._take(capability.bounded(self._how), "an answer ran away"):
            self._start = replace(self._start, lengths=True, taken=self._how.taken)
            if self.proven:
                await self._memory.save(capability.dump_capability(self._how))

    def guide(self, form: Form[Any]) -> str:
        """What the prompt says of a form besides, as this server is asked."""
        shown = self._profile.shows_schema
        return response_format(form, self._how, shows_schema=shown).guide

    async def close(self) -> None:
        """Give the connections back."""
        await self._talk.close()

    async def ask(self, question: Question[_F], meter: Meter) -> ServerAnswer[_F]:
        """The answer to a question, made plainer until it is taken. Raises ``ModelError``."""
        await self.recall()
        try:
            return await self._adapted(question, meter)
        except ModelError:
            if self.proven:  # one question is no reason to ask all others in another way
                self._how = self._start
            raise

    async def _adapted(self, question: Question[_F], meter: Meter) -> ServerAnswer[_F]:
        attempt = _Attempt()
        while True:
            how = self._how
            try:
                answered = self._read(await self._call(question, how, meter), question)
            except ModelError as error:
                if not await self._mended(error, how, question, attempt):
                    raise
            else:
                if answered.found.form is not None:
                    await self._prove()
                    return answered
                if not self._walk(attempt):
                    return answered

    async def _mended(
        self, error: ModelError, how: Capability, question: Question[_F], attempt: "_Attempt"
    ) -> bool:
        """True where another call makes sense after an error, now that something is changed."""
        if isinstance(error, BadRequest):
            return self._plainer(error, how, question)
        if isinstance(error, Truncated):
            return error.thought and self._more_room(question)
        if isinstance(error, BadAnswer):
            # A generation may go wrong by chance where a schema is enforced: once more.
            attempt.repeats += 1
            return not self.proven and (attempt.repeats == 1 or self._walk(attempt))
        if isinstance(error, Unavailable):
            return await self._patient(error, attempt)
        return False

    async def _patient(self, error: Unavailable, attempt: "_Attempt") -> bool:
        if error.late:
            self._stream_next_time()
            return False
        attempt.tries += 1
        # Some engines break at a schema (llama.cpp#27279): a plainer format may do.
        at_format = error.status in (500, 501) and not self.proven
        if at_format and attempt.tries > 1:
            return self._walk(attempt)
        if attempt.tries == _TRIES:
            return False
        await self._sleep(
            backoff(attempt.tries, _FIRST_PAUSE_S, _LONGEST_PAUSE_S, random.random())
        )
        return True

    async def _call(self, question: Question[_F], how: Capability, meter: Meter) -> ModelReply:
        request = self.request(question, how)
        sent = len(prompt_text(request))
        started, crowd = time.perf_counter(), self.gate.under_way
        estimate = self._costing(estimated(sent, 3 * question.cap), flex=question.flex)
        with meter.call(self._model, question.kind, estimate) as settle:
            try:
                reply = await self._talk.complete(request, self._patience(crowd))
            except ModelError as error:
                settle(self._costing(error.usage, flex=question.flex), error)
                if not isinstance(error, RateLimited):
                    raise
                if not question.flex:
                    self.gate.slow_down()
                    raise
                # Too busy for half the price, which says nothing of the full one.
                return await self._call(question._replace(flex=False), how, meter)
            flex = question.flex and reply.tier in ("", "flex")
            settle(self._costing(reply.usage, flex=flex))
        self.gate.answered(time.perf_counter() - started)
        self._note(reply, sent)
        return reply

    def request(self, question: Question[_F], how: Capability | None = None) -> dict[str, Any]:
        """The body of the call for a question, as this server is asked."""
        how = how or self._how
        shaped = response_format(question.form, how, shows_schema=self._profile.shows_schema)
        messages = question.messages(shaped.guide)
        body: dict[str, Any] = {"model": self._model, "messages": _placed(messages, how)}
        if shaped.body is not None:
            body["response_format"] = shaped.body
        if how.cap:
            body[how.cap] = min(question.cap, how.cap_limit or question.cap) + how.room
        options: dict[str, Any] = {**PARAMS, **self._profile.extra}
        if how.effort == "none" and self._profile.no_thinking:
            options |= self._profile.no_thinking
        elif how.effort is not None:
            options["reasoning_effort"] = how.effort
        if self._profile.caches_by_key():
            options["prompt_cache_key"] = _cache_key(messages)
        if how.parts:
            options["prompt_cache_options"] = {"mode": "explicit"}
        if how.stream:
            options |= {"stream": True, "stream_options": {"include_usage": True}}
        if question.flex and self._profile.flex:
            options["service_tier"] = "flex"
        return body | {k: v for k, v in options.items() if k not in how.without}

    def _read(self, reply: ModelReply, question: Question[_F]) -> ServerAnswer[_F]:
        found = find_form(reply.text, question.form.model)
        if reply.cut and found.form is None:
            reason = "thinking took the room of the answer" if reply.thought else "the answer"
            raise Truncated(
                f"{reason} ran into the cap of tokens", said=reply.text, thought=reply.thought
            )
        return ServerAnswer(reply.text, found)

    def _note(self, reply: ModelReply, sent: int) -> None:
        """Who answered, and whether all of the prompt was read (Ollama drops its head)."""
        if reply.model and reply.model != self.answered_by:
            self.answered_by = reply.model
            if not reply.model.casefold().startswith(self._model.casefold()):
                _log.warning("unexpected model", asked=self._model, answers=reply.model)
        if not reply.told_prompt:
            return
        if reply.usage.prompt >= sent / CHARS_PER_TOKEN:
            self._read_whole = max(self._read_whole, sent)
        elif sent > _LONGER * self._read_whole:  # shorter ones may come out of a cache uncounted
            raise PromptCut(
                f"the server read {reply.usage.prompt} tokens of a prompt of about {sent // 4}: "
                "its context is too small and the rest was cut (Ollama: num_ctx)"
            )

    def _costing(self, usage: TokenUsage, *, flex: bool) -> TokenUsage:
        cost = pricing.charge(
            self._price,
            read=usage.prompt,
            cached=usage.cached,
            cache_writes=usage.cache_writes,
            written=usage.completion,
            flex=flex and self._profile.flex,
        )
        return replace(usage, cost=cost)

    def _patience(self, crowd: int) -> float:
        """Seconds more for a call that may have to queue inside the server."""
        return max(0, crowd - 1) * (self.gate.quickest or 0.0)

    def _plainer(self, refused: BadRequest, how: Capability, question: Question[_F]) -> bool:
        if how != self._how:  # another call has found a way meanwhile
            return True
        sent = self.request(question, how)
        step = capability.plainer(how, refused, sent, proven=self.proven)
        return self._take(step, str(refused))

    def _walk(self, attempt: "_Attempt") -> bool:
        """The next plainer format for one question; False when all were tried."""
        if self.proven or not (attempt.walks or self._walks_left):
            return False
        self._walks_left -= not attempt.walks
        attempt.walks += 1
        if self._take(capability.next_format(self._how), "the answer is not the form"):
            return True
        steps = {f"as {name}" for name in capability.FORMATS}
        self._how = replace(self._how, format=self._start.format, taken=self._how.taken - steps)
        return False

    def _more_room(self, question: Question[_F]) -> bool:
        return self._take(capability.more_room(self._how, question.cap), "thinking took the room")

    def _stream_next_time(self) -> None:
        """An answer that takes long is better seen coming."""
        if self._how.stream:
            return
        if self._take(self._how.step("stream", stream=True), "no answer in time"):
            self._start = replace(self._start, stream=True, taken=self._how.taken)

    def _take(self, step: Capability | None, reason: str) -> bool:
        if step is None:
            return False
        [name] = step.taken - self._how.taken
        _log.info("request adapted", model=self._model, step=name, reason=reason)
        self._how = step
        return True

    async def recall(self) -> None:
        """Take up what was learned of the server before."""
        if self._recalled:
            return
        self._recalled = True
        stored = await self._memory.load()
        if stored and (known := capability.load_capability(stored)):
            self._how = self._start = known
            self.proven = True
            self.gate.open()

    async def _prove(self) -> None:
        if self.proven and self._how == self._start:
            return
        self.proven, self._start = True, self._how
        self.gate.open()
        _log.info("model answers", model=self._model, how=self._how.shown)
        await self._memory.save(capability.dump_capability(self._how))


def _placed(messages: list[ChatMessage], how: Capability) -> list[dict[str, Any]]:
    """Messages with the system's words where the server takes them."""
    if how.parts:
        system, *rest = messages
        part = {
            "type": "text",
            "text": system["content"],
            "prompt_cache_breakpoint": {"mode": "explicit"},
        }
        return [{"role": "system", "content": [part]}, *rest]
    if how.system:
        return [*messages]
    system, user, *rest = messages
    joined = f"{system['content']}\n\n{user['content']}"
    return [{"role": "user", "content": joined}, *rest]


def _cache_key(messages: list[ChatMessage]) -> str:
    """Equal for all questions with the same instructions."""
    return f"fortochka-{sha256(messages[0]['content'].encode()).hexdigest()[:16]}"

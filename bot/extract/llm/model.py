"""The analyst with a model: prompt → call → check → at most one repair → analysis.

Errors never become content: whatever fails is raised as a ``ModelError`` that carries its cost,
and the caller falls back to the analyst without a model.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Literal, NamedTuple, TypeVar

from pydantic import BaseModel

from bot.extract.budget import pricing
from bot.extract.budget.meter import Meter
from bot.extract.budget.pricing import Price
from bot.extract.checks.copied_form import instructions
from bot.extract.checks.event import check_verdict
from bot.extract.errors import (
    BadAnswer,
    BadRequest,
    ContextTooSmall,
    Filtered,
    ModelError,
    ModelNotFound,
    PromptCut,
    QuotaExceeded,
    RateLimited,
    Refused,
    TokenUsage,
    TooLong,
    Truncated,
    Unauthorized,
    Unavailable,
    WrongAddress,
)
from bot.extract.forms.forms import QueryForm
from bot.extract.forms.response_formats import ANSWER_FORM, JUDGE, OVERVIEW, QUERY
from bot.extract.llm import prompt
from bot.extract.llm.client import ChatClient, OpenAIClient
from bot.extract.llm.concurrency import MODEL_TIMEOUT, ConcurrencyLimit
from bot.extract.llm.digest_opening import CARDS, Overview, card_data, check_overview
from bot.extract.llm.reading import MAX_TOKENS, SHORT_MAX_TOKENS, PostReading, Wording
from bot.extract.llm.server import PARAMS, Memory, Question, Server
from bot.extract.llm.server_profiles import profile_of
from bot.extract.questions.checking import check_answer
from bot.extract.questions.messages import AskedQuestion, answer_messages, query_messages
from bot.model import Analysis, AnswerSentence, Card, Entry, Language, PeriodName, Post, Verdict
from bot.model.spend import CallKind
from bot.text import shorten

__all__ = [
    "MAX_TOKENS",
    "BadAnswer",
    "BadRequest",
    "ContextTooSmall",
    "Filtered",
    "Model",
    "ModelAnswer",
    "ModelError",
    "ModelNotFound",
    "PromptCut",
    "QuotaExceeded",
    "RateLimited",
    "Refused",
    "TokenUsage",
    "TooLong",
    "Truncated",
    "Unauthorized",
    "Unavailable",
    "WrongAddress",
]  # fmt: skip

TRIMMED = 4_000
"""Characters to which a post is cut when a server refuses the request with all of it."""

PATIENT = 60.0
"""Seconds of the quickest reading from which on a server gets the short form."""

JUDGE_MAX_TOKENS = 400
"""Cap of what a judge says: a reason of some words and two numbers."""

QUERY_MAX_TOKENS, ANSWER_MAX_TOKENS = 500, 1_200

_F = TypeVar("_F", bound=BaseModel)

FormSize = Literal["auto", "full", "short"]


def fresh_nonce() -> str:
    """An unguessable mark for the frame of one post."""
    return secrets.token_hex(8)


class ModelAnswer(NamedTuple):
    """A checked analysis and what it cost."""

    analysis: Analysis
    usage: TokenUsage


class Model:
    """One model behind one OpenAI-compatible server; ``prompt_id`` versions its answers.

    ``form`` says whether posts get the full form, a short one for small models, or what turns
    out to be right; ``effort`` how much a thinking model thinks, None leaves it to the server.
    """

    def __init__(
        self,
        *,
        api_key: str,
        model: str,
        base_url: str | None = None,
        languages: Sequence[Language] = ("ru", "en"),
        timeout: float = MODEL_TIMEOUT,
        price: Price = pricing.UNKNOWN,
        effort: str | None = "none",
        form: FormSize = "auto",
        concurrency: int | None = None,
        memory: Memory | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        talk: ChatClient | None = None,
        nonce: Callable[[], str] = fresh_nonce,
    ) -> None:
        self.name, self.price = model, price
        self._size = form
        self._wording = Wording(prompt.load_prompt(), tuple(languages), nonce)
        self._prompt_ids = self._prompt_id(short=False), self._prompt_id(short=True)
        self.server = Server(
            talk or OpenAIClient(api_key, base_url, timeout), model, profile_of(base_url),
            price=price, effort=effort, memory=memory, gate=ConcurrencyLimit(concurrency),
            sleep=sleep,
        )  # fmt: skip

    async def __aenter__(self) -> "Model":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.server.close()

    @property
    def prompt_id(self) -> str:
        """Version of the answers from now on."""
        return self._prompt_ids[self.short]

    @property
    def gate(self) -> ConcurrencyLimit:
        """How many calls the server is asked at once."""
        return self.server.gate

    @property
    def proven(self) -> bool:
        """True where the server has filled in a form before."""
        return self.server.proven

    @property
    def short(self) -> bool:
        """True where posts get the short form."""
        return self._size == "short" or (self._size == "auto" and self.server.small)

    def _prompt_id(self, *, short: bool) -> str:
        cap = SHORT_MAX_TOKENS if short else MAX_TOKENS
        return prompt.prompt_id(
            self._wording.prompts,
            model=self.name,
            languages=self._wording.languages,
            params={**PARAMS, "max_tokens": cap},
            short=short,
        )

    async def recall(self) -> None:
        """Take up what was learned of the server before."""
        await self.server.recall()

    async def analyse(
        self,
        post: Post,
        previous: Card | None = None,
        earlier_posts: Sequence[prompt.EarlierPost] = (),
        *,
        meter: Meter | None = None,
        kind: CallKind = "post",
        flex: bool = False,
    ) -> ModelAnswer:
        """Read one post; ``previous`` is the earlier card of a series. Raises ``ModelError``.

        ``earlier_posts`` are shown with it, to say which of them tells the same event.
        A post too long for the server is tried once more, cut; then with the short form.
        ``flex`` takes the cheaper tier where the server has one and the answer may wait.
        """
        meter = meter if meter is not None else Meter()
        read = partial(
            self._reading, previous=previous, earlier_posts=earlier_posts, meter=meter, kind=kind,
            flex=flex,
        )  # fmt: skip
        try:
            analysis = await self._fitting(post, read)
        except ModelError as error:
            error.usage = meter.usage
            raise
        self._judge_speed()
        return ModelAnswer(analysis, meter.usage)

    async def judge(
        self,
        entry: Entry,
        earlier_posts: Sequence[prompt.EarlierPost],
        *,
        meter: Meter | None = None,
    ) -> Verdict | None:
        """Which of the earlier posts tells the event of an entry. Raises ``ModelError``."""
        meter, nonce = meter if meter is not None else Meter(), self._wording.nonce()

        def messages(guide: str) -> list[prompt.ChatMessage]:
            return prompt.judge_messages(
                self._wording.prompts, entry, earlier_posts, nonce=nonce, guide=guide
            )

        form = await self._filled(Question(JUDGE, "judge", messages, JUDGE_MAX_TOKENS), meter)
        shown = [each.key for each in earlier_posts]
        return check_verdict(form.same_as, form.follows, shown)

    async def overview(
        self,
        entries: Sequence[Entry],
        *,
        period: PeriodName,
        language: Language,
        meter: Meter | None = None,
    ) -> tuple[Overview, TokenUsage]:
        """The opening of a digest over its best entries, checked. Raises ``ModelError``."""
        meter, nonce = meter if meter is not None else Meter(), self._wording.nonce()
        # A card from a post with orders never meets another model.
        entries = [entry for entry in entries if not entry.analysis.instructions_in_post][:CARDS]
        cards = [card_data(number, entry, language) for number, entry in enumerate(entries, 1)]

        def messages(guide: str) -> list[prompt.ChatMessage]:
            return prompt.overview(
                self._wording.prompts,
                cards,
                period=period,
                language=language,
                nonce=nonce,
                guide=guide,
            )

        form = await self._filled(Question(OVERVIEW, "opening", messages, MAX_TOKENS), meter)
        return check_overview(form, entries, language), meter.usage

    async def query(self, asked: AskedQuestion, *, meter: Meter) -> QueryForm:
        """What to look for to answer a question. Raises ``ModelError``."""
        nonce = self._wording.nonce()

        def messages(guide: str) -> list[prompt.ChatMessage]:
            return query_messages(self._wording.prompts, asked, nonce=nonce, guide=guide)

        return await self._filled(Question(QUERY, "query", messages, QUERY_MAX_TOKENS), meter)

    async def answer(
        self, asked: AskedQuestion, entries: Sequence[Entry], *, meter: Meter
    ) -> tuple[AnswerSentence, ...] | None:
        """What the entries say to a question, checked; empty where they do not say it.

        None where the model says something and nothing of it is borne out. Raises ``ModelError``.
        """
        nonce, prompts = self._wording.nonce(), self._wording.prompts

        def messages(guide: str) -> list[prompt.ChatMessage]:
            return answer_messages(prompts, asked, entries, nonce=nonce, guide=guide)

        question = Question(ANSWER_FORM, "answer", messages, ANSWER_MAX_TOKENS)
        form = await self._filled(question, meter)
        told = instructions(prompts.answer_system)
        found = check_answer(form, entries, asked.language, told)
        return found if found or not form.sentences else None

    async def _filled(self, question: Question[_F], meter: Meter) -> _F:
        """The form that a question asks for. Raises ``ModelError``."""
        try:
            found = (await self.server.ask(question, meter)).found
            if found.form is None:
                raise BadAnswer("the answer is not the form")
        except ModelError as error:
            error.usage = meter.usage
            raise
        return found.form

    async def _fitting(self, post: Post, read: Callable[[Post], Awaitable[Analysis]]) -> Analysis:
        """The analysis of a post, of its beginning, or by the short form, as the server has room.

        Raises ``ContextTooSmall`` where not even that fits.
        """
        trimmed = post.model_copy(update={"text": shorten(post.text, TRIMMED)})
        for each in [post] if len(post.text) <= TRIMMED else [post, trimmed]:
            try:
                return await read(each)
            except TooLong as error:
                refused = error
        if self._size != "auto" or self.server.small:
            raise ContextTooSmall(str(refused))
        self.server.use_short_form(str(refused))
        try:
            return await read(trimmed)
        except TooLong:
            self.server.use_full_form()
            raise ContextTooSmall(str(refused)) from None

    async def _reading(
        self,
        post: Post,
        *,
        previous: Card | None,
        earlier_posts: Sequence[prompt.EarlierPost],
        meter: Meter,
        kind: CallKind,
        flex: bool,
    ) -> Analysis:
        reading = PostReading(
            self.server, self._wording, post, previous, earlier_posts, meter, kind, self.short,
            flex,
        )  # fmt: skip
        return await reading.analysis()

    def _judge_speed(self) -> None:
        """A server that takes a minute for a post gets less to read and to write."""
        quickest = self.gate.quickest or 0.0
        if self._size == "auto" and not self.server.small and quickest >= PATIENT:
            self.server.use_short_form(f"a post takes {quickest:.0f} s")

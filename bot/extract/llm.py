"""The analyst with a model: prompt → call → check → at most one repair → analysis.

Errors never become content: whatever fails is raised as a ``ModelError`` that carries its cost,
and the caller falls back to the analyst without a model.
"""

import asyncio
import re
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal, NamedTuple

from bot.extract import costs, prompt
from bot.extract.chat import MODEL_TIMEOUT, Chat, Talk
from bot.extract.check import Checked, Fault, check
from bot.extract.costs import Price
from bot.extract.failures import (
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
    TooLong,
    Truncated,
    Unauthorized,
    Unavailable,
    Usage,
    WrongAddress,
)
from bot.extract.form_in_answer import fit
from bot.extract.gate import Gate
from bot.extract.meter import Meter
from bot.extract.overview import CARDS, Overview, card_data, check_overview
from bot.extract.response_formats import OVERVIEW, POST, SHORT, Form, part_of
from bot.extract.schema import LinkUse, PaperRef, PostForm, ShortForm
from bot.extract.server import PARAMS, Memory, Question, Server
from bot.extract.server_profiles import profile_of
from bot.model import Analysis, Card, Entry, Language, PeriodName, Post
from bot.model.spend import CallKind
from bot.text import cyrillic_share, shorten

__all__ = [
    "Answer", "BadAnswer", "BadRequest", "ContextTooSmall", "Filtered", "Model", "ModelError",
    "ModelNotFound", "PromptCut", "QuotaExceeded", "RateLimited", "Refused", "TooLong",
    "Truncated", "Unauthorized", "Unavailable", "Usage", "WrongAddress",
]  # fmt: skip

MAX_TOKENS, SHORT_MAX_TOKENS = 2_400, 1_000
"""Caps of an answer: over twice a long form; local engines may run on in spaces."""

TRIMMED = 4_000
"""Characters to which a post is cut when a server refuses the request with all of it."""

PATIENT = 60.0
"""Seconds of the quickest reading from which on a server gets the short form."""

FormSize = Literal["auto", "full", "short"]

_LONGER = 1.5
_RUSSIAN_FROM = 0.25  # share of Cyrillic letters
_RUNAWAY = re.compile(r"(.{1,120}?)\1{7,}\s*\S{0,120}$", re.DOTALL)
_TAIL = 2_000  # characters of a cut answer in which a repetition is looked for
_MOST_FAULTS = 8


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

    said: str = ""
    fields: dict[str, object] = field(default_factory=dict)
    checked: Checked | None = None
    faults: tuple[Fault, ...] = ()
    cut: bool = False

    @property
    def rank(self) -> tuple[bool, int]:
        """Order of preference, the lowest is best: something to show, then few faults."""
        return self.checked is None or self.checked.analysis is None, len(self.faults)


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
        price: Price = costs.UNKNOWN,
        effort: str | None = "none",
        form: FormSize = "auto",
        concurrency: int | None = None,
        memory: Memory | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        talk: Talk | None = None,
        nonce: Callable[[], str] = fresh_nonce,
    ) -> None:
        self.name, self.price = model, price
        self._languages, self._nonce, self._size = tuple(languages), nonce, form
        self._prompts = prompt.load()
        self._prompt_ids = self._prompt_id(short=False), self._prompt_id(short=True)
        self.server = Server(
            talk or Chat(api_key, base_url, timeout), model, profile_of(base_url),
            price=price, effort=effort, memory=memory, gate=Gate(concurrency), sleep=sleep,
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
    def gate(self) -> Gate:
        """How many calls the server is asked at once."""
        return self.server.gate

    @property
    def short(self) -> bool:
        """True where posts get the short form."""
        return self._size == "short" or (self._size == "auto" and self.server.small)

    def _prompt_id(self, *, short: bool) -> str:
        cap = SHORT_MAX_TOKENS if short else MAX_TOKENS
        return prompt.prompt_id(
            self._prompts,
            model=self.name,
            languages=self._languages,
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
        *,
        meter: Meter | None = None,
        kind: CallKind = "post",
        flex: bool = False,
    ) -> Answer:
        """Read one post; ``previous`` is the earlier card of a series. Raises ``ModelError``.

        A post too long for the server is tried once more, cut; then with the short form.
        ``flex`` takes the cheaper tier where the server has one and the answer may wait.
        """
        meter = meter if meter is not None else Meter()
        read = partial(self._reading, previous=previous, meter=meter, kind=kind, flex=flex)
        try:
            analysis = await self._fitting(post, read)
        except ModelError as error:
            error.usage = meter.usage
            raise
        self._judge_speed()
        return Answer(analysis, meter.usage)

    async def overview(
        self,
        entries: Sequence[Entry],
        *,
        period: PeriodName,
        language: Language,
        meter: Meter | None = None,
    ) -> tuple[Overview, Usage]:
        """The opening of a digest over its best entries, checked. Raises ``ModelError``."""
        meter, nonce = meter if meter is not None else Meter(), self._nonce()
        # A card from a post with orders never meets another model.
        entries = [entry for entry in entries if not entry.analysis.instructions_in_post][:CARDS]
        cards = [card_data(number, entry, language) for number, entry in enumerate(entries, 1)]

        def messages(guide: str) -> list[prompt.Message]:
            return prompt.overview(
                self._prompts, cards, period=period, language=language, nonce=nonce, guide=guide
            )

        try:
            found = (
                await self.server.ask(Question(OVERVIEW, "opening", messages, MAX_TOKENS), meter)
            ).found
            if found.form is None:
                raise BadAnswer("the answer is not the form")
        except ModelError as error:
            error.usage = meter.usage
            raise
        return check_overview(found.form, entries, language), meter.usage

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
        self, post: Post, *, previous: Card | None, meter: Meter, kind: CallKind, flex: bool
    ) -> Analysis:
        """The first answer where it is clean, else the better of two."""
        reading = _Reading(self, post, previous, meter, kind, flex)
        best = await reading.first()
        if best.faults and (self.server.proven or best.cut):
            meter.repaired = True
            best = await reading.repaired(best)
        checked = best.checked
        if checked is None:
            if best.cut:
                raise Truncated("the answer ran into the cap of tokens")
            raise BadAnswer(_reason(best))
        meter.offences += checked.offences
        if checked.analysis is None:
            raise BadAnswer(f"nothing in the cards can be shown ({_reason(best)})")
        return checked.analysis

    def _judge_speed(self) -> None:
        """A server that takes a minute for a post gets less to read and to write."""
        quickest = self.gate.quickest or 0.0
        if self._size == "auto" and not self.server.small and quickest >= PATIENT:
            self.server.use_short_form(f"a post takes {quickest:.0f} s")

    def languages_of(self, post: Post) -> tuple[Language, ...]:
        """Languages of the cards of a post: all that are asked for, or its own."""
        if not self.short:
            return self._languages
        own: Language = "ru" if cyrillic_share(post.text) >= _RUSSIAN_FROM else "en"
        return (own if own in self._languages else self._languages[0],)

    def messages(
        self, post: Post, previous: Card | None, nonce: str, guide: str
    ) -> list[prompt.Message]:
        """What is sent for a post, with what the instructions must say of the form."""
        return prompt.messages(
            self._prompts, post, languages=self.languages_of(post), nonce=nonce,
            previous=previous, guide=guide, short=self.short,
        )  # fmt: skip

    def nonce(self) -> str:
        """A fresh mark for the frame of a post."""
        return self._nonce()

    def repair_turn(
        self, said: str, faults: Sequence[Fault], fields: Sequence[str], guide: str
    ) -> list[prompt.Message]:
        """The answer as it was and the turn that asks for some fields again."""
        told = [f"{fault.field}: {fault.says}" for fault in faults[:_MOST_FAULTS]]
        turn = prompt.repair(self._prompts, told, fields, guide)
        return [{"role": "assistant", "content": said}, {"role": "user", "content": turn}]


@dataclass(frozen=True)
class _Reading:
    """One post in work: the question, its answer, its repair."""

    model: Model
    post: Post
    previous: Card | None
    meter: Meter
    kind: CallKind
    flex: bool

    @property
    def _form(self) -> "Form[PostForm] | Form[ShortForm]":
        return SHORT if self.model.short else POST

    @property
    def _cap(self) -> int:
        return SHORT_MAX_TOKENS if self.model.short else MAX_TOKENS

    async def first(self) -> _Turn:
        """The first answer, checked."""
        return await self._whole(self.kind, self._cap)

    async def repaired(self, first: _Turn) -> _Turn:
        """One more turn; the better of both.

        Only for the fields at fault; the whole form, longer, after a cut that was no runaway.
        """
        kind: CallKind = "sample" if self.kind == "sample" else "repair"
        if first.cut and _runs_away(first.said):
            return first
        try:
            if first.fields:
                second = await self._part(first, kind)
            else:
                longer = round(self._cap * (_LONGER if first.cut else 1))
                second = await self._whole(kind, longer)
        except ModelError:
            if first.rank[0]:
                raise
            return first
        return min(second, first, key=lambda turn: turn.rank)

    async def _whole(self, kind: CallKind, cap: int) -> _Turn:
        nonce = self.model.nonce()
        ask = partial(self.model.messages, self.post, self.previous, nonce)
        question: Question[Any] = Question(self._form, kind, ask, cap, self.flex)
        try:
            said, found = await self.model.server.ask(question, self.meter)
        except Truncated as error:
            return _Turn(error.said, faults=(Fault("the form", str(error)),), cut=True)
        except BadAnswer as error:
            return _Turn(faults=(Fault("the form", str(error)),))
        if found.fields is None:
            return _Turn(said, faults=tuple(Fault(*fault) for fault in found.faults))
        return self._checked(said, found.fields)

    async def _part(self, first: _Turn, kind: CallKind) -> _Turn:
        """The fields at fault again, put into the first answer."""
        names = frozenset(_top(fault.field) for fault in first.faults)
        known = frozenset(names & self._form.model.model_fields.keys())
        part = part_of(self._form, known or frozenset(self._form.model.model_fields))
        nonce, guide = self.model.nonce(), self.model.server.guide(self._form)
        fields = list(part.model.model_fields)

        def messages(outline: str) -> list[prompt.Message]:
            asked = self.model.messages(self.post, self.previous, nonce, guide)
            return asked + self.model.repair_turn(first.said, first.faults, fields, outline)

        question = Question(part, kind, messages, self._cap, self.flex)
        answered = await self.model.server.ask(question, self.meter)
        again = answered.found.fields or {}
        kept = {k: v for k, v in first.fields.items() if k in self._form.model.model_fields}
        return self._checked(answered.said, kept | again)

    def _checked(self, said: str, fields: dict[str, object]) -> _Turn:
        found = fit(fields, self._form.model)
        if found.form is None:
            return _Turn(said, fields, faults=tuple(Fault(*fault) for fault in found.faults))
        form = found.form
        full = form if isinstance(form, PostForm) else _lengthened(form, self.post, self._language)
        checked = check(full, self.post, self.model.languages_of(self.post))
        faults = tuple(_asked_as(fault, short=self.model.short) for fault in checked.needs_repair)
        return _Turn(said, fields, checked, faults)

    @property
    def _language(self) -> Language:
        return self.model.languages_of(self.post)[0]


def _lengthened(form: ShortForm, post: Post, language: Language) -> PostForm:
    """A short form as a full one: what it does not ask for is what rules find, or unsure."""
    papers = [
        PaperRef(quote=work.title or "", title=work.title, link=work.link, role=work.role, gist="")
        for work in form.papers
    ]
    uses = [LinkUse(link=n, target="paper") for n, link in enumerate(post.links, 1) if link.paper]
    cards = {"ru": None, "en": None} | {language: form.card}
    return PostForm(
        language=language,
        completeness="full",
        instructions_in_post=form.instructions_in_post,
        observations=[],
        numbers=[],
        papers=papers,
        links=uses,
        entities=form.entities,
        kind_reason="",
        kind=form.kind,
        topic_reason="",
        primary_topic=form.primary_topic,
        secondary_topics=form.secondary_topics,
        keywords=form.keywords,
        ru=cards["ru"],
        en=cards["en"],
        confidence="medium",
        importance=form.importance,
    )


def _asked_as(fault: Fault, *, short: bool) -> Fault:
    """The fault under the name of its field in the form that was asked for."""
    return Fault("card", fault.says) if short and fault.field in ("ru", "en") else fault


def _top(name: str) -> str:
    return name.partition(".")[0]


def _reason(turn: _Turn) -> str:
    """Why an answer cannot be used, in a line."""
    faults = "; ".join(f"{fault.field}: {fault.says}" for fault in turn.faults[:2])
    return shorten(faults, 200) if faults else "the answer is not the form"


def _runs_away(said: str) -> bool:
    """True where a cut answer ends in one thing over and over."""
    return bool(_RUNAWAY.search(said[-_TAIL:])) or not said[-200:].strip()

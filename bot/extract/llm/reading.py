"""One post read by a model: the question, the checked answer, at most one repair."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bot.extract import extractive
from bot.extract.budget.meter import Meter
from bot.extract.checks.check import Checked, Fault, check
from bot.extract.checks.copied_form import Instructions, instructions
from bot.extract.checks.quotes import PostText
from bot.extract.errors import BadAnswer, ModelError, Truncated
from bot.extract.forms.form_in_answer import fit_form
from bot.extract.forms.forms import PaperRef, PostForm, ShortForm
from bot.extract.forms.response_formats import POST, SHORT, Form, part_of
from bot.extract.llm import prompt
from bot.extract.llm.prompt import EarlierPost, Prompts
from bot.extract.llm.server import Question, Server
from bot.i18n import language_texts
from bot.languages import DEFAULT_LANGUAGE, LANGUAGES
from bot.model import Analysis, Card, Language, Post
from bot.model.spend import CallKind
from bot.taxonomy.topics import taxonomy
from bot.text import cyrillic_share, shorten

MAX_TOKENS, SHORT_MAX_TOKENS = 2_400, 1_000
"""Caps of an answer: over twice a long form; local engines may run on in spaces."""

_LONGER = 1.5
_RUNAWAY = re.compile(r"(.{1,120}?)\1{7,}\s*\S{0,120}$", re.DOTALL)
_TAIL = 2_000  # characters of a cut answer in which a repetition is looked for
_MOST_FAULTS = 8


@dataclass(frozen=True)
class CheckedTurn:
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


@dataclass(frozen=True)
class Wording:
    """How posts are put to a model: prompts, languages of the cards, a fresh mark a post."""

    prompts: Prompts
    languages: tuple[Language, ...]
    nonce: Callable[[], str]

    @property
    def told(self) -> Instructions:
        """What the prompts and the forms tell a model."""
        own = self.prompts
        examples = taxonomy().field.example, prompt.worked_example(self.languages)
        return instructions(own.system, own.short, own.repair, *examples)

    def languages_of(self, post: Post, *, short: bool) -> tuple[Language, ...]:
        """Languages of the cards of a post: all that are asked for, or in short its own."""
        if not short:
            return self.languages
        share = cyrillic_share(post.text)
        fits = (code for code in LANGUAGES if _within(share, language_texts(code).cyrillic))
        own = next(fits, DEFAULT_LANGUAGE)
        return (own if own in self.languages else self.languages[0],)

    def repair_turn(
        self, first: CheckedTurn, fields: Sequence[str], guide: str, *, whole: bool
    ) -> list[prompt.ChatMessage]:
        """The answer as it was and the turn that asks for some fields again."""
        told = [f"{fault.field}: {fault.says}" for fault in first.faults[:_MOST_FAULTS]]
        turn = prompt.repair_messages(self.prompts, told, fields, guide, whole=whole)
        return [{"role": "assistant", "content": first.said}, {"role": "user", "content": turn}]


@dataclass(frozen=True)
class PostReading:
    """One post in work; ``short`` asks for the short form, ``flex`` for the cheaper tier."""

    server: Server
    wording: Wording
    post: Post
    previous: Card | None
    earlier_posts: Sequence[EarlierPost]
    meter: Meter
    kind: CallKind
    short: bool
    flex: bool

    async def analysis(self) -> Analysis:
        """The first answer where it is clean, else the better of two. Raises ``ModelError``."""
        best = await self.first()
        if best.faults and (self.server.proven or best.cut):
            self.meter.repaired = True
            best = await self.repaired(best)
        checked = best.checked
        if checked is None:
            if best.cut:
                raise Truncated("the answer ran into the cap of tokens")
            raise BadAnswer(_reason(best))
        self.meter.offences += checked.offences
        if checked.analysis is None:
            raise BadAnswer(f"nothing in the cards can be shown ({_reason(best)})")
        return _with_quoted(checked.analysis, self.post, best.faults)

    @property
    def _form(self) -> "Form[PostForm] | Form[ShortForm]":
        return SHORT if self.short else POST

    @property
    def _cap(self) -> int:
        return SHORT_MAX_TOKENS if self.short else MAX_TOKENS

    @property
    def _languages(self) -> tuple[Language, ...]:
        return self.wording.languages_of(self.post, short=self.short)

    @property
    def _compared(self) -> Sequence[EarlierPost]:
        """The earlier posts that are shown with the post; none with the short form."""
        return () if self.short or not self.wording.prompts.compares else self.earlier_posts

    def _messages(self, nonce: str, guide: str) -> list[prompt.ChatMessage]:
        return prompt.chat_messages(
            self.wording.prompts, self.post, languages=self._languages, nonce=nonce,
            previous=self.previous, earlier_posts=self._compared, guide=guide, short=self.short,
        )  # fmt: skip

    async def first(self) -> CheckedTurn:
        """The first answer, checked."""
        return await self._whole(self.kind, self._cap)

    async def repaired(self, first: CheckedTurn) -> CheckedTurn:
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

    async def _whole(self, kind: CallKind, cap: int) -> CheckedTurn:
        ask = partial(self._messages, self.wording.nonce())
        question: Question[Any] = Question(self._form, kind, ask, cap, self.flex)
        try:
            said, found = await self.server.ask(question, self.meter)
        except Truncated as error:
            if _runs_away(error.said):
                await self.server.bound_texts()
            return CheckedTurn(error.said, faults=(Fault("the form", str(error)),), cut=True)
        except BadAnswer as error:
            return CheckedTurn(faults=(Fault("the form", str(error)),))
        if found.fields is None:
            return CheckedTurn(said, faults=tuple(Fault(*fault) for fault in found.faults))
        return self._checked(said, found.fields)

    async def _part(self, first: CheckedTurn, kind: CallKind) -> CheckedTurn:
        """The fields at fault again, put into the first answer."""
        names = frozenset(_top(fault.field) for fault in first.faults)
        known = frozenset(names & self._form.model.model_fields.keys())
        known = known or frozenset(self._form.model.model_fields)
        # Where the schema is a part of the cached prefix, another schema costs more than it saves.
        whole = self.server.caches_schema
        part: Form[Any] = self._form if whole else part_of(self._form, known)
        nonce, guide = self.wording.nonce(), self.server.guide(self._form)
        fields = [name for name in self._form.model.model_fields if name in known]

        def messages(outline: str) -> list[prompt.ChatMessage]:
            again = self.wording.repair_turn(first, fields, outline, whole=whole)
            return self._messages(nonce, guide) + again

        question = Question(part, kind, messages, self._cap, self.flex)
        answered = await self.server.ask(question, self.meter)
        others = self._form.model.model_fields.keys() - known  # not asked for, or left empty
        again = {k: v for k, v in (answered.found.fields or {}).items() if k not in others}
        kept = {k: v for k, v in first.fields.items() if k in self._form.model.model_fields}
        return self._checked(answered.said, kept | again)

    def _checked(self, said: str, fields: dict[str, object]) -> CheckedTurn:
        found = fit_form(fields, self._form.model)
        if found.form is None:
            return CheckedTurn(said, fields, faults=tuple(Fault(*fault) for fault in found.faults))
        form = found.form
        full = form if isinstance(form, PostForm) else _lengthened(form, self._languages[0])
        shown = [each.key for each in self._compared]
        checked = check(full, self.post, self._languages, self.wording.told, shown)
        faults = tuple(_asked_as(fault, short=self.short) for fault in checked.needs_repair)
        return CheckedTurn(said, fields, checked, faults)


def _lengthened(form: ShortForm, language: Language) -> PostForm:
    """A short form as a full one: what it does not ask for is what rules find, or unsure."""
    papers = [
        PaperRef.model_validate(work.model_dump(exclude={"gist"}) | {language: work.gist})
        for work in form.papers
    ]
    cards = dict.fromkeys(LANGUAGES) | {language: form.card}
    return PostForm.model_validate(
        dict(
            language=language,
            completeness="full",
            instructions_in_post=form.instructions_in_post,
            quotes=[],
            papers=papers,
            entities=form.entities,
            kind_reason="",
            kind=form.kind,
            primary_topic=form.primary_topic,
            secondary_topics=form.secondary_topics,
            keywords=form.keywords,
            **cards,
            confidence="medium",
            importance=form.importance,
        )
    )


def _with_quoted(found: Analysis, post: Post, faults: Sequence[Fault]) -> Analysis:
    """The analysis with the post's own words for each card that is still at fault.

    What is left of such a card is true but torn; only the post's own language can be quoted, and
    no post that gives orders is.
    """
    fields = {_top(fault.field) for fault in faults}
    wrong = found.cards.keys() if "card" in fields else found.cards.keys() & fields
    if not wrong or found.instructions_in_post:
        return found
    plain = PostText(post).plain
    quoted = {
        code: Card(
            title=plain(card.title), tldr=plain(card.tldr), bullets=tuple(map(plain, card.bullets))
        )
        for code, card in extractive.analyse(post).cards.items()
        if code in wrong
    }
    shown = {code: card for code, card in quoted.items() if card.title and card.tldr}
    return found.model_copy(update={"cards": {**found.cards, **shown}})


def _asked_as(fault: Fault, *, short: bool) -> Fault:
    """The fault under the name of its field in the form that was asked for."""
    return Fault("card", fault.says) if short and fault.field in LANGUAGES else fault


def _within(share: float, span: tuple[float, float]) -> bool:
    return span[0] <= share <= span[1]


def _top(name: str) -> str:
    return name.partition(".")[0]


def _reason(turn: CheckedTurn) -> str:
    """Why an answer cannot be used, in a line."""
    faults = "; ".join(f"{fault.field}: {fault.says}" for fault in turn.faults[:2])
    return shorten(faults, 200) if faults else "the answer is not the form"


def _runs_away(said: str) -> bool:
    """True where a cut answer ends in one thing over and over."""
    return bool(_RUNAWAY.search(said[-_TAIL:])) or not said[-200:].strip()

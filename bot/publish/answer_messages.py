"""Answers readers' questions: each is drawn, kept and handed to the sender once."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.extract.budget.paid_calls import until_midnight
from bot.extract.questions.asking import Answerer
from bot.extract.questions.reading import QUESTION_LIMIT
from bot.i18n import messages, panel_messages
from bot.model import Answer, Delivery, Language, Screen, Turn, Unanswered
from bot.publish.answers import Answered, answer_question
from bot.publish.card_language import retold_entry
from bot.screens.callbacks.pages import AnswerPage
from bot.screens.callbacks.settings import Panel
from bot.screens.group_screens import in_public
from bot.screens.rich_text import Rich, filled, instant, join, rich
from bot.screens.search.answer import AnswerFrame, answer_screen
from bot.store import Store
from bot.store.connection.clock import Clock
from bot.store.delivery.answers import MOST_TURNS, KeptAnswer, answer_token
from bot.store.queue.questions import ReaderQuestion
from bot.store.queue.stream import Item

DAILY_QUESTIONS = 20
"""Questions that a model answers one person on a UTC day."""


async def answer_queued(
    store: Store, item: Item, *, answerer: Answerer | None = None, clock: Clock | None = None
) -> None:
    """Answer the question that the item names, and finish the item."""
    asked = await store.questions.get(item.fields["id"])
    if asked is not None:  # else it was answered, or is forgotten
        await answer_reader(store, asked, await (clock or store.now)(), answerer)
    await store.question_stream.finish(item)


async def answer_reader(
    store: Store,
    asked: ReaderQuestion,
    now: datetime,
    answerer: Answerer | None = None,
    *,
    missing: Unanswered = "off",
    queued: bool = True,
) -> None:
    """Find the answer and send it; ``missing`` says why no answerer is asked.

    It is kept for its buttons and for a reply. A repeat sends nothing, and so does a question that
    is known no more, unless it was never ``queued``.
    """
    before = asked.turns[-1] if asked.turns else None
    local = now.astimezone(ZoneInfo(asked.zone))
    found = await answer_question(
        store, asked.text, asked.language, local, answerer, before=before, missing=missing
    )
    turns = (*asked.turns, Turn(asked.text[:QUESTION_LIMIT], found.answer.text))[-MOST_TURNS:]
    screen = await _drawn(store, asked, found, now)
    made = KeptAnswer(delivery=asked.delivery, at=now, turns=turns, screen=screen)
    if kept := await store.answers.keep(asked.chat_id, made, queued=queued):
        await store.outbox.enqueue([_delivery(asked, kept.screen)])
    await store.questions.close(asked.delivery, asked.chat_id)


async def give_up_question(store: Store, asked: ReaderQuestion) -> None:
    """Say that the posts cannot be looked through right now."""
    screen = Screen(text=panel_messages(asked.language).posts_unavailable)
    await store.outbox.enqueue([_delivery(asked, screen)])
    await store.questions.close(asked.delivery, asked.chat_id)


def _delivery(asked: ReaderQuestion, screen: Screen) -> Delivery:
    return Delivery(
        id=asked.delivery,
        chat_id=asked.chat_id,
        screen=screen,
        thread=asked.thread,
        reply_to=asked.reply_to,
    )


async def _drawn(store: Store, asked: ReaderQuestion, found: Answered, now: datetime) -> Screen:
    username = await store.sent_files.username() if asked.chat_id < 0 else None
    frame = AnswerFrame(
        question=asked.text,
        page=AnswerPage(answer_token(asked.delivery)),
        language=asked.language,
        now=now,
        notes=_notes(asked, found.answer),
        username=username,
    )
    entries = {each.entry.key: retold_entry(each.entry, asked) for each in found.sources}
    why = await why_unanswered(store, found.answer, asked.language, asked.zone, now)
    screen = answer_screen(frame, found.answer, entries, why)
    if asked.chat_id > 0:
        return screen
    return in_public(screen, username, Panel("home"), asked.language)


def _notes(asked: ReaderQuestion, answer: Answer) -> list[str]:
    """What is to be said of an answer, in small letters below it."""
    own = panel_messages(asked.language)
    told = bool(answer.sentences)
    return [
        *(
            [own.ask_cut.format(characters=QUESTION_LIMIT)]
            if len(asked.text) > QUESTION_LIMIT
            else []
        ),
        *([own.ask_anew] if asked.anew else []),
        *([own.answer_by_model] if told else []),
        *([own.answer_hint] if not answer.missing else []),
    ]


async def why_unanswered(
    store: Store, answer: Answer, language: Language, zone: str, now: datetime
) -> Rich:
    """Why there is no answer, and what was looked through where nothing fits."""
    own, p = panel_messages(language), messages(language)
    why: Rich | str = own.answer_none
    if answer.missing:
        why = own.answer_without[answer.missing].format(count=DAILY_QUESTIONS)
    if answer.missing in ("budget", "reader"):
        again = now + until_midnight(now)
        shown = p.words.moment(again.astimezone(ZoneInfo(zone)))
        why = join((why, filled(own.answer_again, moment=instant(shown, again))), by=" ")
    if answer.stories:
        return rich(why)
    reach = await store.search.reach()
    if reach.since is None:
        return join((why, p.search_empty), by="\n")
    since = p.words.span(reach.since.date(), reach.since.date())
    return join((why, p.search_reach.format(posts=p.over_posts(reach.posts), day=since)), by="\n")

"""Draws the answer to a reader's question and hands it to the sender, once."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.extract.budget.paid_calls import until_midnight
from bot.extract.questions.messages import QUESTION_LIMIT
from bot.i18n import messages, panel_messages
from bot.model import Answer, Delivery, Screen, Turn
from bot.publish.answers import Answered
from bot.publish.card_language import retold_entry
from bot.screens.callbacks.pages import AnswerPage
from bot.screens.callbacks.settings import Panel
from bot.screens.group_screens import in_public
from bot.screens.rich_text import Rich, filled, instant, join, rich
from bot.screens.search.answer import AnswerFrame, answer_screen
from bot.store import Store
from bot.store.delivery.answers import MOST_TURNS, KeptAnswer, ReaderQuestion, answer_token

DAILY_QUESTIONS = 20
"""Questions that a model answers one person on a UTC day."""


async def send_answer(store: Store, asked: ReaderQuestion, found: Answered, now: datetime) -> None:
    """Send the answer, and keep it for its buttons and for a reply; a repeat sends nothing."""
    screen = await _drawn(store, asked, found, now)
    turn = Turn(asked.text[:QUESTION_LIMIT], found.answer.text)
    turns = (*asked.turns, turn)[-MOST_TURNS:]
    kept = KeptAnswer(delivery=asked.delivery, at=now, turns=turns, screen=screen)
    await store.answers.keep(asked.chat_id, kept)
    message = Delivery(
        id=asked.delivery,
        chat_id=asked.chat_id,
        screen=screen,
        thread=asked.thread,
        reply_to=asked.reply_to,
    )
    await store.outbox.enqueue([message])


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
    why = await _why(store, asked, found.answer, now)
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


async def _why(store: Store, asked: ReaderQuestion, answer: Answer, now: datetime) -> Rich:
    """Why there is no answer, and what was looked through where nothing fits."""
    own, p = panel_messages(asked.language), messages(asked.language)
    why: Rich | str = own.answer_none
    if answer.missing:
        why = own.answer_without[answer.missing].format(count=DAILY_QUESTIONS)
    if answer.missing in ("budget", "reader"):
        again = now + until_midnight(now)
        shown = p.words.moment(again.astimezone(ZoneInfo(asked.zone)))
        why = join((why, filled(own.answer_again, moment=instant(shown, again))), by=" ")
    if answer.stories:
        return rich(why)
    reach = await store.search.reach()
    if reach.since is None:
        return join((why, p.search_empty), by="\n")
    since = p.words.span(reach.since.date(), reach.since.date())
    return join((why, p.search_reach.format(posts=p.over_posts(reach.posts), day=since)), by="\n")

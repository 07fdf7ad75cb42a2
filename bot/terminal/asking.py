"""Questions to the archive in a terminal, with or without a model."""

from contextlib import AsyncExitStack
from datetime import datetime

from bot import config
from bot.app.run import analyst_for
from bot.errors import CommandError
from bot.export.page_json import answer_to_json
from bot.extract.questions.messages import QUESTION_LIMIT
from bot.model import Language
from bot.publish.answer_messages import why_unanswered
from bot.publish.answers import answer_question
from bot.screens.callbacks.pages import AnswerPage
from bot.screens.search.answer import AnswerFrame, answer_screen
from bot.store import open_store
from bot.store.delivery.answers import answer_token
from bot.terminal.show import err, print_text
from bot.terminal.views import show_linked


async def ask(question: str, language: Language, now: datetime, *, as_json: bool = False) -> None:
    """Print what the archive says to a question; ``CommandError`` for one without words."""
    if not any(map(str.isalnum, question)):
        raise CommandError("ask: no words in the question")
    if len(question) > QUESTION_LIMIT:
        err.print(f"only the first {QUESTION_LIMIT:,} characters were read", markup=False)
    async with AsyncExitStack() as stack:
        settings = config.load()
        store = await stack.enter_async_context(open_store(settings))
        analyst = await analyst_for(settings, store, stack)
        await store.read_model.refresh()
        found = await answer_question(store, question, language, now, analyst.answerer)
        why = await why_unanswered(store, found.answer, language, "UTC", now)
    if as_json:
        entries = [each.entry for each in found.sources]
        print_text(answer_to_json(question, found.answer, entries))
        return
    frame = AnswerFrame(question, AnswerPage(answer_token(question)), language, now)
    by_key = {each.entry.key: each.entry for each in found.sources}
    show_linked(answer_screen(frame, found.answer, by_key, why))

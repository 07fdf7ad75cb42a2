"""What a model is sent to find what a question asks for, and to answer it from posts. Pure."""

import json
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from bot.extract.llm.prompt import (
    ChatMessage,
    Prompts,
    defuse,
    filled_messages,
    prompt_line,
)
from bot.extract.llm.template import Values
from bot.extract.questions.reading import QUESTION_LIMIT
from bot.i18n import language_texts
from bot.model import Entry, Language, Turn
from bot.taxonomy.topics import taxonomy

MOST_POSTS = 12
"""Posts that a question is answered from, one of each story."""

_ANSWER_LIMIT = 600  # of an earlier answer
_TEXT_LIMIT, _POINTS = 900, 4  # of a post's own text, and points of its card


class AskedQuestion(NamedTuple):
    """A question, in which language it is answered, when, and what was said before it."""

    question: str
    language: Language
    today: date
    before: Turn | None = None


def query_messages(
    prompts: Prompts, asked: AskedQuestion, *, nonce: str, guide: str = ""
) -> list[ChatMessage]:
    """What is sent to learn what to look for."""
    values: Values = {"field": taxonomy().field.name, "guide": guide}
    return filled_messages(prompts.query_system, values, prompts.query_user, _asked(asked, nonce))


def answer_messages(
    prompts: Prompts,
    asked: AskedQuestion,
    entries: Sequence[Entry],
    *,
    nonce: str,
    guide: str = "",
) -> list[ChatMessage]:
    """What is sent to have a question answered: the posts as JSON lines, no links."""
    values: Values = {
        "field": taxonomy().field.name,
        "language": language_texts(asked.language).english_name,
        "guide": guide,
    }
    posts = [{"post": _post(n, entry, asked.language)} for n, entry in enumerate(entries, 1)]
    given: Values = {**_asked(asked, nonce), "posts": posts}
    return filled_messages(prompts.answer_system, values, prompts.answer_user, given)


def _asked(asked: AskedQuestion, nonce: str) -> dict[str, str]:
    before = asked.before or Turn("", "")
    return {
        "nonce": nonce,
        "today": asked.today.isoformat(),
        "question": prompt_line(asked.question, QUESTION_LIMIT),
        "earlier_question": prompt_line(before.question, QUESTION_LIMIT),
        "earlier_answer": prompt_line(before.answer, _ANSWER_LIMIT),
    }


def _post(number: int, entry: Entry, language: Language) -> str:
    """What the model sees of a post: when and where, its card, the beginning of its text."""
    card, post = entry.card(language), entry.post
    data = {
        "n": number,
        "date": post.published_at.date().isoformat(),
        "channel": prompt_line(post.channel.title or post.channel.name, 60),
        "title": card.title,
        "summary": card.tldr,
        "points": list(card.bullets[:_POINTS]),
        "text": prompt_line(post.text, _TEXT_LIMIT),
    }
    return defuse(json.dumps(data, ensure_ascii=False))

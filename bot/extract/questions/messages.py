"""What a model is sent to find what a question asks for, and to answer it from posts. Pure."""

import json
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from bot.extract.llm.prompt import ChatMessage, Prompts, defuse
from bot.extract.llm.template import Values, fill_template
from bot.i18n import language_texts
from bot.model import Entry, Language, Turn
from bot.taxonomy.topics import taxonomy
from bot.text import shorten

MOST_POSTS = 12
"""Posts that a question is answered from, one of each story."""

QUESTION_LIMIT = 1_000
"""Characters of a question that are read."""

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
    return _messages(prompts.query_system, values, prompts.query_user, _asked(asked, nonce))


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
    return _messages(prompts.answer_system, values, prompts.answer_user, given)


def _messages(system: str, told: Values, user: str, asked: Values) -> list[ChatMessage]:
    return [
        {"role": "system", "content": fill_template(system, told)},
        {"role": "user", "content": fill_template(user, asked)},
    ]


def _asked(asked: AskedQuestion, nonce: str) -> dict[str, str]:
    before = asked.before or Turn("", "")
    return {
        "nonce": nonce,
        "today": asked.today.isoformat(),
        "question": _line(asked.question, QUESTION_LIMIT),
        "earlier_question": _line(before.question, QUESTION_LIMIT),
        "earlier_answer": _line(before.answer, _ANSWER_LIMIT),
    }


def _post(number: int, entry: Entry, language: Language) -> str:
    """What the model sees of a post: when and where, its card, the beginning of its text."""
    card, post = entry.card(language), entry.post
    data = {
        "n": number,
        "date": post.published_at.date().isoformat(),
        "channel": _line(post.channel.title or post.channel.name, 60),
        "title": card.title,
        "summary": card.tldr,
        "points": list(card.bullets[:_POINTS]),
        "text": _line(post.text, _TEXT_LIMIT),
    }
    return defuse(json.dumps(data, ensure_ascii=False))


def _line(text: str, limit: int) -> str:
    return shorten(" ".join(defuse(text).split()), limit)

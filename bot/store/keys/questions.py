"""Keys of readers' questions to the archive and of their answers."""

from datetime import timedelta

from bot.store.keys import PREFIX

QUESTION_KEPT = timedelta(hours=1)
ANSWER_KEPT = timedelta(days=7)

QUESTIONS = f"{PREFIX}stream:questions"
"""STREAM of the names of questions to answer. Work."""
OPEN = f"{PREFIX}questions:open"
"""ZSET of the names of questions that wait for an answer, by when they came, in seconds. Work."""


def question(name: str) -> str:
    """STRING: a question that waits, by the id of the message that answers. ``QUESTION_KEPT``."""
    return f"{PREFIX}question:{name}"


def questions_of(chat_id: int | str) -> str:
    """SET of the names of the questions of a chat that wait for an answer. ``QUESTION_KEPT``."""
    return f"{PREFIX}questions:of:{chat_id}"


def answers(chat_id: int | str) -> str:
    """HASH of a chat's questions with their answers, by token. ``ANSWER_KEPT``."""
    return f"{PREFIX}answers:{chat_id}"

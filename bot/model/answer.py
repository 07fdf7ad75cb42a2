"""A question to the archive and what is said to it. Pure."""

from typing import Literal, NamedTuple

from bot.languages import Language
from bot.model.value import Value

Unanswered = Literal["off", "away", "budget", "reader", "unchecked"]
"""Why no model answered: there is none, it fails, the day's money or the reader's questions are
used up, or nothing of what it said is borne out.
"""


class Turn(NamedTuple):
    """An earlier question of a conversation, and what was answered."""

    question: str
    answer: str


class AnswerSentence(Value):
    """A sentence of an answer, and the numbers from 1 of the stories that bear it out."""

    text: str
    sources: tuple[int, ...]


class Answer(Value):
    """What is said to a question, and the ids of the stories that fit it, the best first.

    Numbers of sentences count ``stories``; ``posts`` are the keys of the entries that speak for
    these. Without sentences and without ``missing`` the archive does not say. ``words`` of the
    question were looked for, normalised.
    """

    sentences: tuple[AnswerSentence, ...] = ()
    stories: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    language: Language
    missing: Unanswered | None = None

    @property
    def text(self) -> str:
        """All its sentences."""
        return " ".join(sentence.text for sentence in self.sentences)

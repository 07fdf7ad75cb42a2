"""Callback data of the buttons under an alert, which stays what it is. Pure.

as:0123456789ab:quantization   save the story that the alert went out for; see ``AlertDeed``
as:0123456789ab:~0123456789ab  the same of an alert that followed words brought
"""

from dataclasses import dataclass
from typing import Literal, get_args

from bot.screens.callbacks.codec import STORY, TOKEN, TOPIC, ButtonData, one_of
from bot.taxonomy.topics import Topic

AlertDeed = Literal["s", "S", "n", "t", "r", "a", "e", "b", "q", "Q", "c", "p", "w"]
"""Save, do not; ask what is wrong; off topic, repeat, advertisement, error; ask no more; quieter
for a week, loud again, or of words: follow no more, again; card, page of the topic or of what the
words find, settings of alerts."""

ALERT_REASONS: tuple[AlertDeed, ...] = ("t", "r", "a", "e")
"""What may be wrong with it."""


@dataclass(frozen=True)
class AlertAct(
    ButtonData,
    template="a{deed}:{story}:{topic}",
    deed=one_of(*get_args(AlertDeed)),
    story=STORY,
    topic=TOPIC,
):
    """Something about an alert, by the id of the story that it went out for."""

    deed: AlertDeed
    story: str
    topic: Topic


@dataclass(frozen=True)
class WordsAlertAct(
    ButtonData,
    template="a{deed}:{story}:~{token}",
    deed=one_of(*get_args(AlertDeed)),
    story=STORY,
    token=TOKEN,
):
    """The same about an alert that the words of a token brought."""

    deed: AlertDeed
    story: str
    token: str

"""The shape of a language: its texts, and what is known of texts in it."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.i18n.shape.messages import Messages
from bot.i18n.shape.owner_messages import OwnerMessages
from bot.i18n.shape.panel_messages import PanelMessages
from bot.i18n.shape.plain_words import PlainWords
from bot.i18n.shape.quantity_words import MeasureWords, NumberWords
from bot.i18n.shape.web_messages import WebMessages


@dataclass(frozen=True, kw_only=True)
class LanguageTexts:
    """One language: all that readers are told in it, and how a text in it is known.

    ``name`` is its own name for itself, ``english_name`` what models are told; ``zone`` is where
    a reader lives until told otherwise. ``cyrillic`` are the least and the greatest share of
    Cyrillic letters among those of a text in it, terms in other letters included. ``stop_words``
    say nothing of what a text is about. ``function_words`` stand in most texts, normalised, and
    are not searched for: a change of them is another layout of the read model. ``zones`` name
    zones by the first part of their names in the tz database, where these do not say it;
    ``places`` are further ones by zone, a place in several under each (``digest.time_zones``).
    ``plain`` are words for commands and times, ``numbers`` and ``measures`` tell how figures are
    put in words.
    """

    name: str
    english_name: str
    zone: str
    cyrillic: tuple[float, float]
    stop_words: str
    function_words: str
    zones: Mapping[str, str]
    places: Mapping[str, str]
    messages: Messages
    panel: PanelMessages
    owner: OwnerMessages
    web: WebMessages
    plain: PlainWords
    numbers: NumberWords
    measures: MeasureWords

"""Names of topics and kinds: as evidence in running text and as words of a reader. Pure."""

from bot.taxonomy.mentions import SIGNS, Evidence, Signs, Wordings, evidence, signs
from bot.taxonomy.resolve import Resolved, resolve

__all__ = ["SIGNS", "Evidence", "Resolved", "Signs", "Wordings", "evidence", "resolve", "signs"]

"""Names of topics and kinds: as evidence in running text and as words of a reader. Pure."""

from bot.taxonomy.mentions import Evidence, Signs, Wordings, evidence, signs
from bot.taxonomy.resolve import Resolved, resolve

__all__ = ["Evidence", "Resolved", "Signs", "Wordings", "evidence", "resolve", "signs"]

"""Names of topics and kinds: as evidence in running text and as words of a reader. Pure."""

from bot.aliases.evidence import Evidence, Signs, Wordings, evidence, signs
from bot.aliases.resolve import Resolved, resolve

__all__ = ["Evidence", "Resolved", "Signs", "Wordings", "evidence", "resolve", "signs"]

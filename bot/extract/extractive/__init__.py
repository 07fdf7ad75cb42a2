"""The analyst without a model: quotes, links and numbers of the post, exact by construction.

analyst     a post → its analysis; the order of the steps
body        text → readable lines: doubled copies merged, marks and furniture taken off
works       how the title of a work looks; ``papers`` finds those that a post names
kinds       what sort of post it is, by wordings of ``prompts/kinds.toml``
tagging     topics by the aliases in it, rare ones weigh more (``frequencies``)
furniture   what a channel puts under all its posts, learned from these
titles      the headline, as it stands there
quotable    which ``sentences`` may be quoted, and what they lean on
summary     the card: pieces that cover most ``concepts`` in little room
"""

from bot.extract.extractive.analyst import analyse
from bot.extract.extractive.furniture import Furniture
from bot.extract.extractive.kinds import is_marked_advert

__all__ = ["Furniture", "analyse", "is_marked_advert"]

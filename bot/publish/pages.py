"""Fits blocks of text into messages by moving whole blocks to the next page. Pure.

A block is never cut, so no entity, surrogate pair or grapheme is; Telegram's limit of entities
is reached before its limit of length when most words are links.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.publish.rich_text import MAX_ADDRESSES, MAX_ENTITIES, MAX_UNITS, Rich, join, rich

_GAP = "\n\n"


@dataclass(frozen=True)
class Block:
    """One indivisible piece; ``head`` is repeated where its section goes on on a new page."""

    body: Rich
    head: Rich = field(default_factory=Rich)
    key: str = ""  # what it shows, for buttons


@dataclass
class Page:
    """Blocks that fit together."""

    blocks: list[Block] = field(default_factory=list)

    def text(self) -> Rich:
        """Blocks in a row, each section's head before its first one here."""
        return join(self._parts(), by=_GAP)

    def _parts(self) -> Iterable[Rich]:
        head = rich("")
        for block in self.blocks:
            if block.head.text and block.head != head:
                yield join((block.head, block.body), by="\n")
            else:
                yield block.body
            head = block.head


def paginate(blocks: Iterable[Block], frame: Rich, most: int) -> list[Page]:
    """Pages with at most ``most`` blocks, each within the limits together with ``frame``.

    ``frame`` is what every page shows above and below; a block must fit on a page alone.
    """
    pages = [Page()]
    for block in blocks:
        wider = Page([*pages[-1].blocks, block])
        if pages[-1].blocks and not _fits(wider, frame, most):
            wider = Page([block])
            pages.append(wider)
        pages[-1] = wider
    return pages


def _fits(page: Page, frame: Rich, most: int) -> bool:
    text = page.text()
    return (
        len(page.blocks) <= most
        and text.units + frame.units + 2 * len(_GAP) <= MAX_UNITS
        and len(text.entities) + len(frame.entities) <= MAX_ENTITIES
        and sum(len(entity.url or "") for entity in text.entities) <= MAX_ADDRESSES
    )

"""Lists of screens: pages of blocks that fit into messages, and the row that turns them. Pure.

A block is never cut, so no entity, surrogate pair or grapheme is; Telegram's limit of entities
is reached before its limit of length when most words are links.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple, TypeVar, overload

from bot.model import Button, Screen
from bot.screens.callbacks.codec import ButtonData
from bot.screens.callbacks.pages import button
from bot.screens.rich_text import MAX_ADDRESSES, MAX_ENTITIES, MAX_UNITS, Rich, join

BLANK_LINE = "\n\n"
NEW_LINE = "\n"

Rows = tuple[tuple[Button, ...], ...]
_P = TypeVar("_P")
_C = TypeVar("_C", bound=ButtonData)


@dataclass(frozen=True)
class Block:
    """One indivisible piece; ``head`` is repeated where its section goes on on a new page.

    ``gap`` is what stands between it and the one before it.
    """

    body: Rich
    head: Rich = field(default_factory=Rich)
    key: str = ""  # what it shows, for buttons
    gap: str = BLANK_LINE


class Screens(Sequence[Screen]):
    """Pages that are put together when they are asked for: most readers see the first one."""

    def __init__(self, makers: Sequence[Callable[[], Screen]]) -> None:
        self._makers = makers

    def __len__(self) -> int:
        return len(self._makers)

    @overload
    def __getitem__(self, at: int) -> Screen: ...
    @overload
    def __getitem__(self, at: slice) -> "Screens": ...
    def __getitem__(self, at: int | slice) -> "Screen | Screens":
        return Screens(self._makers[at]) if isinstance(at, slice) else self._makers[at]()


def screens(
    parts: Sequence[_P], page: Callable[[int], _C], draw: Callable[[_P, _C, Rows], Screen]
) -> Screens:
    """A screen for each part, drawn with what its button carries and the row that turns pages."""

    def drawn(number: int) -> Screen:
        return draw(parts[number - 1], page(number), turning(number, len(parts), page))

    return Screens([partial(drawn, number) for number in range(1, len(parts) + 1)])


def page_at(pages: Sequence[Screen], number: int) -> Screen:
    """A page, from 1; beyond an end the one at that end."""
    return pages[min(max(number, 1), len(pages)) - 1]


def turning(number: int, last: int, page: Callable[[int], ButtonData]) -> Rows:
    """The row that turns pages: ‹ 2/4 ›; none for a single page."""
    if last <= 1:
        return ()
    here = (button(f"{number}/{last}", page(number)),)
    before = (button("‹", page(number - 1)),) if number > 1 else ()
    after = (button("›", page(number + 1)),) if number < last else ()
    return ((*before, *here, *after),)


def pages_of(items: Sequence[_P], size: int) -> list[Sequence[_P]]:
    """Items, at most ``size`` on a page; at least one page."""
    return [items[at : at + size] for at in range(0, max(len(items), 1), size)]


def in_rows(buttons: Sequence[Button], wide: int) -> Rows:
    """Buttons, ``wide`` of them in a row."""
    return tuple(tuple(buttons[at : at + wide]) for at in range(0, len(buttons), wide))


@dataclass
class Page:
    """Blocks that fit together."""

    blocks: list[Block] = field(default_factory=list)

    def text(self) -> Rich:
        """Blocks in a row, each section's head before its first one here."""
        return join(_parts(self.blocks))


class _Size(NamedTuple):
    """What Telegram limits."""

    blocks: int = 0
    units: int = 0
    entities: int = 0
    addresses: int = 0

    def fits(self, most: int, units: int) -> bool:
        return (
            self.blocks <= most
            and self.units <= units
            and self.entities <= MAX_ENTITIES
            and self.addresses <= MAX_ADDRESSES
        )


def paginate(
    blocks: Iterable[Block], frame: Rich, most: int, units: int = MAX_UNITS
) -> list[Page]:
    """Pages with at most ``most`` blocks, each within the limits together with ``frame``.

    Only blocks with a key count among these ``most``; ``units`` is the length of a page in UTF-16.
    ``frame`` is what every page shows above and below; a block must fit on a page alone.
    """
    edge = _Size(0, frame.units + len(BLANK_LINE), len(frame.entities), 0)
    pages, size = [Page()], edge
    for block in blocks:
        before = pages[-1].blocks
        wider = _grown(size, block, before[-1].head if before else Rich())
        if before and not wider.fits(most, units):
            pages.append(Page())
            wider = _grown(edge, block, Rich())
        pages[-1].blocks.append(block)
        size = wider
    return pages


def spread(pages: list[Page], parts: int) -> list[Page]:
    """The same blocks in their order on at least ``parts`` pages, as far as there are blocks."""
    found = list(pages)
    while len(found) < parts and (at := _last_divisible(found)) >= 0:
        blocks = found[at].blocks
        half = (len(blocks) + 1) // 2
        found[at : at + 1] = [Page(blocks[:half]), Page(blocks[half:])]
    return found


def _last_divisible(pages: Sequence[Page]) -> int:
    return max((at for at, page in enumerate(pages) if len(page.blocks) > 1), default=-1)


def _grown(size: _Size, block: Block, head: Rich) -> _Size:
    """The size of a page with one block more, after a block under that head."""
    body = _part(block, head)
    urls = sum([len(entity.url) for entity in body.entities if entity.url])
    return _Size(
        size.blocks + bool(block.key),
        size.units + len(BLANK_LINE) + body.units,
        size.entities + len(body.entities),
        size.addresses + urls,
    )


def _parts(blocks: Iterable[Block]) -> Iterable[Rich | str]:
    head: Rich | None = None
    for block in blocks:
        same = head is not None and (block.head == head or not block.head.text)
        yield "" if head is None else block.gap if same else BLANK_LINE
        yield _part(block, head or Rich())
        head = block.head


def _part(block: Block, head: Rich) -> Rich:
    """A block, below its head unless that stands above it already."""
    if block.head.text and block.head != head:
        return join((block.head, block.body), by="\n")
    return block.body

"""Writes docs/cards.md anew: ``python -m tests.cards_page``."""

import asyncio
import logging
from pathlib import Path

import structlog

from bot.model import Card
from tests.cards_page.cards import Reading, Sample, answered, first_version, quoted, samples

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "cards.md"
_HEAD = """\
# Cards

Invented posts of every kind, each with the card that readers see. **Quoted** is the card without
a model: the post's own sentences. **Model** is the card of a model's answer; the answers are
written by hand and pass the same checker as any other, some of them are wrong on purpose.
**Before** is the card without a model of the first version, kept in a file.
`python -m tests.cards_page` writes this page anew.
"""


async def page() -> str:
    """The page as Markdown."""
    made = samples()
    parts = [
        _section(number, sample, before, await answered(sample))
        for number, (sample, before) in enumerate(zip(made, first_version(), strict=True), 1)
    ]
    return "\n".join((_HEAD, *parts))


def _section(number: int, sample: Sample, before: Card, reading: Reading | None) -> str:
    analysis, card = quoted(sample)
    topics = ", ".join(analysis.topics)
    told = [f"## {number}. {sample.about[0].upper()}{sample.about[1:]}", _fenced(sample.post.text)]
    told += [f"**Quoted** · {analysis.kind} · {topics} · {analysis.importance}", _shown(card)]
    if reading:
        told += [f"**Model** · {_checked(sample, reading, card)}", _shown(reading.card)]
    told += ["<details><summary>Before</summary>", _shown(before), "</details>"]
    return "\n\n".join(told) + "\n"


def _checked(sample: Sample, reading: Reading, quote: Card) -> str:
    """What the checker did to an answer, in words."""
    found = ", ".join(sorted(reading.offences))
    if not reading.repaired:
        return f"what may not stand in a card is taken out ({found})" if found else "as answered"
    if reading.card == quote:
        return f"still wrong after a repair turn ({found}): the quoted card takes its place"
    return "the first answer was wrong, the repair turn mended it"


def _shown(card: Card) -> str:
    tldr = [] if card.tldr == card.title else [f"> {_plain(card.tldr)}"]
    bullets = [f"> - {_plain(bullet)}" for bullet in card.bullets]
    blocks = [f"> **{_plain(card.title)}**", *tldr, *(["\n".join(bullets)] if bullets else [])]
    return "\n>\n".join(blocks)


def _plain(text: str) -> str:
    """The text with nothing in it that Markdown would take for its own."""
    for sign in "\\*_`<>#[]|":
        text = text.replace(sign, f"\\{sign}")
    return text


def _fenced(text: str) -> str:
    return f"```text\n{text}\n```"


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    PAGE.write_text(asyncio.run(page()), "utf-8")

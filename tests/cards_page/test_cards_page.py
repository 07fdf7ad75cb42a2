"""The page of cards is what the code makes of its posts."""

from tests.cards_page.__main__ import PAGE, page
from tests.cards_page.cards import answered, quoted, samples


async def test_the_page_is_what_the_command_writes() -> None:
    assert PAGE.read_text("utf-8") == await page(), "python -m tests.cards_page writes it anew"


async def test_the_page_shows_what_the_checker_does() -> None:
    readings = {n: await answered(sample) for n, sample in enumerate(samples()) if sample.answer}
    repaired = {n: found for n, found in readings.items() if found and found.repaired}
    replaced = [n for n, found in repaired.items() if found.card == quoted(samples()[n])[1]]
    assert len(readings) > len(repaired) > len(replaced) > 0


def test_a_summary_says_more_than_the_title() -> None:
    cards = [quoted(sample)[1] for sample in samples()]
    assert [card.title for card in cards if card.title == card.tldr] == [cards[-1].title]
    assert len(cards) == 30

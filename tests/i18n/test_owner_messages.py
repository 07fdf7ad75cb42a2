"""What owners and admins are told is complete in both languages."""

from dataclasses import fields
from string import Formatter

import pytest

from bot.i18n import OwnerMessages, owner_messages

RU, EN = owner_messages("ru"), owner_messages("en")
TEXTS = [f.name for f in fields(OwnerMessages) if isinstance(getattr(EN, f.name), str)]
SIGNS = {"sources_counts", "errors_line", "retry_button", "hide_button", "refresh_button"}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def is_russian(text: str) -> bool:
    return any("а" <= char <= "я" for char in text.casefold())


@pytest.mark.parametrize("name", TEXTS)
def test_both_languages_fill_in_the_same(name: str) -> None:
    ru, en = getattr(RU, name), getattr(EN, name)
    assert ru.strip() and en.strip()
    assert placeholders(ru) == placeholders(en)
    assert not is_russian(en)
    assert is_russian(ru) or name in SIGNS


def test_the_same_states_have_words() -> None:
    assert RU.source_ways.keys() == EN.source_ways.keys()
    assert RU.source_paused.keys() == EN.source_paused.keys()

"""What a channel's handle may be is the same wherever one is read."""

from collections.abc import Callable

import pytest

from bot.collect.preview.page import parse_page
from bot.collect.text.pasted_handles import read_pasted
from bot.config.kinds import handle_of
from bot.store.read_model.search_query import parse_query


def by_settings(name: str) -> bool:
    try:
        return handle_of(f"@{name}") == name
    except ValueError:
        return False


def by_paste(name: str) -> bool:
    return read_pasted(f"@{name}").handles == (name,)


def by_preview(name: str) -> bool:
    page = parse_page(f'<div class="tgme_widget_message" data-post="{name}/1"></div>')
    return page.blocks == 1


def by_search(name: str) -> bool:
    return parse_query(f"lora @{name}").channels == (name.casefold(),)


@pytest.mark.parametrize("read", [by_settings, by_paste, by_preview, by_search])
@pytest.mark.parametrize(
    ("name", "is_handle"),
    [
        ("gif", False),  # shorter than any that is sold
        ("auto", True),  # sold on Fragment
        ("demo_Lab_1", True),
        ("a" * 32, True),
        ("a" * 33, False),
        ("1demo", False),
        ("demoфу", False),
    ],
)
def test_every_reader_of_handles_agrees(
    read: Callable[[str], bool], name: str, is_handle: bool
) -> None:
    assert read(name) == is_handle


@pytest.mark.parametrize(
    "written",
    [
        *("odd_lab", "@odd_lab", "odd_lab/12", "@odd_lab/12", "odd_lab/7/12", " odd_lab/ "),
        *("t.me/odd_lab", "https://t.me/s/odd_lab?before=12", "T.me/odd_lab", "t.me//odd_lab/12"),
        *("telegram.me/odd_lab", "http://www.telegram.dog/odd_lab/12?single", "odd_lab.t.me/12"),
        *("https://odd_lab.t.me", "tg://resolve?domain=odd_lab&post=12"),
    ],
)
def test_a_channel_may_be_named_by_any_of_its_addresses(written: str) -> None:
    assert handle_of(written) == "odd_lab"


@pytest.mark.parametrize(
    "written",
    ["t.me/+abcdef", "t.me/c/1234567/5", "telegram.org/odd_lab", "-1001234567", "odd_lab two", ""],
)
def test_what_names_no_public_channel(written: str) -> None:
    with pytest.raises(ValueError, match="a channel is a handle"):
        handle_of(written)

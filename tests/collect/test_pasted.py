"""Channels in what people paste."""

import pytest

from bot.collect.text.pasted_handles import MAX_HANDLES, PIECE, join_pieces, read_pasted
from bot.text import utf16_len


@pytest.mark.parametrize(
    "text",
    [
        "@demo_lab",
        "t.me/demo_lab",
        "http://t.me/demo_lab/12",
        "https://t.me/s/demo_lab?before=5",
        "https://telegram.me/demo_lab/12/34",
        "https://demo_lab.t.me/",
        "tg://resolve?domain=demo_lab&post=5",
        "(@demo_lab),",
        "«t.me/@demo_lab»;",
    ],
)
def test_ways_to_name_a_channel(text: str) -> None:
    assert read_pasted(text).handles == ("demo_lab",)


def test_each_channel_comes_once_in_the_first_spelling() -> None:
    assert read_pasted("@Demo_Lab\nt.me/demo_lab/5 @two_labs").handles == ("Demo_Lab", "two_labs")


@pytest.mark.parametrize(
    "text", ["https://t.me/+AbCd", "t.me/joinchat/AbCd-_1", "https://t.me/c/12345/6"]
)
def test_private_channels_are_told_apart(text: str) -> None:
    found = read_pasted(text)
    assert (found.handles, found.private, found.garbage) == ((), (text,), ())


@pytest.mark.parametrize(
    "text",
    [
        *("t.me/share/url?url=x", "t.me/addlist/AbCd", "https://evil.com/t.me/demo_lab", "@a"),
        *("t.me.evil.com/demo_lab", "@имя_канала", "mail@demo_lab.com", "-1001234", "demo_lab"),
        *("@" + "x" * 40, "https://t.me/demo_lab@evil.com"),
    ],
)
def test_what_names_no_channel(text: str) -> None:
    found = read_pasted(text)
    assert found.handles == ()
    assert not found.is_list


def test_plain_names_count_after_a_command_only() -> None:
    assert read_pasted("demo_lab, other_lab", bare=True).handles == ("demo_lab", "other_lab")


def test_a_sentence_is_no_list() -> None:
    assert not read_pasted("see what @demo_lab wrote about it").is_list
    assert read_pasted("@demo_lab and @two_labs").is_list


def test_a_flood_is_cut() -> None:
    found = read_pasted(" ".join(f"@demo_{n}" for n in range(1_500)))
    assert len(found.handles) == MAX_HANDLES
    assert found.more


@pytest.mark.parametrize("text", ["", " \n,;|", "—–•", "\u202e@\u202e", "@" * 5_000])
def test_nothing_is_nothing(text: str) -> None:
    assert read_pasted(text).handles == ()


def test_lines_that_say_what_a_channel_is_are_a_list() -> None:
    lines = [f"{n}. @demo_{n} — papers, models and other news number {n}" for n in range(5)]
    found = read_pasted("ML channels:\n" + "\n".join(lines))
    assert found.is_list
    assert found.handles == tuple(f"demo_{n}" for n in range(5))
    assert found.garbage == ()
    assert not read_pasted("\n".join(lines[:3])).is_list


@pytest.mark.parametrize("by", ["\n", " ", ", "])
def test_a_list_that_was_cut_anywhere_is_whole_again(by: str) -> None:
    """As apps cut it: where words end, or after so many characters."""
    names = [f"t.me/demo_{n}" if n % 2 else f"@demo_{n}" for n in range(900)]
    whole = by.join(names)
    blind = [whole[at : at + PIECE] for at in range(0, len(whole), PIECE)]
    assert all(utf16_len(piece) == PIECE for piece in blind[:-1])
    neat = [by.join(names[at : at + 200]) for at in range(0, 900, 200)]
    for pieces in (blind, neat, [piece.strip() for piece in neat]):
        assert read_pasted(join_pieces(pieces)).handles == read_pasted(whole).handles


def test_names_that_meet_at_a_full_message_stay_two() -> None:
    first = "x" * (PIECE - 9) + " @demo_ab"
    found = read_pasted(join_pieces([first, "t.me/demo_two"]))
    assert found.handles == ("demo_ab", "demo_two")
    assert read_pasted(join_pieces([first, "c @demo_two"])).handles == ("demo_abc", "demo_two")
    assert join_pieces([]) == ""

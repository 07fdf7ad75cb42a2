"""The pictures in the READMEs show what the program sends now, and nothing without a glyph."""

import json
import re
import struct
from typing import Any

import pytest

from tests.screens.__main__ import FOLDER, drawing
from tests.screens.chat import LOOKS, SCALE, WIDTH
from tests.screens.emoji import is_drawn
from tests.screens.glyphs import FACES, face
from tests.screens.lines import FOLDED, Style, lines_of, width_of
from tests.screens.record import SCREENS, record

Json = dict[str, Any]
SIZE, ROOM = 16.0, 300.0
KEPT = json.loads((FOLDER / "recorded.json").read_text("utf-8"))


@pytest.mark.slow
async def test_the_bot_still_says_what_the_pictures_show() -> None:
    assert await record() == KEPT, "draw them anew: python -m tests.screens"


@pytest.mark.parametrize("screen", KEPT)
def test_each_screen_is_drawn_as_it_was_kept(screen: str) -> None:
    assert screen.partition("-")[2] in SCREENS
    for mode in LOOKS:
        name, picture = drawing(screen, KEPT[screen], mode)
        kept = (FOLDER / name).read_bytes()
        assert struct.unpack_from(">LL", kept, 16) == struct.unpack_from(">LL", picture, 16)
        assert struct.unpack_from(">L", kept, 16) == (WIDTH * SCALE,)


@pytest.mark.parametrize(("readme", "language"), [("README.md", "en"), ("README.ru.md", "ru")])
def test_each_screen_is_shown_in_the_readme_of_its_language(readme: str, language: str) -> None:
    text = (FOLDER.parent.parent / readme).read_text("utf-8")
    shown = re.findall(r"(?:src|srcset)=\"docs/screens/([^\"]+)\"", text)
    assert sorted(shown) == sorted(path.name for path in FOLDER.glob(f"{language}-*.png"))


def test_every_sign_in_the_pictures_has_a_glyph_or_a_drawing() -> None:
    text = json.dumps(KEPT, ensure_ascii=False)
    unseen = "\u2060\u2068\u2069\ufe0f\n"
    for char in sorted(set(text) - set(unseen)):
        assert is_drawn(char) or all(face(name).knows(char) for name in FACES), repr(char)


def test_lines_fit_the_bubble_and_lose_no_word() -> None:
    for messages in KEPT.values():
        text = messages[-1]["text"]
        lines = lines_of({"text": text}, SIZE, ROOM, 0)
        assert max(line.width for line in lines) <= ROOM
        drawn = " ".join("".join(piece.text for piece in line.pieces) for line in lines)
        assert drawn.split() == _seen(text).split()


def test_a_long_quote_is_folded_to_three_lines() -> None:
    text = "word " * 100
    quote: list[Json] = [{"type": "expandable_blockquote", "offset": 0, "length": len(text)}]
    lines = lines_of({"text": text, "entities": quote}, SIZE, ROOM, 0)
    assert [line.folds for line in lines] == [False] * (FOLDED - 1) + [True]
    assert all(line.quoted for line in lines)


def test_entities_after_an_emoji_hit_their_words() -> None:
    bold: list[Json] = [{"type": "bold", "offset": 3, "length": 4}]
    (line,) = lines_of({"text": "🗞 bold not", "entities": bold}, SIZE, ROOM, 0)
    assert [piece.text for piece in line.pieces if piece.style.bold] == ["bold"]


def test_bold_is_wider_and_an_unknown_sign_is_an_error() -> None:
    assert width_of("ж", Style(bold=True), SIZE) > width_of("ж", Style(), SIZE) > 0
    with pytest.raises(KeyError):
        width_of("🦖", Style(), SIZE)


def _seen(text: str) -> str:
    return "".join(char for char in text if char not in "\u2060\u2068\u2069\ufe0f")

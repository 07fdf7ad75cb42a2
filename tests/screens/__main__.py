"""Draws docs/screens anew: ``python -m tests.screens [FOLDER]``."""

import asyncio
import json
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

import structlog

from bot.export.charts.svg import to_png
from tests.screens.chat import LOOKS, Json, Mode, draw
from tests.screens.record import record

FOLDER = Path(__file__).resolve().parent.parent.parent / "docs" / "screens"
NAMES = {"ru": ("Форточка", "бот"), "en": ("Fortochka", "bot")}
GROUPS = {"ru": ("Читальня", "группа"), "en": ("Reading room", "group")}
CLOCKS = {"ru": "12:00", "en": "09:00"}
"""The instant of the samples where those readers live."""


def main(folder: Path) -> None:
    """Record the conversation, keep it, and draw each of its screens."""
    folder.mkdir(parents=True, exist_ok=True)
    recorded = asyncio.run(record())
    text = json.dumps(recorded, ensure_ascii=False, indent=1)
    (folder / "recorded.json").write_text(f"{text}\n", "utf-8")
    for screen, messages in recorded.items():
        for mode in LOOKS:
            name, picture = drawing(screen, messages, mode)
            (folder / name).write_bytes(picture)


def drawing(screen: str, messages: Sequence[Json], mode: Mode) -> tuple[str, bytes]:
    """File name and PNG of a screen, ``ru-digest``."""
    name, note = (GROUPS if screen.endswith("-group") else NAMES)[screen[:2]]
    dark = "-dark" if mode == "dark" else ""
    picture = to_png(draw(messages, name, note, CLOCKS[screen[:2]], mode))
    return f"{screen}{dark}.png", picture


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)

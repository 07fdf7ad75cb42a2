"""The model's side of ``fortochka eval``: requests written down, replies kept or read again."""

import json
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

from bot import config
from bot.errors import CommandError
from bot.evaluation import Case, Report, report
from bot.evaluation.model_run import LabelledReading, costs_of, read_all
from bot.evaluation.recording import (
    Proven,
    Recorder,
    RecordError,
    Rehearsal,
    Replay,
    Row,
    read_rows,
    steady_nonce,
)
from bot.extract.errors import ModelError
from bot.extract.llm.client import ChatClient
from bot.extract.llm.configured import chat_of, model_of
from bot.extract.llm.model import Model
from bot.terminal.show import ProgressLine

Sets = Mapping[str, Sequence[Case]]


async def rehearse(sets: Sets, path: Path) -> int:
    """Write the first request about each post as JSON lines; how many. Nothing is sent."""
    settings, talk = config.load(), Rehearsal()
    async with model_of(settings, settings.openai_model, talk=talk, nonce=steady_nonce) as model:
        await read_all(model, [case for cases in sets.values() for case in cases])
    with _opened(path, "w") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in talk.requests)
    return len(talk.requests)


async def ask_model(sets: Sets, record: Path | None) -> Report:
    """Scores of the model that the settings name; its raw replies go to ``record``."""
    settings = config.load()
    if not settings.has_model:
        raise CommandError("OPENAI_API_KEY is not set: a model needs a key or an own server")
    with ExitStack() as stack:
        talk: ChatClient = chat_of(settings)
        if record:
            file = stack.enter_context(_opened(record, "x"))
            talk = Recorder(talk, lambda row: _keep(row, file))
        async with model_of(settings, settings.openai_model, talk=talk) as model:
            return await _scored(model, sets)


async def replay(sets: Sets, path: Path) -> Report:
    """Scores of kept replies, parsed and checked as they are today; no key, no network."""
    try:
        rows = read_rows(path)
    except RecordError as error:
        raise CommandError(str(error)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path}: cannot be read ({type(error).__name__})") from None
    known = {row.post for row in rows}
    kept = {
        name: [case for case in cases if case.label.id in known] for name, cases in sets.items()
    }
    missing = sum(map(len, sets.values())) - sum(map(len, kept.values()))
    talk = Replay(rows)
    async with model_of(config.load(), rows[0].model, talk=talk, memory=Proven()) as model:
        return await _scored(model, kept, missing)


async def _scored(model: Model, sets: Sets, missing: int = 0) -> Report:
    """Scores of all sets; ``CommandError`` where no answer at all could be used."""
    readings: dict[str, list[LabelledReading]] = {}
    progress = ProgressLine("read", sum(map(len, sets.values())))
    try:
        for name, cases in sets.items():
            readings[name] = await read_all(model, cases, progress.step)
    except ModelError as error:
        raise CommandError(f"the model: {error}") from None
    tallies = {name: [reading.tally for reading in found] for name, found in readings.items()}
    everything = [reading for found in readings.values() for reading in found]
    failures = [reading.failure for reading in everything if reading.failure]
    if everything and len(failures) == len(everything):
        raise CommandError(f"all {len(failures)} answers failed: {failures[0]}")
    return report("llm", tallies, costs_of(everything), missing)


def _keep(row: Row, file: TextIO) -> None:
    """Written at once: a recording that breaks off keeps what it has paid for."""
    file.write(row.model_dump_json() + "\n")
    file.flush()


def _opened(path: Path, mode: str) -> TextIO:
    try:
        return path.open(mode, encoding="utf-8")  # type: ignore[return-value]
    except FileExistsError:
        raise CommandError(f"{path} exists: replies cost money, name a new file") from None
    except OSError as error:
        raise CommandError(f"{path}: cannot be written ({type(error).__name__})") from None

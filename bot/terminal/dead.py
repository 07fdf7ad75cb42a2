"""Dead letters in a terminal: list, show, retry, drop."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from rich.table import Table

from bot import config
from bot.errors import CommandError
from bot.store import Store, open_store
from bot.store.queue.dead_letters import DeadLetter
from bot.terminal.show import out, print_json

_DONE = {"retry": "is back in {stream}", "drop": "is dropped"}


async def handle_letters(action: str, letter_id: str | None, *, as_json: bool = False) -> None:
    """``ls``, or ``show``, ``retry``, ``drop`` with the id of a letter or ``all``."""
    if action not in {"ls", "show", *_DONE}:
        raise CommandError(f"dead: no such action: {action}; there are ls, show, retry, drop")
    async with open_store(config.load()) as store:
        letters = await _named(store, "all" if action == "ls" else letter_id)
        for letter in letters:
            if action == "retry":
                await store.dead_letters.retry(letter.id)
            elif action == "drop":
                await store.dead_letters.drop(letter.id)
    if as_json:
        print_json({"version": 1, "action": action, "letters": [*map(_as_json, letters)]})
    elif action == "ls":
        out.print(_table(letters))
    else:
        _say(action, letters)


async def _named(store: Store, letter_id: str | None) -> list[DeadLetter]:
    if letter_id == "all":
        return [letter async for letter in store.dead_letters.letters()]
    if not letter_id:
        raise CommandError("dead: name a letter by its id (see: fortochka dead ls), or all")
    letter = await store.dead_letters.get(letter_id)
    if letter is None:
        raise CommandError(f"dead: there is no letter {letter_id} (see: fortochka dead ls)")
    return [letter]


def _say(action: str, letters: Sequence[DeadLetter]) -> None:
    if not letters:
        out.print("there are no dead letters")
    for letter in letters:
        if action == "show":
            body = json.dumps(letter.fields, ensure_ascii=False, indent=2)
            out.print(f"{letter.id}  {letter.stream}\n{letter.reason}\n{body}", markup=False)
        else:
            done = _DONE[action].format(stream=letter.stream)
            out.print(f"{letter.id} {done}", markup=False)


def _table(letters: Sequence[DeadLetter]) -> Table:
    table = Table("id", "stream", "tries", "reason", box=None)
    for letter in letters:
        table.add_row(letter.id, letter.stream, str(letter.attempts), letter.reason[:80])
    return table


def _as_json(letter: DeadLetter) -> dict[str, object]:
    since = datetime.fromtimestamp(int(letter.id.partition("-")[0]) / 1000, UTC)
    return {
        "id": letter.id,
        "at": since.isoformat(),
        "stream": letter.stream,
        "attempts": letter.attempts,
        "reason": letter.reason,
        "fields": letter.fields,
    }

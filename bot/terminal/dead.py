"""Dead letters in a terminal: list, show, retry, drop."""

import json

from rich.table import Table

from bot import config
from bot.errors import CommandError
from bot.store import Store, open_store
from bot.store.queue.dead_letters import DeadLetter
from bot.terminal.show import out


async def handle_letters(action: str, letter_id: str | None) -> None:
    """``ls``, or ``show``, ``retry``, ``drop`` with the id of a letter or ``all``."""
    if action not in {"ls", "show", "retry", "drop"}:
        raise CommandError(f"dead: no such action: {action}; there are ls, show, retry, drop")
    async with open_store(config.load()) as store:
        if action == "ls":
            out.print(_table([letter async for letter in store.dead_letters.letters()]))
            return
        for letter in await _named(store, letter_id):
            await _act(store, action, letter)


async def _act(store: Store, action: str, letter: DeadLetter) -> None:
    if action == "show":
        body = json.dumps(letter.fields, ensure_ascii=False, indent=2)
        out.print(f"{letter.id}  {letter.stream}\n{letter.reason}\n{body}", markup=False)
    elif action == "retry":
        await store.dead_letters.retry(letter.id)
        out.print(f"{letter.id} is back in {letter.stream}")
    else:
        await store.dead_letters.drop(letter.id)
        out.print(f"{letter.id} is dropped")


async def _named(store: Store, letter_id: str | None) -> list[DeadLetter]:
    if letter_id == "all":
        return [letter async for letter in store.dead_letters.letters()]
    letter = await store.dead_letters.get(letter_id) if letter_id else None
    if letter is None:
        raise CommandError("dead: name a letter by its id (see: fortochka dead ls), or all")
    return [letter]


def _table(letters: list[DeadLetter]) -> Table:
    table = Table("id", "stream", "tries", "reason", box=None)
    for letter in letters:
        table.add_row(letter.id, letter.stream, str(letter.attempts), letter.reason[:80])
    return table

"""What channels do to a text they pass on: the edits that leave it the same story."""

import random
import re
from collections.abc import Callable, Mapping

Edit = Callable[[str, random.Random], str]

_TAKES = (
    "Коллеги, почитайте на выходных: мне кажется, тут самое важное в середине, а не в начале.",
    "Давно ждал, пока об этом напишут по-человечески. Сам попробую и расскажу, что вышло 👇",
    "Спорно, но интересно! Я бы так не обобщал, однако мысль верная, и примеры хорошие:",
    "A friend sent me this one. I am not sure about the conclusion, but do read it to the end.",
)
_FOOTERS = (
    "\n\n👉 Подписывайтесь: @made_up_channel | Чат | Буст",
    "\n\n#новости #ии #подборка\n\n@made_up_news — всё самое важное за день",
    "\n\nИсточник: https://example.org/made-up?utm_source=tg",
    "\n\n🔥 — огонь   🤔 — сомневаюсь\n\nMade Up Daily",
)
_FILLERS = ("обычно", "модель", "сегодня", "data", "примерно", "новый")
_SWAPS = ((" - ", " — "), ("ё", "е"), ("...", "…"), ("Ё", "Е"))
_MARKS = re.compile(r"\*\*|__|`+|\[([^\]\n]*)\]\([^)\n]*\)")
_WORD = re.compile(r"[^\W\d_]{4,}")


def _typos(text: str, rng: random.Random) -> str:
    """Two letters change places in one long word of fifteen."""
    return _WORD.sub(lambda word: _slip(word[0], rng) if rng.random() < 1 / 15 else word[0], text)


def _slip(word: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _footer(text: str, rng: random.Random) -> str:
    return text + rng.choice(_FOOTERS)


def _emoji(text: str, rng: random.Random) -> str:
    lines = text.split("\n")
    return "\n".join(line + rng.choice(("", " 🔥", " ⚡️")) for line in lines)


def _typography(text: str, _: random.Random) -> str:
    """Other quotation marks, dashes and dots, no ё."""
    text = re.sub(r"[«»“”„]", '"', text) if re.search("[«»“”„]", text) else _russian(text)
    for old, new in _SWAPS:
        text = text.replace(old, new)
    return text


def _russian(text: str) -> str:
    return re.sub(r'"([^"\n]*)"', r"«\1»", text)


def _cut(text: str, rng: random.Random) -> str:
    words = text.split(" ")
    return " ".join(words[: max(16, int(len(words) * rng.uniform(0.65, 0.9)))])


def _reorder(text: str, rng: random.Random) -> str:
    """Paragraphs, or sentences where there is but one, in another order."""
    mark = "\n" if text.strip().count("\n") > 1 else ". "
    parts = [part for part in text.split(mark) if part.strip()]
    rng.shuffle(parts)
    return mark.join(parts)


def _take(text: str, rng: random.Random) -> str:
    return f"{rng.choice(_TAKES)}\n\n{text}"


def _synonyms(text: str, rng: random.Random) -> str:
    words = text.split(" ")
    for place in rng.sample(range(len(words)), max(1, len(words) // 12)):
        words[place] = rng.choice(_FILLERS)
    return " ".join(words)


def _bare(text: str, _: random.Random) -> str:
    """Without markup, links and tags."""
    return re.sub(r"https?://\S+|[@#]\w+", "", _MARKS.sub(r"\1", text))


def _hidden(text: str, rng: random.Random) -> str:
    """Zero-width characters and doubled spaces between words, capitals in the first line."""
    first, line, rest = text.partition("\n")
    rest = "".join(rng.choice((" ", "  ", "\u200b ")) if char == " " else char for char in rest)
    return first.upper() + line + rest


def _together(text: str, rng: random.Random) -> str:
    return _footer(_take(_typos(_typography(text, rng), rng), rng), rng)


EDITS: Mapping[str, Edit] = {
    "typos": _typos,
    "footer added": _footer,
    "emoji added": _emoji,
    "other typography": _typography,
    "end cut": _cut,
    "parts in another order": _reorder,
    "own take in front": _take,
    "one word in twelve changed": _synonyms,
    "markup and links taken off": _bare,
    "hidden characters": _hidden,
    "take, typos, footer": _together,
}
"""Ways to edit a text, by name; each takes its chances from the generator given."""

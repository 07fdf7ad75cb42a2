"""Entries and stories full of hostile words: markup, mentions, bidi, piled marks, odd scripts."""

import random

from bot.digest.cluster import story_id
from bot.model import Card, Channel, Entry, Link, Paper, Story
from bot.taxonomy.topics import Topic
from tests.fakes.entries import make_entry

FRAGMENTS = [
    *(
        "модель",
        "weights",
        "2611.04821",
        "80 %",
        "−0,4",
        "e\u0301",
        "a" + "\u0308" * 30,
        "å",
        "A\u030a",
    ),
    *("👨‍👩‍👧‍👦", "🇷🇺🇺🇸", "1️⃣", "👍🏽", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "𝔘𝔫𝔦", "שלום", "مرحبا", "\u202eevil\u202c"),
    *("@durov", "#tag", "/start", "$BTC", "t.me/x", "http://evil.com/a?b=c", "tg://user?id=1"),
    *("model.py", "почта.рф", "a@b.com", "4111 1111 1111 1111", "8.8.8.8", "ton://x", "_x.com"),
    *(
        "<b>",
        "</a>",
        "&lt;",
        "**жирный**",
        "`code`",
        "[a](http://b.c)",
        "\n\n",
        "\u200b",
        "\u2066",
        "\x00",
    ),
    *("слово" * 60, "https://", "@", "#", "/", ".", "a.b.c.ru", "user@", "+79991234567"),
]


class Invented:
    """Hostile values, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def text(self) -> str:
        r = self.random
        parts = [self._word() for _ in range(r.randint(0, 40))]
        return r.choice(["", " ", " "]).join(parts)

    def _word(self) -> str:
        r = self.random
        if r.random() < 0.7:
            return r.choice(FRAGMENTS)
        top = r.choice([0x7F, 0x7FF, 0xFFFF, 0x10FFFF])
        return "".join(chr(r.randint(0, top)) for _ in range(r.randint(0, 6)))

    def channel(self) -> Channel:
        name = "".join(self.random.choices("abcdefgh_", k=8)) + "x"
        title = self.text()
        if self.random.random() < 0.8:
            return Channel(ref=f"@{name}", handle=name, title=title)
        return Channel(ref=str(self.random.randint(1, 10**9)), title=title)

    def entry(self) -> Entry:
        r = self.random
        numbers = [f"2611.{r.randint(0, 99_999):05}" for _ in range(r.randint(0, 4))]
        papers = [
            Paper(id=f"arxiv:{n}", url=f"https://arxiv.org/abs/{n}", title=self.text())
            for n in numbers
        ]
        card = Card(title=self.text(), tldr=self.text(), bullets=(self.text(), self.text()))
        return make_entry(
            self.channel(),
            r.randint(1, 10**6),
            cards={"ru": card},
            topics=r.sample(list(Topic), r.randint(1, 3)),
            papers=papers,
            links=[Link(url="https://github.com/made/up", kind="code")][: r.randint(0, 1)],
            engine=r.choice(["llm", "extractive"]),
            hours_ago=r.uniform(0.1, 20),
        )

    def story(self) -> Story:
        found = [self.entry() for _ in range(self.random.randint(1, 4))]
        return Story(id=story_id(found[0]), entries=tuple(found))

    def stories(self) -> list[Story]:
        return [self.story() for _ in range(self.random.randint(0, 14))]

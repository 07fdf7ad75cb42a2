"""How well posts are put together into stories: precision and recall over labelled pairs.

Real posts stand beside the project; ``tests/digest/story_pairs.tsv`` holds our labels by key.
Every post goes through the store as in the product, with its edits from another channel, and two
posts count as joined where they end in one story. A pair labelled ``event`` tells the same news
in other words: to join it is neither right nor wrong. Any other pair that is joined is wrong,
labelled or not.
"""

import argparse
import asyncio
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from csv import DictReader
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import combinations, cycle
from pathlib import Path

import structlog

from bench.place import own_store
from bench.stories_edits import EDITS
from bench.stories_events import EventFigure, measure_events, print_events
from bench.stories_judge import JudgeRequests, ReplayedJudge, answers_in
from bot.collect.text.links import links_in_text
from bot.extract import extractive
from bot.model import Channel, Entry, Post
from bot.publish.worker import join_story
from bot.store import Store

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data" / "corpora"
EVENTS = ROOT.parent / "shared" / "data" / "stories"
PAIRS = ROOT / "tests" / "digest" / "story_pairs.tsv"
READ = ROOT / "tests" / "digest" / "story_joins_read.tsv"
PRECISION, RECALL = 0.97, 0.95
"""The goals."""

LEAST_WORDS = 20
"""A shorter post is not edited: a footer would be most of it."""

FIRST, COPY = "@first", "copy of "
"""What follows the key of a text that was edited later, and what precedes that of an edit."""

_NOW = datetime.now(UTC)
_DAYS = 12  # all posts lie within the window of a story

Pair = frozenset[str]


@dataclass
class Figure:
    """Pairs joined rightly, wrongly and not at all; those of each edit that were not."""

    joined: int = 0
    wrong: list[list[str]] = field(default_factory=list)
    missed: list[list[str]] = field(default_factory=list)
    events: int = 0
    events_joined: int = 0
    labels: dict[str, int] = field(default_factory=dict)
    edits: dict[str, int] = field(default_factory=dict)
    edits_missed: dict[str, int] = field(default_factory=dict)

    @property
    def precision(self) -> float:
        """Share of the joined pairs that tell one story."""
        return self.joined / max(self.joined + len(self.wrong), 1)

    @property
    def recall(self) -> float:
        """Share of the pairs of one story that are joined."""
        lost = len(self.missed) + sum(self.edits_missed.values())
        return self.joined / max(self.joined + lost, 1)


def main(arguments: list[str]) -> int:
    """Print the figures and, where asked, write JSON; 1 for a goal missed, 2 without posts."""
    parser = argparse.ArgumentParser(prog="python -m bench stories", description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figure here")
    parser.add_argument("--dump", type=Path, help="write the judge's requests here, JSON lines")
    parser.add_argument("--replay", type=Path, help="score answers to them: lines of id, answer")
    options = parser.parse_args(arguments)
    if not DATA.is_dir() or not EVENTS.is_dir():
        sys.stderr.write(f"no posts in {DATA} or {EVENTS}\n")
        return 2
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    found, events, judged = asyncio.run(_alone(options.dump, options.replay))
    _print(found)
    print_events(events, judged)
    if options.json:
        options.json.write_text(f"{json.dumps(board(found), indent=1)}\n", encoding="utf-8")
    missed = found.precision < PRECISION or found.recall < RECALL or not events.reached
    return int(missed)


async def _alone(
    dump: Path | None, replay: Path | None
) -> tuple[Figure, EventFigure, EventFigure | None]:
    async with own_store() as (store, _):
        found = await measure(store, DATA, PAIRS)
    asked = JudgeRequests()
    async with own_store() as (store, _):
        events = await measure_events(store, EVENTS, READ, asked)
    if dump:
        dump.write_text("".join(asked.lines()), encoding="utf-8")
    if replay is None:
        return found, events, None
    judge = ReplayedJudge(asked.shown, answers_in(replay))
    async with own_store() as (store, _):
        return found, events, await measure_events(store, EVENTS, READ, judge=judge)


def board(found: Figure) -> dict[str, object]:
    """What a scoreboard holds."""
    told = asdict(found) | {"precision": found.precision, "recall": found.recall}
    shown = {name: round(value, 4) if isinstance(value, float) else value
             for name, value in told.items()}  # fmt: skip
    return {**shown, "wrong": len(found.wrong), "missed": len(found.missed)}


async def measure(store: Store, corpora: Path, pairs: Path) -> Figure:
    """Put all posts and one edit of each into stories, and compare with the labels."""
    texts, labels = dict(texts_in(corpora)), labels_in(pairs)
    used = {key for pair in labels for key in pair}
    kept = {key: text for key, text in texts.items() if FIRST not in key or key in used}
    copies = dict(_assigned(kept))
    entries = [*_originals(kept), *_edited(copies, kept)]
    for stream in (store.post_stream, store.entry_stream):
        await stream.ready()
    for entry in sorted(entries, key=lambda entry: (entry.post.published_at, entry.key)):
        await _put(store, entry)
    return _compare(labels, copies, await store.stories.of([entry.key for entry in entries]))


def texts_in(corpora: Path) -> Iterator[tuple[str, str]]:
    """Texts by ``channel/number``; an edited post also has the text that it had first."""
    for file in sorted(corpora.glob("*.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            row = json.loads(line)
            versions = [each["description"] for each in row.get("versions", ())]
            key = f"{row['channel']}/{row['message_id']}"
            yield key, str(row.get("text") or (versions or [""])[-1] or "")
            if len(versions) > 1:
                yield f"{key}{FIRST}", versions[0]
    for file in sorted(corpora.glob("*pairs*.tsv")):
        with file.open(encoding="utf-8", newline="") as opened:
            for pair in DictReader(opened, delimiter="\t"):
                for side in ("first", "second"):
                    place = pair[f"INPUT:{side}_url"].rpartition("t.me/")[2]
                    yield place, pair[f"INPUT:{side}_text"]


def labels_in(file: Path) -> dict[Pair, str]:
    """Labels by pair: ``same``, ``event`` or ``other``."""
    rows = (line.split("\t") for line in file.read_text("utf-8").splitlines()[1:])
    return {frozenset((one, two)): label for label, one, two in rows}


def _assigned(texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """One edit for each post that is long enough, all kinds in turn."""
    long = (key for key in sorted(texts) if len(texts[key].split()) >= LEAST_WORDS)
    return zip((key for key in long if FIRST not in key), cycle(EDITS), strict=False)


def _originals(texts: Mapping[str, str]) -> Iterator[Entry]:
    rng = random.Random(1)
    return (_entry(key, texts[key], rng.uniform(1, _DAYS)) for key in sorted(texts))


def _edited(copies: Mapping[str, str], texts: Mapping[str, str]) -> Iterator[Entry]:
    rng = random.Random(2)
    for key, name in copies.items():
        yield _entry(COPY + key, EDITS[name](texts[key], rng), rng.uniform(0, 1))


def _entry(key: str, text: str, days_ago: float) -> Entry:
    """A post as the analyst without a model reads it."""
    place, _, number = key.removesuffix(FIRST).rpartition("/")
    channel = Channel(ref=place + FIRST * key.endswith(FIRST), title=place)
    post = Post(
        channel=channel,
        message_id=int(number),
        published_at=_NOW - timedelta(days=days_ago),
        text=text,
        links=links_in_text(text),
    )
    return Entry(post=post, analysis=extractive.analyse(post), engine="extractive",
                 prompt_id="bench", analysed_at=_NOW)  # fmt: skip


async def _put(store: Store, entry: Entry) -> None:
    """The way of a post through the product, its reading left out."""
    await store.posts.ingest(entry.post)
    for item in await store.post_stream.read("bench", 1):
        await store.entries.commit(entry, item)
    for item in await store.entry_stream.read("bench", 1):
        await join_story(store, item)


def _compare(
    labels: Mapping[Pair, str], copies: Mapping[str, str], stories: Mapping[str, str]
) -> Figure:
    found = Figure(labels=dict(Counter(labels.values())), edits=dict(Counter(copies.values())))
    story = {_key(key): value for key, value in stories.items()}
    for pair, label in labels.items():
        one, two = sorted(pair)
        joined = story[one] == story[two]
        found.joined += label == "same" and joined
        found.missed += [[one, two]] * (label == "same" and not joined)
        found.events += label == "event"
        found.events_joined += label == "event" and joined
    lost = [copies[key] for key in copies if story[key] != story[COPY + key]]
    found.edits_missed = dict(Counter(lost))
    found.joined += len(copies) - len(lost)
    found.wrong = sorted(map(sorted, _wrong(labels, story)))
    return found


def _key(stored: str) -> str:
    """The key of a text by the key of its post: the mark of a first version goes to the end."""
    return stored.replace(FIRST, "") + FIRST if FIRST in stored else stored


def _wrong(labels: Mapping[Pair, str], story: Mapping[str, str]) -> set[Pair]:
    """Pairs that share a story and should not, each once, whether posts or edits of them."""
    members: dict[str, set[str]] = {}
    for key, name in story.items():
        members.setdefault(name, set()).add(key.removeprefix(COPY))
    shared = (frozenset(pair) for each in members.values() for pair in combinations(each, 2))
    return {pair for pair in shared if labels.get(pair, "other") == "other"}


def _print(found: Figure) -> None:
    real = ", ".join(f"{count} {label}" for label, count in sorted(found.labels.items()))
    print(f"labelled pairs: {real}; edits: {sum(found.edits.values())}")
    print(f"precision {found.precision:.4f} (goal {PRECISION}), recall {found.recall:.4f} "
          f"(goal {RECALL})")  # fmt: skip
    print(f"same news in other words: {found.events_joined} of {found.events} joined")
    for name, count in found.edits.items():
        print(f"  {name:32}{count - found.edits_missed.get(name, 0):5} of {count}")
    for what, pairs in (("wrong", found.wrong), ("missed", found.missed)):
        for one, two in pairs:
            print(f"{what}: {one} | {two}")

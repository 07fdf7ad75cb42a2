"""Whether one event told in several channels' own words becomes one story, on labelled posts.

Real posts stand beside the project, with their labels. All of them go through the store in the
order of their dates, as in the product. A pair of channels that ends in one story and tells no one
event is wrong, labelled or not; pairs labelled ambiguous count neither way. What the labels do not
know and was read since stands by key in ``tests/digest/story_joins_read.tsv``, and is counted
apart.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from csv import DictReader
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape
from itertools import combinations
from pathlib import Path
from time import process_time

from bot.collect.text.links import links_in_text, make_link, unique
from bot.digest.cluster import same_text
from bot.extract import extractive
from bot.model import Channel, Entry, Post
from bot.publish.worker import join_story
from bot.store import Store

EVENT_PRECISION, EVENT_RECALL, LATER_MERGED = 0.97, 0.30, 0.02
"""The goals without a model: of pairs, and of follow-ups and round-ups that were merged."""

_LATER = ("followup", "roundup")

Pair = frozenset[str]


@dataclass
class EventFigure:
    """Pairs joined rightly and wrongly, whole events, and each group of pairs apart."""

    same: int = 0
    joined: int = 0
    wrong: list[list[str]] = field(default_factory=list)
    read: list[list[str]] = field(default_factory=list)
    copies: tuple[int, int] = (0, 0)
    b3: tuple[float, float] = (0.0, 0.0)
    languages: dict[str, tuple[int, int]] = field(default_factory=dict)
    negatives: dict[str, tuple[int, int]] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)
    posts: int = 0
    cpu_ms: float = 0.0

    @property
    def precision(self) -> float:
        """Share of the joined pairs that tell one event."""
        return self.joined / max(self.joined + len(self.wrong), 1)

    @property
    def recall(self) -> float:
        """Share of the pairs of one event that are joined."""
        return self.joined / max(self.same, 1)

    @property
    def later_merged(self) -> float:
        """Share of the follow-ups and round-ups that are joined to the event."""
        pairs = [self.negatives.get(kind, (0, 0)) for kind in _LATER]
        return sum(joined for joined, _ in pairs) / max(sum(of for _, of in pairs), 1)

    @property
    def reached(self) -> bool:
        """True where all goals are met."""
        right = self.precision >= EVENT_PRECISION and self.later_merged <= LATER_MERGED
        return right and self.recall >= EVENT_RECALL


async def measure_events(store: Store, folder: Path, read: Path) -> EventFigure:
    """Stream all posts of ``folder`` through the store and compare with its labels."""
    entries = {entry.key: entry for entry in map(_entry, _rows(folder))}
    for stream in (store.post_stream, store.entry_stream):
        await stream.ready()
    spent = 0.0
    for entry in sorted(entries.values(), key=lambda e: (e.post.published_at, e.key)):
        await store.posts.ingest(entry.post)
        for item in await store.post_stream.read("bench", 1):
            await store.entries.commit(entry, item)
        for item in await store.entry_stream.read("bench", 1):
            began = process_time()
            await join_story(store, item)
            spent += process_time() - began
    stories = await store.stories.of(list(entries))
    found = _compare(folder, stories, entries, _verdicts(read))
    why = await store.stories.reasons(list(entries))
    found.reasons = dict(Counter(reason.partition(":")[0] for reason in why.values()))
    found.posts, found.cpu_ms = len(entries), round(1000 * spent / max(len(entries), 1), 2)
    return found


def _rows(folder: Path) -> list[dict[str, object]]:
    lines = (folder / "posts.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _entry(row: Mapping[str, object]) -> Entry:
    """A labelled post as the analyst without a model reads it."""
    text = unescape(str(row["text"]))
    at = datetime.fromisoformat(str(row["date"]))
    listed = row["links"] if isinstance(row["links"], list) else []
    links = [link for link in (make_link(str(url)) for url in listed) if link]
    place, _, number = str(row["key"]).rpartition("/")
    post = Post(
        channel=Channel(ref=place, title=place),
        message_id=int(number),
        published_at=at if at.tzinfo else at.replace(tzinfo=UTC),
        text=text,
        links=unique([*links_in_text(text), *links]),
    )
    return Entry(post=post, analysis=extractive.analyse(post), engine="extractive",
                 prompt_id="bench", analysed_at=post.published_at)  # fmt: skip


def _table(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return list(DictReader(opened, delimiter="\t"))


def _pair(row: Mapping[str, str]) -> Pair:
    return frozenset((row["key_a"], row["key_b"]))


def _verdicts(read: Path) -> dict[Pair, str]:
    """``same`` or ``open`` by pair, for joins that the labels do not know."""
    return {_pair(row): row["verdict"] for row in _table(read)} if read.is_file() else {}


def _compare(
    folder: Path,
    stories: Mapping[str, str],
    entries: Mapping[str, Entry],
    verdicts: Mapping[Pair, str],
) -> EventFigure:
    same = {_pair(row): row["lang"] for row in _table(folder / "same_pairs.tsv")}
    open_pairs = {_pair(row) for row in _table(folder / "ambiguous.tsv")}
    hard = {_pair(row): row["kind"] for row in _table(folder / "hard_negatives.tsv")}
    told: dict[str, list[str]] = {}
    for key, story in stories.items():
        told.setdefault(story, []).append(key)
    joined = {
        frozenset(pair)
        for keys in told.values()
        for pair in combinations(keys, 2)
        if entries[pair[0]].post.channel != entries[pair[1]].post.channel
    }
    unknown = {pair for pair in joined if pair not in same and pair not in open_pairs}
    read = {pair for pair in unknown if pair in verdicts}
    copies = {pair for pair in same if same_text(*(entries[key] for key in pair))}
    return EventFigure(
        same=len(same),
        joined=len(joined & same.keys()),
        wrong=sorted([*sorted(pair), hard.get(pair, "")] for pair in unknown - read),
        read=sorted([*sorted(pair), verdicts[pair]] for pair in read),
        copies=(len(copies & joined), len(copies)),
        b3=_b_cubed(folder, stories, open_pairs | read),
        languages=_groups(same, joined),
        negatives=_groups({p: kind for p, kind in hard.items() if _apart(p, entries)}, joined),
    )


def _apart(pair: Pair, entries: Mapping[str, Entry]) -> bool:
    """True for posts of two channels: one channel's own texts are joined by other rules."""
    return len({entries[key].post.channel.ref for key in pair}) > 1


def _groups(kinds: Mapping[Pair, str], joined: Iterable[Pair]) -> dict[str, tuple[int, int]]:
    """How many pairs of each kind are joined, and of how many."""
    all_of, some = Counter(kinds.values()), Counter(kinds.get(pair, "") for pair in joined)
    return {kind: (some[kind], count) for kind, count in sorted(all_of.items())}


def _b_cubed(
    folder: Path, stories: Mapping[str, str], open_pairs: set[Pair]
) -> tuple[float, float]:
    """Mean precision and recall of the story of each telling of a counted event."""
    events = [
        (row["event_id"], row["key"])
        for row in _table(folder / "events.tsv")
        if row["counted"] == "yes" and row["role"] in {"first", "retelling"}
    ]
    precisions, recalls = [], []
    for event, key in events:
        gold = {other for name, other in events if name == event}
        story = {
            other
            for other, name in stories.items()
            if name == stories[key] and frozenset((key, other)) not in open_pairs
        }
        precisions.append(len(story & gold) / len(story))
        recalls.append(len(story & gold) / len(gold))
    return sum(precisions) / len(events), sum(recalls) / len(events)


def print_events(found: EventFigure) -> None:
    """The table of merges, as the goals are stated."""
    print(f"one event in other words: {found.same} pairs among {found.posts} posts")
    print(f"precision {found.precision:.4f} (goal {EVENT_PRECISION}), "
          f"recall {found.recall:.4f} (goal {EVENT_RECALL}); "
          f"whole events (B³) {found.b3[0]:.3f} and {found.b3[1]:.3f}")  # fmt: skip
    print(f"follow-ups and round-ups merged {found.later_merged:.4f} (goal {LATER_MERGED}); "
          f"joining a post took {found.cpu_ms} ms of CPU")  # fmt: skip
    rows = {"copies": found.copies, **found.languages, **found.negatives}
    for name, (joined, count) in rows.items():
        print(f"  {name:32}{joined:5} of {count}")
    print("  " + ", ".join(f"{reason} {count}" for reason, count in sorted(found.reasons.items())))
    for one, two, kind in found.wrong:
        print(f"wrong: {one} | {two} {kind}")
    for one, two, verdict in found.read:
        print(f"read, {verdict}: {one} | {two}")

"""Whether one event told in several channels' own words becomes one story, on labelled posts.

Real posts stand beside the project, with their labels. All of them go through the store in the
order of their dates, as in the product. A pair of channels that ends in one story and tells no one
event is wrong, labelled or not; pairs labelled ambiguous count neither way. What the labels do not
know and was read since stands by key in ``tests/digest/story_joins_read.tsv``, and is counted
apart.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from csv import DictReader
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape
from itertools import combinations
from pathlib import Path
from time import process_time

from bench.stories_judge import JudgeRequests
from bench.stories_unseen import Labels, UnseenFigure, unseen
from bot.collect.text.links import links_in_text, make_link, unique
from bot.digest.cluster import same_text
from bot.extract import extractive
from bot.extract.told_before import Candidate, Judge, told_before
from bot.model import Channel, Entry, Post
from bot.publish.worker import join_story
from bot.store import Store

EVENT_PRECISION, EVENT_RECALL, LATER_MERGED = 0.97, 0.30, 0.02
"""The goals without a model: of pairs, and of follow-ups and round-ups that were merged."""

GROUP_PRECISION, GROUP_RECALL = 0.85, 0.60
"""The goals of pairs that end in one item, merged or shown together."""

JUDGED_RECALL = 0.85
"""The goal for pairs with a model's answers."""

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
    grouped: tuple[int, int] = (0, 0)
    candidates: tuple[int, int] = (0, 0)
    shown: int = 0
    asked: int = 0
    posts: int = 0
    cpu_ms: float = 0.0
    unseen: UnseenFigure | None = None

    @property
    def precision(self) -> float:
        """Share of the joined pairs that tell one event."""
        return self.joined / max(self.joined + len(self.wrong), 1)

    @property
    def recall(self) -> float:
        """Share of the pairs of one event that are joined."""
        return self.joined / max(self.same, 1)

    @property
    def groups(self) -> tuple[float, float]:
        """Precision and recall of pairs that end in one item: merged, or shown together."""
        right, wrong = self.grouped
        return right / max(right + wrong, 1), right / max(self.same, 1)

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


async def measure_events(
    store: Store,
    folder: Path,
    read: Path,
    requests: JudgeRequests | None = None,
    judge: Judge | None = None,
) -> EventFigure:
    """Stream all posts of ``folder`` through the store and compare with its labels.

    ``requests`` notes what a judge would be asked, ``judge`` is asked.
    """
    entries = {entry.key: entry for entry in map(_entry, _rows(folder))}
    if judge:  # it is asked about what a model has read
        entries = {k: each.model_copy(update={"engine": "llm"}) for k, each in entries.items()}
    for stream in (store.post_stream, store.entry_stream):
        await stream.ready()
    spent, found_before = 0.0, dict[str, Sequence[Candidate]]()
    for entry in sorted(entries.values(), key=lambda e: (e.post.published_at, e.key)):
        await store.posts.ingest(entry.post)
        for item in await store.post_stream.read("bench", 1):
            await store.entries.commit(entry, item)
        for item in await store.entry_stream.read("bench", 1):
            candidates = await told_before(store, entry, await store.now(), keep=False)
            found_before[entry.key] = candidates
            if requests:
                await requests.see(store, entry, candidates)
            began = process_time()
            await join_story(store, item, judge=judge)
            spent += process_time() - began
    stories = await store.stories.of(list(entries))
    found = _compare(folder, stories, entries, _verdicts(read))
    why = await store.stories.reasons(list(entries))
    _compare_candidates(found, folder, stories, found_before, entries)
    ties = await store.stories.ties(list(entries))
    items = {key: each.root or stories[key] for key, each in zip(entries, ties, strict=True)}
    found.grouped = _compare_items(folder, items, entries, _verdicts(read))
    found.unseen = _unseen(folder, entries, found_before, _verdicts(read))
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


def _compare_candidates(
    figure: EventFigure,
    folder: Path,
    stories: Mapping[str, str],
    candidates: Mapping[str, Sequence[Candidate]],
    entries: Mapping[str, Entry],
) -> None:
    """What a judge is shown of earlier tellings."""
    order = {key: n for n, key in enumerate(candidates)}
    members: dict[str, set[str]] = {}
    for key, story in stories.items():
        members.setdefault(story, set()).add(key)
    hits = tellings = 0
    for keys in _tellings(folder).values():
        for key in keys:
            before = {
                other
                for other in keys
                if order[other] < order[key] and _apart(frozenset((key, other)), entries)
            }
            seen = {m for each in candidates[key] for m in members.get(stories[each.key], ())}
            tellings, hits = tellings + bool(before), hits + bool(before & seen)
    figure.candidates = hits, tellings
    figure.shown = sum(map(len, candidates.values()))
    figure.asked = sum(map(bool, candidates.values()))


def _compare_items(
    folder: Path,
    items: Mapping[str, str],
    entries: Mapping[str, Entry],
    verdicts: Mapping[Pair, str],
) -> tuple[int, int]:
    """Pairs that are shown in one item, merged or grouped, rightly and wrongly."""
    same = {_pair(row) for row in _table(folder / "same_pairs.tsv")}
    neutral = {_pair(row) for row in _table(folder / "ambiguous.tsv")} | verdicts.keys()
    shown: dict[str, list[str]] = {}
    for key, item in items.items():
        shown.setdefault(item, []).append(key)
    found = {frozenset(pair) for keys in shown.values() for pair in combinations(keys, 2)}
    pairs = {pair for pair in found if _apart(pair, entries)}
    return len(pairs & same), len(pairs - same - neutral)


def _unseen(
    folder: Path,
    entries: Mapping[str, Entry],
    candidates: Mapping[str, Sequence[Candidate]],
    verdicts: Mapping[Pair, str],
) -> UnseenFigure:
    """The figures of channels on which no limit was chosen."""
    same = {_pair(row) for row in _table(folder / "same_pairs.tsv")}
    neutral = {_pair(row) for row in _table(folder / "ambiguous.tsv")} | verdicts.keys()
    channels = {key: entry.post.channel.ref for key, entry in entries.items()}
    goals = EVENT_PRECISION, GROUP_PRECISION
    return unseen(candidates, Labels(same, neutral - same, channels), goals)


def _tellings(folder: Path) -> dict[str, list[str]]:
    """Keys of the tellings of each counted event."""
    told: dict[str, list[str]] = {}
    for row in _table(folder / "events.tsv"):
        if row["counted"] == "yes" and row["role"] in {"first", "retelling"}:
            told.setdefault(row["event_id"], []).append(row["key"])
    return told


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
    events = [(event, key) for event, keys in _tellings(folder).items() for key in keys]
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


def print_events(found: EventFigure, judged: EventFigure | None = None) -> None:
    """The table of merges as the goals are stated, with a judge's answers where they were read."""
    print(f"one event in other words: {found.same} pairs among {found.posts} posts")
    print(f"  {'':32}{'by rules':>12}{'with a judge':>16}")
    for name, cell in _CELLS.items():
        answered = cell(judged) if judged else "not measured"
        print(f"  {name:32}{cell(found):>12}{answered:>16}")
    rows = {"copies": found.copies, **found.languages, **found.negatives}
    others = {"copies": judged.copies, **judged.languages, **judged.negatives} if judged else {}
    for name, (joined, count) in rows.items():
        with_judge = others[name][0] if judged else ""
        print(f"  {name:32}{joined:5} of {count:3}{with_judge:>16}")
    precision, recall = found.groups
    print(f"merges and groups: precision {precision:.4f} (goal {GROUP_PRECISION}), "
          f"recall {recall:.4f} (goal {GROUP_RECALL})")  # fmt: skip
    if found.unseen:
        rows_of = zip(("merges", "merges and groups"), found.unseen, strict=True)
        told = "; ".join(f"{name} {right:.4f}, {of:.4f}" for name, (right, of) in rows_of)
        print(f"precision and recall of channels on which no limit was chosen: {told}")
    hits, tellings = found.candidates
    print(f"an earlier telling among the candidates: {hits} of {tellings}; "
          f"{found.asked} posts have candidates, {found.shown} in all")  # fmt: skip
    print(f"joining a post took {found.cpu_ms} ms of CPU")
    for figure in (found, judged) if judged else (found,):
        reasons = (f"{reason} {count}" for reason, count in sorted(figure.reasons.items()))
        print("  " + ", ".join(reasons))
        for one, two, kind in figure.wrong:
            print(f"wrong: {one} | {two} {kind}")
        for one, two, verdict in figure.read:
            print(f"read, {verdict}: {one} | {two}")


_CELLS: Mapping[str, Callable[[EventFigure], str]] = {
    f"precision (goal {EVENT_PRECISION})": lambda figure: f"{figure.precision:.4f}",
    f"recall (goal {EVENT_RECALL}, {JUDGED_RECALL} judged)": lambda f: f"{f.recall:.4f}",
    "whole events (B³), precision": lambda figure: f"{figure.b3[0]:.3f}",
    "whole events (B³), recall": lambda figure: f"{figure.b3[1]:.3f}",
    f"follow-ups, round-ups (goal {LATER_MERGED})": lambda f: f"{f.later_merged:.4f}",
}

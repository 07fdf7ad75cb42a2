"""Which story a post is put into: joined, shown under another, a follow-up, or a new one. Pure.

Rules of names decide where nobody was asked. Where a model was shown an earlier post, what it said
of that post holds instead, and it can only say it of posts that it was shown.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple, Protocol, TypeVar

from bot.digest.event_names import Telling, tell
from bot.digest.same_event import CERTAIN, LIKELY, Tie
from bot.model import Entry, Post, Verdict

JUDGED, GROUPED = "judged", "grouped"
"""What the reason begins with where a model said that two posts tell one event, and where rules
only found it likely."""

MOST_ITEMS = 40
"""Links and products of a round-up by which the stories that it lists are found."""

_OF_RULES = ("names:", "link:", JUDGED)
_SAME_WORDS = 0.25  # of the shorter: fewer in common after an edit, and it is another post
_FEW_WORDS = 4
_FOLLOWED = timedelta(days=30)
_NO_ITEM = frozenset({"post", "paper"})


class _Candidate(Protocol):
    """An earlier post, its story, and what ties the new one to it."""

    @property
    def key(self) -> str: ...
    @property
    def story(self) -> str: ...
    @property
    def tie(self) -> Tie: ...


_C = TypeVar("_C", bound=_Candidate)


class Placing(NamedTuple):
    """The story that a post joins, and those with which it is shown; each with the reason.

    Two stories that were shown apart become one item with the post that is near both. ``follows``
    is the key of a post whose story this one develops further. All are empty for a story of its
    own.
    """

    join: str = ""
    why: str = ""
    group: tuple[str, ...] = ()
    why_group: str = ""
    follows: str = ""


def place(
    candidates: Sequence[_Candidate], verdict: Verdict | None, stories: Mapping[str, str]
) -> Placing:
    """Where the likeliest of these, or what a model said of those it was shown, puts a post.

    ``candidates`` come with the likeliest first; ``stories`` are those of the posts that the
    verdict names, by their keys. What it names without having been shown it counts for nothing.
    """
    shown = frozenset(verdict.shown) if verdict else frozenset[str]()
    same = stories.get(verdict.same, "") if verdict and verdict.same in shown else ""
    if same:
        return Placing(join=same, why=JUDGED)
    follows = verdict.follows if verdict and verdict.follows in shown & stories.keys() else ""
    left = [each for each in candidates if each.key not in shown]
    placing = Placing(follows=follows)
    if left and left[0].tie.score >= CERTAIN:
        placing = placing._replace(join=left[0].story, why=left[0].tie.reason)
    likely = [each for each in left if each.tie.together >= LIKELY and each.story != placing.join]
    if not likely:
        return placing
    best = max(likely, key=lambda each: each.tie.together)
    group = dict.fromkeys(each.story for each in (best, *likely))
    return placing._replace(group=tuple(group), why_group=f"{GROUPED}:{best.tie.reason}")


def unjudged(candidates: Sequence[_C], verdict: Verdict | None, story: str = "") -> tuple[_C, ...]:
    """Candidates that no model was shown, those aside that are in the post's story already."""
    shown = frozenset(verdict.shown) if verdict else frozenset[str]()
    return tuple(each for each in candidates if each.key not in shown and each.story != story)


def both_verdicts(first: Verdict | None, second: Verdict | None) -> Verdict | None:
    """What was said in two calls; the first that knew the same event holds."""
    if first is None or second is None:
        return first or second
    return Verdict(
        shown=(*first.shown, *second.shown),
        same=first.same or second.same,
        follows=first.follows or second.follows,
    )


def is_of_rules(why: str) -> bool:
    """True for a reason that another text or another verdict may take away."""
    return why.startswith(_OF_RULES)


def is_refuted(verdict: Verdict | None, others: Sequence[str]) -> bool:
    """True where a model was shown posts of a story and says that this post is not of it."""
    if verdict is None or verdict.same in others:
        return False
    return not frozenset(others).isdisjoint(verdict.shown)


def became_other(old: Telling, new: Telling | None) -> bool:
    """True where an edit made another event of a post: another product, or hardly a word left.

    A typo, a correction or an addition at the end does not.
    """
    if new is None:
        return True
    if old.subjects and new.subjects and not set(old.subjects) & set(new.subjects):
        return True
    fewer = min(len(old.words), len(new.words))
    kept = len(old.words & new.words) >= _SAME_WORDS * fewer
    return fewer >= _FEW_WORDS and not kept and not old.head & new.head


def posts_referred_to(post: Post) -> tuple[str, ...]:
    """Keys of earlier posts of its channel: one it replies to, and the only one it links to."""
    channel = post.channel
    numbers = [post.reply_to] if post.reply_to else []
    names = {f"/{channel.handle}/".casefold()} if channel.handle else set[str]()
    names.add(f"/c/{channel.ref}/".casefold())
    linked = {_number(link.url, names) for link in post.links if link.kind == "post"} - {0}
    numbers += [*linked] if len(linked) == 1 else []
    own = {post.message_id, *post.album}
    return tuple(f"{channel.ref}/{n}" for n in dict.fromkeys(numbers) if n and n not in own)


def follows_on(entry: Entry, earlier: Entry) -> bool:
    """True where a reply or a link of a channel to its earlier post makes it a follow-up."""
    apart = entry.post.published_at - earlier.post.published_at
    if entry.skipped or earlier.skipped or not timedelta() < apart <= _FOLLOWED:
        return False
    return not (is_roundup(entry) or is_roundup(earlier))


def leading(root: str, told: Iterable[tuple[str, bool]]) -> str:
    """Which of the stories that are shown as one leads: the root, as long as it can be shown.

    ``told`` are the stories of the posts, the oldest first, and whether each is worth showing.
    """
    every = list(told)
    shown = [story for story, worth in every if worth] or [story for story, _ in every]
    return root if root in shown or not shown else shown[0]


def is_roundup(entry: Entry) -> bool:
    """True for a post that tells several news, and so belongs to the story of none."""
    telling = tell(entry)
    return entry.analysis.kind == "roundup" or (telling is not None and telling.several)


def items_of(entry: Entry) -> tuple[str, ...]:
    """Links and versioned products that a round-up lists, each a term of a telling."""
    links = [link.url for link in entry.post.links if link.kind not in _NO_ITEM]
    items = [_line(entry, line) for line in entry.post.text.splitlines() if line.strip()]
    products = [name for telling in items if telling for name in telling.subjects]
    return tuple(dict.fromkeys([*links, *products]))[:MOST_ITEMS]


def papers_of_roundup(entry: Entry) -> tuple[str, ...]:
    """Look-ups of the papers that a round-up lists."""
    papers = (paper.id for paper in entry.analysis.papers if paper.id and paper.role == "main")
    return tuple(dict.fromkeys(f"paper:{paper}" for paper in papers))[:MOST_ITEMS]


def is_listed(telling: Telling, item: str) -> bool:
    """True where a telling is about a link or a product, and about nothing besides."""
    return not telling.several and (item in telling.links or item in telling.subjects)


def _line(entry: Entry, line: str) -> Telling | None:
    """What a line names, as if it were a post."""
    return tell(entry.model_copy(update={"post": entry.post.model_copy(update={"text": line})}))


def _number(url: str, names: set[str]) -> int:
    """The number of a post of the channel with one of these names in its address; else 0."""
    path = url.casefold().partition("t.me")[2].partition("?")[0]
    name, _, number = path.rpartition("/")
    return int(number) if f"{name}/" in names and number.isdecimal() else 0

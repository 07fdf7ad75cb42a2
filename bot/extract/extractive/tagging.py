"""Topics of a post by the aliases in it, weighed by how rare they are in posts at large."""

import math
import tomllib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cache

from bot.taxonomy import Evidence
from bot.taxonomy.topics import Kind, Topic, prompts_dir

# Weights were tried on random halves of 126 labelled posts: the optimum is flat, so that finer
# values would only fit the sample.
_STRONG, _CUE = 1.0, 0.3
_IN_TITLE, _EARLY = 2.5, 1.5
_SHARE = 0.45
_ENOUGH = 3.5  # said that often, a topic stands whatever else is said
_NAMED = 0.5  # a review names models that it compares
_FLOOR = 0.6
_RARE = 0.005  # share of posts assumed for a word that is not in the table of common ones
_RARITY = 0.5
_LENGTH = 0.4
_TF = 0.75
_SKILL = 1.5
_SKILL_CUT = 0.6
_MEETING_FLOOR = 2.0  # what a talk is about shows only where it is said clearly
_DECAY = 0.8  # ten words for one topic must not drown two for another
_TALK = 0.35  # a conference named in a review is a venue
_MOST = 3
_OWNED = (
    ("quantization", "inference"),
    ("distillation", "inference"),
    ("image_gen", "multimodal"),
)
_SKILLS = ("image_gen", "speech", "multimodal", "code", "robotics", "nlp", "rag_search", "science")

_OTHER, _COMMUNITY = Topic("other"), Topic("community")
_MEETINGS = ("event", "job", "promo")

_Scores = Mapping[Topic, float]


def topics_of(hits: Sequence[Evidence], title: int, length: int, kind: Kind) -> tuple[Topic, ...]:
    """At most three topics, the main one first; ``other`` alone where nothing speaks for any.

    ``title`` is how many characters of the text count as its heading, of ``length`` in all.
    """
    if kind == "service":
        return (_OTHER,)
    scores = _adjusted(score(hits, title, length), kind)
    meeting = kind in _MEETINGS
    ranked = sorted(scores, key=lambda topic: (-scores[topic], topic))
    if meeting:
        ranked = [topic for topic in ranked if topic != _COMMUNITY]
    top = scores[ranked[0]] if ranked else 0.0
    floor = max(_MEETING_FLOOR if meeting else _FLOOR, min(_SHARE * top, _ENOUGH))
    kept = [_COMMUNITY] * meeting + [topic for topic in ranked if scores[topic] >= floor]
    return tuple(kept[: 2 if meeting else _MOST]) or (_OTHER,)


def score(hits: Sequence[Evidence], title: int, length: int) -> dict[Topic, float]:
    """How much speaks for each topic: rare aliases, said early and again, for the length."""
    by_topic: defaultdict[Topic, list[Evidence]] = defaultdict(list)
    for hit in hits:
        if hit.topic != _OTHER:
            by_topic[hit.topic].append(hit)
    norm = (max(length, 400) / 800) ** _LENGTH
    return {topic: _sum(found, title) / norm for topic, found in by_topic.items()}


def _sum(hits: Sequence[Evidence], title: int) -> float:
    counts = Counter(hit.alias for hit in hits)
    first = {hit.alias: hit for hit in reversed(hits)}
    weights = sorted(
        (
            _weight(hit, title) * (1.0 + _TF * math.log(counts[alias]))
            for alias, hit in first.items()
        ),
        reverse=True,
    )
    return sum(weight * _DECAY**order for order, weight in enumerate(weights))


def _weight(hit: Evidence, title: int) -> float:
    rarity = math.pow(math.log(shares().get(hit.alias, _RARE)) / math.log(_RARE), _RARITY)
    place = _IN_TITLE if hit.start < title else _EARLY if hit.start < title + 250 else 1.0
    return (_STRONG if hit.strong else _CUE) * rarity * place


def _adjusted(scores: _Scores, kind: Kind) -> dict[Topic, float]:
    """The boundary rules of the taxonomy that words alone do not see."""
    found = dict(scores)
    for owner, other in _OWNED:
        if found.get(Topic(owner), 0.0) >= 0.6 * found.get(Topic(other), 0.0) > 0.0:
            found[Topic(other)] *= 0.5
    skill = max((found.get(Topic(slug), 0.0) for slug in _SKILLS), default=0.0)
    if 0.0 < found.get(Topic("models"), 0.0) <= _SKILL * skill:
        found[Topic("models")] *= _SKILL_CUT
    if kind == "paper_review":
        found[Topic("models")] = _NAMED * found.get(Topic("models"), 0.0)
    if kind in ("paper_review", "release", "tutorial", "roundup"):
        found[Topic("community")] = _TALK * found.get(Topic("community"), 0.0)
    return found


@cache
def shares() -> dict[str, float]:
    """Share of posts, 0 to 1, in which an alias or a cue stands; rare ones are left out.

    Without the file every word counts as rare.
    """
    path = prompts_dir() / "frequencies.toml"
    if not path.is_file():
        return {}
    with path.open("rb") as file:
        return {str(alias): float(share) for alias, share in tomllib.load(file)["share"].items()}

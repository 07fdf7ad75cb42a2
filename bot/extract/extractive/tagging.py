"""Topics of a post by the aliases in it, weighed by how rare they are in posts at large."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cache

from bot.prompt_files import PromptFileError, prompt_file, read_toml
from bot.taxonomy import Evidence
from bot.taxonomy.topics import OTHER, Kind, Topic, taxonomy

# Weights were tried on random halves of 126 labelled posts: the optimum is flat, so that finer
# values would only fit the sample.
_STRONG, _CUE = 1.0, 0.3
_IN_TITLE, _EARLY = 2.5, 1.5
_SHARE = 0.45
_ENOUGH = 3.5  # said that often, a topic stands whatever else is said
_NAMED = 0.5  # a review names models that it compares
_FLOOR = 0.9
_RARE = 0.005  # share of posts assumed for a word that is not in the table of common ones
_RARITY = 0.5
_LENGTH = 0.4
_TF = 0.75
_SKILL = 1.5
_SKILL_CUT = 0.6
_MEETING_FLOOR = 2.0  # what a talk is about shows only where it is said clearly
_DECAY = 0.8  # ten words for one topic must not drown two for another
_TALK = 0.35  # a conference named in a review is a venue
_MOST = 2
_OTHER = Topic(OTHER)
_RULES = taxonomy().rules
_BROAD = frozenset(_RULES.broad)
_MEETINGS = ("event", "job", "promo")
_NO_MEETINGS = ("paper_review", "release", "tutorial", "roundup")

_Scores = Mapping[Topic, float]


def topics_of(
    hits: Sequence[Evidence], title: int, length: int, kind: Kind, *, signed: bool = True
) -> tuple[Topic, ...]:
    """At most two topics, the main one first; ``other`` alone where nothing speaks for any.

    ``title`` is how many characters of the text count as its heading, of ``length`` in all; it is
    ``signed`` where a word shows that it is about the field at all.
    """
    meeting = kind in _MEETINGS
    narrow = any(hit.topic not in _BROAD for hit in hits)
    if kind == "service" or not (signed or narrow or meeting):
        return (_OTHER,)
    scores = _adjusted(score(hits, title, length), kind)
    gathered = [Topic(_RULES.meetings)] if meeting and _RULES.meetings else []
    ranked = sorted(scores, key=lambda topic: (-scores[topic], topic))
    ranked = [topic for topic in ranked if topic not in gathered]
    top = scores[ranked[0]] if ranked else 0.0
    floor = max(_MEETING_FLOOR if meeting else _FLOOR, min(_SHARE * top, _ENOUGH))
    kept = gathered + [topic for topic in ranked if scores[topic] >= floor]
    return tuple(kept[:_MOST]) or (_OTHER,)


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
    for owner, other in _RULES.instead:
        if found.get(Topic(owner), 0.0) >= 0.6 * found.get(Topic(other), 0.0) > 0.0:
            found[Topic(other)] *= 0.5
    skill = max((found.get(Topic(slug), 0.0) for slug in _RULES.skills), default=0.0)
    if (general := _RULES.general) and 0.0 < found.get(Topic(general), 0.0) <= _SKILL * skill:
        found[Topic(general)] *= _SKILL_CUT
    if general and kind == "paper_review":
        found[Topic(general)] = _NAMED * found.get(Topic(general), 0.0)
    if (meetings := _RULES.meetings) and kind in _NO_MEETINGS:
        found[Topic(meetings)] = _TALK * found.get(Topic(meetings), 0.0)
    return found


@cache
def shares() -> dict[str, float]:
    """Share of posts, 0 to 1, in which an alias or a cue stands; rare ones are left out.

    They are measured for the aliases of one ``topics.toml`` and go with it: without a file beside
    that every word counts as rare.
    """
    path = prompt_file("topics.toml").with_name("frequencies.toml")
    if not path.is_file():
        return {}
    try:
        return {str(alias): float(share) for alias, share in read_toml(path)["share"].items()}
    except (KeyError, AttributeError, TypeError, ValueError):
        raise PromptFileError(f"{path}: share: must be a table of numbers") from None

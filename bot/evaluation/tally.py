"""Counts of what is right and wrong in one analysis of a labelled post."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set

from rapidfuzz import fuzz

from bot.evaluation.labelled import Case, Fact, LabelledWork
from bot.extract.checks.numbers import foreign, numbers
from bot.model import Analysis, Card, Post
from bot.text import normalise, stem, utf16_len, words

Tally = Counter[str]

TITLE, TLDR, BULLET = 70, 350, 240
_LIKE = 88.0
_PREFIX = 12
_ADDRESS = re.compile(
    r"https?://[^\s)»]+|www\.[^\s)»]+|(?<!\w)@\w{3,}|\b[\w-]+\.(?:com|ru|org|io|net|me)/[^\s)»]*",
    re.IGNORECASE,
)


def tally(case: Case, analysis: Analysis) -> Tally:
    """Counts of what is right and wrong in one analysis."""
    counts: Tally = Counter(posts=1)
    counts.update(_topics(case, analysis))
    counts.update(_verdicts(case, analysis))
    counts.update(_links(case, analysis))
    counts.update(_titles(case, analysis))
    card = next(iter(analysis.cards.values()))
    language = next(iter(analysis.cards))
    counts.update(_card(case, card, [paper.gist(language) for paper in analysis.papers]))
    counts.update(told=len(card.title) + len(card.tldr), source=len(case.post.text))
    if case.label.ref_title:
        counts.update(titled=1, headline=round(1000 * _rouge(card.title, case.label.ref_title)))
    return counts


def _rouge(told: str, wanted: str) -> float:
    """ROUGE-1 F over stems (Lin, 2004)."""
    one, two = (Counter(stem(word) for word in words(text)) for text in (told, wanted))
    return 2 * (one & two).total() / max(one.total() + two.total(), 1)


def _topics(case: Case, analysis: Analysis) -> Iterator[str]:
    gold, found = set(case.label.topics), set(analysis.topics)
    accepted = set(case.label.topics_ok)
    for topic in gold & found:
        yield from ("topic:tp", f"topic:tp:{topic}")
    for topic in found - gold:
        yield from ("topic:fp", f"topic:fp:{topic}")
        if topic not in accepted:
            yield "topic:fp-lenient"
    for topic in gold - found:
        yield from ("topic:fn", f"topic:fn:{topic}")
    if analysis.topics[0] == case.label.topics[0]:
        yield "primary"
    if analysis.topics[0] in gold:
        yield "primary-in"


def _verdicts(case: Case, analysis: Analysis) -> Iterator[str]:
    label = case.label
    if analysis.kind == label.kind:
        yield "kind"
    if analysis.kind in (label.kind, *label.kind_alt):
        yield "kind-lenient"
    if (analysis.importance != "skip") == label.digest_worthy:
        yield "skip"


def _links(case: Case, analysis: Analysis) -> Iterator[str]:
    yield from _compare("url", case.urls, {link.url for link in case.post.links})
    gold = {f"arxiv:{work.arxiv_id}" for work in case.label.papers if work.arxiv_id}
    found = {paper.id for paper in analysis.papers if (paper.id or "").startswith("arxiv:")}
    yield from _compare("arxiv", gold, {paper for paper in found if paper})


def _compare(name: str, gold: Set[str], found: set[str]) -> Iterator[str]:
    yield from [f"{name}:tp"] * len(gold & found)
    yield from [f"{name}:fp"] * len(found - gold)
    yield from [f"{name}:fn"] * len(gold - found)


def _titles(case: Case, analysis: Analysis) -> Iterator[str]:
    """Titles found among the labelled works; works without a title cannot be found by one."""
    titled = [work for work in case.label.papers if work.title]
    titles = [paper.title for paper in analysis.papers if paper.title]
    for title in titles:
        yield "title:tp" if any(_same(work, title) for work in titled) else "title:fp"
    for work in titled:
        if not work.optional:
            yield "title:found" if any(_same(work, title) for title in titles) else "title:fn"


def _same(work: LabelledWork, title: str) -> bool:
    told = normalise(title)
    return any(
        _alike(normalise(name), told) for name in (work.title or "", *work.title_alt) if name
    )


def _alike(name: str, told: str) -> bool:
    prefix = min(len(name), len(told)) >= _PREFIX and (
        name.startswith(told) or told.startswith(name)
    )
    return prefix or fuzz.ratio(name, told) >= _LIKE


def _card(case: Case, card: Card, gists: Sequence[str]) -> Iterator[str]:
    """``gists`` are what is said of works under the card."""
    short = f"{card.title}\n{card.tldr}"
    whole = "\n".join((short, *card.bullets, *gists))
    for fact in case.label.must_mention_spec:
        yield "must"
        yield from ["must-tldr"] * _tells(fact, short) + ["must-card"] * _tells(fact, whole)
    if any(_tells(fact, whole) for fact in case.label.must_not_spec):
        yield "must-not"
    if foreign(whole, numbers(_source(case.post))):
        yield "foreign-number"
    if any(found[0] not in case.post.text for found in _ADDRESS.finditer(whole)):
        yield "foreign-url"
    if _fits(card):
        yield "fits"


def _tells(fact: Fact, text: str) -> bool:
    return any(re.search(pattern, text, re.IGNORECASE) for pattern in fact.match)


def _source(post: Post) -> str:
    preview = (post.preview.title, post.preview.description) if post.preview else ()
    return "\n".join((post.text, *(link.anchor for link in post.links), *preview))


def _fits(card: Card) -> bool:
    return (
        0 < utf16_len(card.title) <= TITLE
        and utf16_len(card.tldr) <= TLDR
        and all(utf16_len(bullet) <= BULLET for bullet in card.bullets)
    )

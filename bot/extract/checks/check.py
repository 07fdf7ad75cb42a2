"""A filled form against its post: what the post does not say is taken out and counted. Pure.

The only way from a model's answer to an ``Analysis``. Links go by number, quotes and numbers
must stand in the post, text is plain; what the model could mend is quoted for one repair turn.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from bot.extract.checks.cards import check_card
from bot.extract.checks.copied_form import Instructions, instructions
from bot.extract.checks.event import check_event, check_verdict
from bot.extract.checks.prompt_injection import is_injection
from bot.extract.checks.quotes import PostText
from bot.extract.checks.sanitize import MENTION, URL, sanitize
from bot.extract.forms.forms import PaperRef, PostForm
from bot.model import SKIPPED_KINDS, Analysis, Card, Importance, Language, Paper, Post
from bot.taxonomy.topics import Topic
from bot.text import normalise, shorten

BAD_LINK, NOT_VERBATIM, BAD_ENTITY, BAD_TOPIC = "bad_link", "not_verbatim", "entity", "topics"
ORDERED, MISSING_CARD = "ordered_importance", "missing_card"

_TOPICS, _ENTITIES, _KEYWORDS, _PAPERS = 4, 8, 8, 12
_NAME_LIMIT, _KEYWORD_LIMIT, _TITLE_LIMIT = 80, 40, 200
_OTHER, _SERVICE = "other", "service"
_MEDIOCRE: tuple[Importance, ...] = ("skip", "low", "normal")


class Fault(NamedTuple):
    """What the model could mend: a field of the form and what is wrong there."""

    field: str
    says: str


class Checked(NamedTuple):
    """An analysis safe to show (None where no card survived) and what was wrong with the form."""

    analysis: Analysis | None
    offences: Counter[str]
    needs_repair: list[Fault]


def check(
    form: PostForm,
    post: Post,
    languages: Sequence[Language],
    told: Instructions | None = None,
    shown: Sequence[str] = (),
) -> Checked:
    """Check every field against the post; never raises for content.

    ``told`` is what the model was told: no card repeats that. None is the forms alone.
    ``shown`` are keys of the earlier posts that it was shown, in their order.
    """
    source, counts, faults = PostText(post), Counter[str](), list[Fault]()
    cards = _cards(form, source, languages, told or instructions(), counts, faults)
    papers = _papers(form, post, source, counts)
    proven = _evidence(form, source, counts)
    if not cards:
        return Checked(None, +counts, faults)
    keywords = _keywords(form.keywords, source, counts)
    entities = _entities(form.entities, source, counts)
    ordered = form.instructions_in_post or is_injection(source.raw)
    obeyed = ordered or bool(counts[URL] + counts[MENTION])
    analysis = Analysis(
        language=form.language,
        kind=form.kind,
        topics=_topics(form, counts),
        papers=papers,
        cards=cards,
        keywords=keywords,
        entities=entities,
        importance=_importance(form, obeyed, proven and not faults, counts),
        confidence="low" if faults else _confidence(form),
        instructions_in_post=ordered,
        event=check_event(form.event, form.kind, source),
        verdict=check_verdict(form.same_as, form.follows, shown),
    )
    return Checked(analysis, +counts, faults)


def _cards(
    form: PostForm,
    source: PostText,
    languages: Sequence[Language],
    told: Instructions,
    counts: Counter[str],
    faults: list[Fault],
) -> dict[Language, Card]:
    cards: dict[Language, Card] = {}
    for language in languages:
        given = form.card(language)
        wrong: list[str] = []
        if given is None:
            counts[MISSING_CARD] += 1
            wrong.append(f"the card {language!r} is missing")
        elif card := check_card(given, language, source, told, counts, wrong):
            cards[language] = card
        faults += [Fault(language, each) for each in wrong]
    return cards


def _papers(
    form: PostForm, post: Post, source: PostText, counts: Counter[str]
) -> tuple[Paper, ...]:
    """Works of the post, reviewed ones first; a linked paper that the form forgot is added."""
    refs = sorted(form.papers, key=lambda ref: ref.role != "main")
    found = [_paper(ref, post, source, counts) for ref in refs]
    for use in form.links:
        if not 1 <= use.link <= len(post.links):
            counts[BAD_LINK] += 1
        elif use.target == "paper" and (link := post.links[use.link - 1]).paper:
            found.append(Paper(id=link.paper, url=link.url, role="cited"))
    return tuple(_unlike(paper for paper in found if paper))[:_PAPERS]


def _paper(ref: PaperRef, post: Post, source: PostText, counts: Counter[str]) -> Paper | None:
    link = None
    if ref.link is not None:
        if 1 <= ref.link <= len(post.links):
            link = post.links[ref.link - 1]
        else:
            counts[BAD_LINK] += 1
    title = ref.title if ref.title and source.quotes(ref.title) else None
    counts[NOT_VERBATIM] += (ref.title is not None and title is None) + (
        not source.quotes(ref.quote)
    )
    shown = shorten(sanitize(title or "", source.text), _TITLE_LIMIT)
    if link is None and not shown:
        return None
    return Paper(
        id=link.paper if link else None,
        title=shown or None,
        url=link.url if link else None,
        role=ref.role,
    )


def _unlike(papers: Iterable[Paper]) -> list[Paper]:
    """Each work once, by its address or its title."""
    seen: set[str] = set()
    kept = []
    for paper in papers:
        names = {name for name in (paper.id, paper.url, normalise(paper.title or "")) if name}
        if not names & seen:
            kept.append(paper)
        seen |= names
    return kept


def _evidence(form: PostForm, source: PostText, counts: Counter[str]) -> bool:
    """True where a number or a work of the form is quoted as it stands in the post."""
    good = [fact for fact in form.numbers if source.quotes(fact.quote)]
    counts[NOT_VERBATIM] += len(form.numbers) - len(good)
    return bool(good) or any(source.quotes(ref.quote) for ref in form.papers)


def _topics(form: PostForm, counts: Counter[str]) -> tuple[Topic, ...]:
    """Primary first, each once; ``other`` only alone, and alone for service messages."""
    given = [form.primary_topic, *form.secondary_topics]
    if form.kind == _SERVICE:
        return (Topic(_OTHER),)
    kept = [topic for topic in dict.fromkeys(given) if topic != _OTHER][:_TOPICS]
    counts[BAD_TOPIC] += len(given) - len(kept) if kept else len(given) - 1
    return tuple(kept) or (Topic(_OTHER),)


def _entities(names: Sequence[str], source: PostText, counts: Counter[str]) -> tuple[str, ...]:
    shown = [sanitize(name, source.text, counts) for name in names]
    known = [name for name in shown if _is_name(name) and source.names(name)]
    counts[BAD_ENTITY] += len(names) - len(known)
    return tuple({normalise(name): name for name in known}.values())[:_ENTITIES]


def _is_name(text: str) -> bool:
    return len(text) <= _NAME_LIMIT and any(map(str.isalpha, text))


def _keywords(words: Sequence[str], source: PostText, counts: Counter[str]) -> tuple[str, ...]:
    shown = (normalise(sanitize(word, source.text, counts)) for word in words)
    return tuple(dict.fromkeys(word for word in shown if 1 < len(word) <= _KEYWORD_LIMIT))[
        :_KEYWORDS
    ]


def _importance(form: PostForm, obeyed: bool, proven: bool, counts: Counter[str]) -> Importance:
    """What the form says, unless the post asked for it or nothing in the post bears it out.

    A form with addresses or names to ping in its text has broken our rules for someone else's.
    """
    if form.kind in SKIPPED_KINDS:
        return _at_most("low", form.importance)
    if obeyed and form.importance not in _MEDIOCRE:
        counts[ORDERED] += 1
        return "normal"
    sure = proven and form.confidence == "high" and form.completeness == "full"
    return form.importance if sure else _at_most("high", form.importance)


def _at_most(most: Importance, given: Importance) -> Importance:
    scale: tuple[Importance, ...] = ("skip", "low", "normal", "high", "must_read")
    return min(most, given, key=scale.index)


def _confidence(form: PostForm) -> Literal["low", "medium", "high"]:
    if form.completeness != "full" and form.confidence == "high":
        return "medium"
    return form.confidence

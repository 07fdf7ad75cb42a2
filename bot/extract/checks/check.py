"""A filled form against its post: what the post does not say is taken out and counted. Pure.

The only way from a model's answer to an ``Analysis``. Links go by number, quotes and numbers
must stand in the post, text is plain; what the model could mend is quoted for one repair turn.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Literal, NamedTuple

from bot.extract.checks.cards import BULLETS, BULLETS_OF_ROUNDUP, check_card, check_gists
from bot.extract.checks.copied_form import Instructions, instructions
from bot.extract.checks.event import check_event, check_verdict
from bot.extract.checks.papers import NOT_VERBATIM, PaperGists, found_papers
from bot.extract.checks.prompt_injection import HINT, ORDER
from bot.extract.checks.quotes import PostText
from bot.extract.checks.sanitize import MENTION, URL
from bot.extract.extractive import analyse, is_marked_advert
from bot.extract.forms.forms import PostForm
from bot.model import SKIPPED_KINDS, Analysis, Card, Importance, Language, Post
from bot.taxonomy import evidence, signs
from bot.taxonomy.topics import Topic
from bot.text import normalise, shorten

BAD_ENTITY, BAD_TOPIC, BAD_KEYWORD = "entity", "topics", "keyword"
ORDERED, DOUBTED, MISSING_CARD = "ordered_importance", "doubted_importance", "missing_card"

_TOPICS, _ENTITIES, _KEYWORDS = 4, 8, 8
_NAME_LIMIT, _KEYWORD_LIMIT = 80, 40
_REASON_LIMIT, _SEVERAL = 160, 2
_OTHER, _SERVICE, _ROUNDUP = "other", "service", "roundup"
_SHORT_POST = 900
_SCALE: tuple[Importance, ...] = ("skip", "low", "normal", "high", "must_read")
_MEDIOCRE = _SCALE[:3]


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
    told = told or instructions()
    cards = _cards(form, source, languages, told, counts, faults)
    gists = _gists(form, source, languages, told, counts, faults)
    papers = found_papers(form, post, source, counts, gists)
    proven = _evidence(form, source, counts)
    if not cards:
        return Checked(None, +counts, faults)
    entities = _entities(form.entities, source, counts)
    ordered = form.instructions_in_post or source.suspicion == ORDER
    obeyed = ordered or bool(counts[URL] + counts[MENTION])
    importance = _importance(form, obeyed, proven and not faults, counts)
    analysis = Analysis(
        language=form.language,
        kind=form.kind,
        topics=_topics(form, counts),
        papers=papers,
        cards=cards,
        keywords=_keywords(form, source, counts),
        entities=entities,
        importance=_seconded(importance, post, source, counts),
        confidence="low" if faults else _confidence(form),
        instructions_in_post=ordered,
        event=check_event(form.event, form.kind, source),
        verdict=check_verdict(form.same_as, form.follows, shown),
        reason=shorten(source.plain(form.kind_reason, counts), _REASON_LIMIT),
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
    most = BULLETS_OF_ROUNDUP if form.kind == _ROUNDUP else BULLETS
    for language in languages:
        given = form.card(language)
        wrong: list[str] = []
        if given is None:
            counts[MISSING_CARD] += 1
            wrong.append(f"the card {language!r} is missing")
        elif card := check_card(given, language, source, told, counts, wrong, most):
            cards[language] = card
        faults += [Fault(language, each) for each in wrong]
    return cards


def _gists(
    form: PostForm,
    source: PostText,
    languages: Sequence[Language],
    told: Instructions,
    counts: Counter[str],
    faults: list[Fault],
) -> PaperGists:
    """What holds of what the form says of its works; of one alone its card tells all."""
    if len(form.papers) < _SEVERAL:
        return {}
    gists: dict[Language, dict[int, str]] = {}
    for language in languages:
        wrong: list[str] = []
        said = {number: ref.gist(language) for number, ref in enumerate(form.papers)}
        gists[language] = check_gists(said, language, source, told, counts, wrong)
        faults += [Fault("papers", each) for each in wrong]
    return gists


def _evidence(form: PostForm, source: PostText, counts: Counter[str]) -> bool:
    """True where the form quotes the post as it stands, its words or the title of a work."""
    good = [quote for quote in form.quotes if source.quotes(quote)]
    counts[NOT_VERBATIM] += len(form.quotes) - len(good)
    return bool(good) or any(source.quotes(ref.title or "") for ref in form.papers)


def _topics(form: PostForm, counts: Counter[str]) -> tuple[Topic, ...]:
    """Primary first, each once; ``other`` only alone, and alone for service messages."""
    given = [form.primary_topic, *form.secondary_topics]
    if form.kind == _SERVICE:
        return (Topic(_OTHER),)
    kept = [topic for topic in dict.fromkeys(given) if topic != _OTHER][:_TOPICS]
    counts[BAD_TOPIC] += len(given) - len(kept) if kept else len(given) - 1
    return tuple(kept) or (Topic(_OTHER),)


def _entities(names: Sequence[str], source: PostText, counts: Counter[str]) -> tuple[str, ...]:
    shown = [source.plain(name, counts) for name in names]
    known = [name for name in shown if _is_name(name) and source.names(name)]
    counts[BAD_ENTITY] += len(names) - len(known)
    return tuple({normalise(name): name for name in known}.values())[:_ENTITIES]


def _is_name(text: str) -> bool:
    return len(text) <= _NAME_LIMIT and any(map(str.isalpha, text))


def _keywords(form: PostForm, source: PostText, counts: Counter[str]) -> tuple[str, ...]:
    """Search terms that the post has in some form, or that name a topic it was found to be of."""
    shown = [normalise(source.plain(word, counts)) for word in form.keywords]
    fits = [word for word in shown if 1 < len(word) <= _KEYWORD_LIMIT]
    topics = {form.primary_topic, *form.secondary_topics} - {_OTHER}
    kept = [
        word
        for word in fits
        if source.has_term(word)
        or any(each.strong and each.topic in topics for each in evidence(word))
    ]
    counts[BAD_KEYWORD] += len(shown) - len(kept)
    return tuple(dict.fromkeys(kept))[:_KEYWORDS]


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


def _seconded(given: Importance, post: Post, source: PostText, counts: Counter[str]) -> Importance:
    """At most what the analyst without a model leaves to it: an advert is never important.

    What is marked as one may wait. One mark of an order is no proof, but one post in a thousand
    has it.
    """
    if is_marked_advert(post):
        return _at_most("low", given)
    if given in _MEDIOCRE:
        return given
    second = analyse(post)
    doubtful = source.suspicion >= HINT or _sells(source.text)
    if doubtful or second.kind in SKIPPED_KINDS:
        most: Importance = "normal"
    else:
        most = "high" if second.importance == "low" else "must_read"
    allowed = _at_most(most, given)
    counts[DOUBTED] += allowed != given
    return allowed


def _sells(text: str) -> bool:
    """True for a text with several wordings of selling, whatever else it is."""
    found = signs(text).wordings
    told = len(found.get("promo", ())) + 2 * bool(found.get("own"))
    return told >= (2 if len(text) < _SHORT_POST else 3)


def _at_most(most: Importance, given: Importance) -> Importance:
    return min(most, given, key=_SCALE.index)


def _confidence(form: PostForm) -> Literal["low", "medium", "high"]:
    if form.completeness != "full" and form.confidence == "high":
        return "medium"
    return form.confidence

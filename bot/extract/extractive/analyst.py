"""A post step by step: lines, works, kind, headline, topics, card."""

import re
from collections import Counter
from collections.abc import Collection, Sequence

from bot.extract.extractive.body import (
    BodyLine,
    has_address,
    hashtags,
    lines_of,
    readable_text,
    text_language,
)
from bot.extract.extractive.furniture import line_key
from bot.extract.extractive.kinds import KindCues, kind_of
from bot.extract.extractive.papers import Works, find_papers, linked_papers, with_gists, works_in
from bot.extract.extractive.quotable import sentences
from bot.extract.extractive.summary import BULLETS, BULLETS_OF_ROUNDUP, extract_card
from bot.extract.extractive.tagging import topics_of
from bot.extract.extractive.titles import (
    extract_headline,
    fit_title,
    name_title,
    names_something,
)
from bot.extract.extractive.works import is_people
from bot.model import Analysis, Card, Importance, Language, Post
from bot.taxonomy import SIGNS, Evidence, Signs, evidence, signs
from bot.taxonomy.topics import OTHER, Kind, Topic, taxonomy
from bot.text import words

_OTHER = Topic(OTHER)
_TITLED = 2
_BEFORE = 24  # characters in which a denial may stand
_FEWEST_KEYWORDS, _TELLING = 3, 7
_SKIPPED = frozenset({"service", "promo", "job", "meme", "personal"})
_NAMES_WORKS = frozenset({"paper_review", "roundup", "tutorial", "opinion", "news"})
_BULLETS = {"roundup": BULLETS_OF_ROUNDUP}
_LISTS = frozenset({"roundup", "event"})  # of many things
_PROPER = re.compile(r"^(?![A-Z]+-[a-z]+$)(?=.*(?:[a-z]|\d))(?=.{4}).*[A-Za-z]{3}")
_WITHOUT = re.compile(r"\b(?:без|without|no)\s+(?:\w+[- ])?$", re.IGNORECASE)
_NAME = re.compile(
    r"(?<!\w)[A-Z][A-Za-z0-9]*(?:[-.][A-Za-z0-9]+)*(?: (?:[A-Z][A-Za-z0-9-]*|\d[\w.]*))*"
)
_MEDIA = {
    "photo": ("Фото", "Photo"),
    "video": ("Видео", "Video"),
    "animation": ("Анимация", "Animation"),
    "audio": ("Аудио", "Audio"),
    "voice": ("Голосовое сообщение", "Voice message"),
    "video_note": ("Видеосообщение", "Video message"),
    "document": ("Файл", "File"),
    "sticker": ("Стикер", "Sticker"),
    "poll": ("Опрос", "Poll"),
    "location": ("Место", "Location"),
}


def analyse(post: Post, furniture: Collection[str] = ()) -> Analysis:
    """Topics, kind, papers and a card of quotes, for any post, in a few milliseconds of CPU.

    ``furniture`` are the keys of lines that the channel puts under its posts.
    """
    lines = _without(furniture, lines_of(post.text, signature=post.channel.title))
    if not lines:
        return _stub(post)
    text = "\n".join(line.text for line in lines)
    language = text_language(text)
    english, tags = language == "en", hashtags(post.text)
    works = works_in(post, lines, english)
    seen = signs(text, tags)
    papers, all_text = len(linked_papers(post)), f"{text}\n{tags}"
    kind = kind_of(KindCues(post, lines, all_text, tags, len(works), papers, seen.wordings))
    named = works if kind in _NAMES_WORKS else {}
    said = sentences(lines)
    title = _linked_title(post) or extract_headline(lines, said)
    hits = _affirmed(seen.evidence, text)
    prose = _prose(lines, works)
    head = "\n".join(line.text for line in lines[:_TITLED])[:200]
    spoken = _card_language(language)
    found = with_gists(find_papers(post, lines, named), lines, named, spoken)
    card = extract_card(lines, said, title, english, _BULLETS.get(kind, BULLETS))
    entities = _entities(prose, english)
    proper = _proper(entities) if kind not in _LISTS else []
    card = card.model_copy(update={"title": name_title(title, text, proper)})
    topics = topics_of(hits, len(head), len(text), kind, signed=_is_signed(post, seen))
    about = bool(entities) or topics != (_OTHER,) or names_something(title)
    return Analysis(
        language=language,
        kind=kind,
        topics=topics,
        papers=found,
        cards={spoken: _told_once(card, [paper.gist(spoken) for paper in found])},
        keywords=_keywords(text, prose, hits),
        entities=entities,
        importance=_importance(kind, post, text, about=about),
        confidence="low",
    )


def _told_once(card: Card, gists: Sequence[str]) -> Card:
    """The card without points that are said of one of its works already."""
    told = [gist.casefold() for gist in gists]
    new = (each for each in card.bullets if not _within(each.rstrip(" .…").casefold(), told))
    return card.model_copy(update={"bullets": tuple(new)})


def _within(point: str, told: Sequence[str]) -> bool:
    return any(point in gist or (gist and gist.rstrip(" .…") in point) for gist in told)


def _prose(lines: Sequence[BodyLine], works: Works) -> str:
    """The text without titles of works and lists of people."""
    told = (line.text for number, line in enumerate(lines) if number not in works)
    return "\n".join(text for text in told if not is_people(text))


def _without(furniture: Collection[str], lines: tuple[BodyLine, ...]) -> tuple[BodyLine, ...]:
    """The lines of a post without its channel's; all where nothing else is there."""
    if not furniture:
        return lines
    return tuple(line for line in lines if line_key(line.text) not in furniture) or lines


def _affirmed(hits: Sequence[Evidence], text: str) -> list[Evidence]:
    """What speaks for topics, but for what the text says it does without."""
    return [
        hit for hit in hits if not _WITHOUT.search(text, max(hit.start - _BEFORE, 0), hit.start)
    ]


def _is_signed(post: Post, seen: Signs) -> bool:
    """True where a word of the post, or the place of a link, shows it to be about the field."""
    return not taxonomy().field.signs or SIGNS in seen.wordings or bool(linked_papers(post))


def _linked_title(post: Post) -> str:
    """The title of the page that a post opens with, where its first line is a bare address."""
    first = next((line for line in post.text.splitlines() if line.strip()), "")
    told = readable_text(post.preview.title) if post.preview and has_address(first) else ""
    return fit_title(told) if told and not readable_text(first) else ""


def _card_language(language: str) -> Language:
    return "ru" if language == "ru" else "en"


def _importance(kind: Kind, post: Post, text: str, *, about: bool) -> Importance:
    """What needs no reading, what may wait, what a digest opens with.

    What is not ``about`` anything by its title, its names or its topic may wait.
    """
    if kind in _SKIPPED:
        return "skip"
    if kind == "event" or not about or (len(text) < 120 and not post.links):
        return "low"
    return "high" if kind == "paper_review" and linked_papers(post) else "normal"


def _keywords(text: str, prose: str, hits: Sequence[Evidence]) -> tuple[str, ...]:
    """Three to eight search words: aliases of topics first, then names that come back."""
    found = Counter(text[hit.start : hit.end].casefold() for hit in hits if hit.strong)
    names = Counter(name.casefold() for name in _NAME.findall(prose) if len(name) > 2)
    ranked = [word for word, _ in found.most_common(5) + names.most_common(8)]
    if len(ranked) < _FEWEST_KEYWORDS:
        ranked += [word for word in words(text[:200]) if len(word) >= _TELLING]
    return tuple(dict.fromkeys(ranked))[:8]


def _entities(prose: str, english: bool) -> tuple[str, ...]:
    """Up to eight names as written: Latin words in Russian text, capitals inside otherwise."""
    names = Counter(
        name for name in _NAME.findall(prose) if len(name) > 1 and (not english or _marked(name))
    )
    return tuple(name for name, _ in names.most_common(8))


def _proper(entities: Sequence[str]) -> list[str]:
    """Names of one thing: no abbreviations, no words of a topic."""
    return [
        name
        for name in (entity.rstrip(".") for entity in entities)
        if _PROPER.search(name) and not any(hit.strong for hit in evidence(name))
    ]


def _marked(name: str) -> bool:
    return any(char.isupper() or char.isdigit() for char in name[1:])


def _stub(post: Post) -> Analysis:
    """What can be said of a post without words: its link's title, its media, its file."""
    russian = text_language(post.channel.title) == "ru"
    title = _stub_title(post, russian)
    kind = Kind("news" if post.links else "meme" if post.media else "service")
    return Analysis(
        language="other",
        kind=kind,
        topics=topics_of(evidence(title), len(title), len(title), kind),
        papers=find_papers(post, (), {}),
        cards={"ru" if russian else "en": Card(title=title, tldr=title)},
        importance="low" if post.links and not post.service else "skip",
        confidence="low",
    )


def _stub_title(post: Post, russian: bool) -> str:
    spoken = [post.preview.title if post.preview else "", *(link.anchor for link in post.links)]
    told = next((text for text in map(readable_text, spoken) if text), "")
    if told:
        return fit_title(told)
    names = [_MEDIA[kind] for kind in dict.fromkeys(post.media) if kind in _MEDIA]
    silent = ("Сообщение без текста", "Message without text")
    return ", ".join(name[0 if russian else 1] for name in names[:3] or [silent])

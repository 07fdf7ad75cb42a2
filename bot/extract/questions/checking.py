"""What of a model's answer may be shown: sentences borne out by the posts they cite. Pure."""

import re
from collections.abc import Iterator, Sequence

from razdel import sentenize

from bot.extract.checks.cards import is_borne_out
from bot.extract.checks.copied_form import Instructions
from bot.extract.checks.quotes import PostText
from bot.extract.forms.forms import AnswerForm
from bot.i18n import language_texts
from bot.languages import LANGUAGES
from bot.model import AnswerSentence, Entry, Language, Post
from bot.text import cyrillic_share, shorten

SENTENCES, SENTENCE_LIMIT = 6, 400
"""Most sentences of an answer, and characters of one."""

_MOST_CITED = 4  # posts that bear out one sentence
_CITATION = re.compile(r"\s*[\[【(]\s?(?:№|#|n)?\s?\d{1,3}(?:\s?[,;–-]\s?\d{1,3})*\s?[\]】)]")
_QUOTED = re.compile(r"[«“\"„]([^«»“”\"„]{4,200})[»”\"“]")
_LEAST_QUOTED = 3  # words; fewer are a name, or doubt
_NAME = re.compile(r"(?<=[\w,;»”)] )[A-ZА-ЯЁ][\w-]+")  # a capital that begins no sentence


def check_answer(
    form: AnswerForm, entries: Sequence[Entry], language: Language, told: Instructions
) -> tuple[AnswerSentence, ...]:
    """Plain sentences in ``language`` whose numbers, names and quotes stand in what they cite."""
    return tuple(_sentences(form, entries, language, told))[:SENTENCES]


def _sentences(
    form: AnswerForm, entries: Sequence[Entry], language: Language, told: Instructions
) -> Iterator[AnswerSentence]:
    said = set[str]()
    for each in form.sentences:
        cited = [n for n in dict.fromkeys(each.posts) if 1 <= n <= len(entries)][:_MOST_CITED]
        if not cited:
            continue
        source = PostText(_evidence([entries[n - 1] for n in cited]))
        plain = source.plain(_CITATION.sub("", each.text))
        borne = [
            part.text
            for part in sentenize(plain)
            if _quotes_hold(part.text, source)
            and _names_hold(part.text, language, source)
            and is_borne_out(part.text, language, source, told)
        ]
        text = shorten(" ".join(borne), SENTENCE_LIMIT)
        if text and text not in said:
            said.add(text)
            yield AnswerSentence(text=text, sources=tuple(cited))


def _evidence(entries: Sequence[Entry]) -> Post:
    """All that the posts say, as if one had said it."""
    links = tuple(link for entry in entries for link in entry.post.links)
    told = "\n".join(part for entry in entries for part in _told(entry))
    return entries[0].post.model_copy(update={"text": told, "links": links})


def _told(entry: Entry) -> Iterator[str]:
    """All that is known of a post: its text, its cards, its channel, its day in words."""
    post = entry.post
    day = post.published_at.date()
    yield from (post.text, post.channel.title, f"@{post.channel.handle or ''}", day.isoformat())
    for language in LANGUAGES:
        yield f"{language_texts(language).messages.words.span(day, day)} {day.year}"
    for card in entry.analysis.cards.values():
        yield from (card.title, card.tldr, *card.bullets)


def _quotes_hold(text: str, source: PostText) -> bool:
    """True where all that stands in quotation marks is a name, or stands in the posts."""
    quoted = (found[1] for found in _QUOTED.finditer(text))
    return all(source.quotes(each) for each in quoted if len(each.split()) >= _LEAST_QUOTED)


def _names_hold(text: str, language: Language, source: PostText) -> bool:
    """True where the posts know all that is named; names of another language are not compared.

    There a name may be translated, or written by ear.
    """
    least, most = language_texts(language).cyrillic
    if not least <= cyrillic_share(source.text) <= most:
        return True
    return all(map(source.has_term, _NAME.findall(text)))

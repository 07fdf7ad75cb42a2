"""Which sentences of a post may be quoted: how good each is beforehand, what it leans on."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.extract.extractive.body import BodyLine
from bot.extract.extractive.sentences import balanced
from bot.extract.extractive.works import is_people, is_work
from bot.text import cyrillic_share, split_sentences

_FIRST = 1.15
_CUE = re.compile(
    r"оказал|показ[аы]|превос|обход|обгон|достиг|удал[ао]с|позволя|предлага|главн|итог|вывод|"
    r"результат|лучш|быстре|дешевл|впервые|вышл|выпуст|представ|суть|иде[яи]|ключев|"
    r"випуст|вийшл|дозволя|перевершу|"
    r"outperform|achiev|show|propos|introduc|result|best|faster|cheaper|key|releas|state-of",
)
_FILLER = re.compile(
    r"разбор подготов|обзор подготов|(?:интересным|стать\w+) поделил|^рубрика\b|нашёл минутк|"
    r"пост подготов|ставьте|"
    r"делитесь|подпи(?:шись|шитесь|саться|сывай)|подробн\w+ (?:по ссылк|в|тут|здесь)|читайте|"
    r"ссылк[аи] (?:в|на|ниже|выше|тут|здесь)|по ссылк|смотрите|stay tuned|"
    r"продолж\w+ (?:в|следует)|в коммент|всем привет|^привет|друзья|коллеги|"
    r"сегодня (?:раз|рас)|"
    r"на картинк|на скрин|на график|наверху|см\.|дисклеймер|приятного|напомин|как всегда|"
    r"^(?:статья|код|ревью|модел[ьи]|датасеты?|блог|демо|веса|github|paper|code|demo)\b.{0,30}$|"
    r"read more|subscribe|link in|follow us|лайк|\bдонат|підпис|посиланн|"
    r"попробовать можно|спробувати можна|потестить|(?:тут|здесь|отсюда|туточки|звідси)\W*$|"
    r"сладких снов|p\.\s?s\b|^(?:ждем|ждём|почитайте|посмотрите|приезжайте|пишите|заходите|"
    r"присоединяйтесь|попробуйте|спасибо|буду рад|чекайте|поехали|расскажите|делаем ставки)\b|"
    r"(?:больше|остальное|детали|подробности|полн\w+ \w+) (?:по ссылк|в статье|в блоге|тут|здесь)",
)
_OFFER = re.compile(r"промокод|скидк[аи]|знижк|promo code|discount")
_PERSONAL = re.compile(r"(?:^|\s)(?:я|мне|меня|мой|моя|мои|мы|нам|мені|мене|i|my)\s")
_CRY = 60  # characters; a longer exclamation says something
_FACT = re.compile(r"\d|[A-Z]\w")
_BROKEN = 0.3
PROSE, _HABIT = 60, 3  # characters of a line of prose; as many of them show an author's habit
_STOPS = '.!?…:;»)"'
_FOREIGN, _CYRILLIC = 0.1, 0.3  # of a quote in English: below that share of Russian letters
_SIGN = re.compile(r"[^\w\s]|\d")
_QUESTION = re.compile(r"\?$")
_DANGLING = re.compile(
    r"^(?!(?:в|на) (?:этом|этой|это) (?:год|недел|месяц|сезон|кварт|врем|лет)\w*)"
    r"(?:он|она|оно|они|все (?:они|эти|это)|всё это|это|этот|эта|эти|"
    r"этим|этого|такой|такая|такие|такое|там|тут|его|её|их|"
    r"им|ему|ей|них|нём|нем|первый|второй|вторая|оба|обе|в том числе|наоборот|напротив|то есть|"
    r"потому|значит|хотя|тогда|затем|потом|дальше|далее|"
    r"він|вона|воно|вони|це|цей|ця|ці|його|її|їх|їхн\w+|отже|тому|потім|"
    r"it|its|this|these|they|their|them|he|she|his|her|that|those|such|then|therefore|thus|both|"
    r"instead|otherwise|"
    r"(?:в|во|на|из|для|после|до|среди|с|со|по|у|от|за|к|о|об|при|под|над|вместо|кроме|помимо|"
    r"благодаря|через|между|внутри|поверх) (?:его|её|их|нём|нем|ней|них|него|неё|нее|ним|ними|это|"
    r"этого|этому|этом|этой|этот|эту|эти|этих|этим|этими|того|тому|том|такой|таком|таких|обоих)|"
    r"(?:in|on|at|with|after|for|from|among) (?:it|this|these|them|their|its|that|those)|"
    r"так(?=,)|теперь|ибо|кстати|правда(?=,)|сначала|например)\b(?!-)",
)
_JOINS = re.compile(  # what a sentence can do without
    r"(?:(?:но|а|и|да|или|зато|однако|причём|причем|притом|тем не менее|ещё|еще|например|также|"
    r"тоже|поэтому|так что|в общем|в итоге|впрочем|к тому же|при этом|кроме того|более того|але|"
    r"та(?! же| сама)|"
    r"тож|також|проте|однак|ще|наприклад|до того ж|при цьому|крім того|but|and|or|so|also|"
    r"however|moreover|still|besides)\b[,:]? )+(?=\w)",
    re.IGNORECASE,
)
_UNFINISHED = re.compile(  # a label of a list; or cut off after a word that leads on
    r":$|(?:^|\s)(?:а|без|в|во|для|до|за|и|из|к|как|ко|на|не|но|о|об|от|по|под|при|про|с|со|у|что"
    r"|і|й|з|із|що|та|від|the|a|an|of|to|in|on|for|and|or|with|by|is|that)$",
    re.IGNORECASE,
)
_AND = re.compile(r"[,;]?\s(?:и|или|та|або|and|or)$")
_CASE = re.compile(r"(?:когда|если|как|чтобы)\b", re.IGNORECASE)
_EARLY = 20  # characters
_SHARES = (
    (_CUE, 1.2),
    (_FILLER, 0.1),
    (_OFFER, 0.2),
    (_PERSONAL, 0.85),
    (_QUESTION, 0.1),
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a post: its line and order there, how good it is before its content.

    ``item`` for one of a list.
    """

    text: str
    place: tuple[int, int]
    prior: float
    item: bool = False


def at_home(sentence: Sentence) -> Sentence:
    """A sentence of a Russian post; one that it quotes in English is worth less."""
    foreign = cyrillic_share(sentence.text) < _CYRILLIC and len(sentence.text) > PROSE
    if not foreign or is_work(sentence.text):
        return sentence
    return replace(sentence, prior=sentence.prior * _FOREIGN)


def sentences(lines: Sequence[BodyLine]) -> list[Sentence]:
    """Sentences of a post; lists of people and the labels of lists are left out."""
    cut = _cut_off(lines)
    return [
        Sentence(text, (number, order), _prior(text, number, text == cut), line.marked)
        for number, line in enumerate(lines)
        if not is_people(line.text)
        for order, text in enumerate(split_sentences(_unlinked(line)))
        if not (_UNFINISHED.search(text) and number)
    ]


def _unlinked(line: BodyLine) -> str:
    """A line without the «and» that leads from one item of a list to the next."""
    return _AND.sub("", line.text) if is_item(line) else line.text


def _cut_off(lines: Sequence[BodyLine]) -> str:
    """The last sentence of a text that breaks off where all its other lines have their stops."""
    prose = [line.text for line in lines[1:] if len(line.text) > PROSE and not is_item(line)]
    if len(prose) < _HABIT or prose[-1] != lines[-1].text:
        return ""
    *others, last = prose
    broken = last[-1].isalnum() and all(text[-1] in _STOPS for text in others)
    return split_sentences(last)[-1] if broken else ""


def is_item(line: BodyLine) -> bool:
    """True for a line of a list, marked by a dash, a number or an emoji."""
    return line.marked or line.emoji_led


def stands_alone(sentence: Sentence) -> bool:
    """True for a sentence that neither goes on from the one before nor speaks of what it names."""
    if sentence.place == (0, 0):
        return True  # whatever it begins with, nothing was before it
    return not dangles(sentence.text) and _JOINS.match(sentence.text) is None


def dangles(text: str) -> bool:
    """True for a sentence that speaks of what the one before it names."""
    return _DANGLING.match(text.casefold().lstrip('«"(')) is not None


def without_join(text: str) -> str:
    """A sentence without the words that join it to the one before."""
    rest = _JOINS.sub("", text, count=1) if _JOINS.match(text) else text
    if _CASE.match(rest) and "например" in text[:_EARLY].casefold():
        return text
    return rest[0].upper() + rest[1:] if rest != text else text


def _prior(sentence: str, number: int, broken: bool) -> float:
    prior = (_FIRST if number < 3 else 1.0) * (_BROKEN if broken else 1.0)
    small = sentence.casefold()
    for pattern, share in _SHARES:
        if pattern.search(small):
            prior *= share
    if not balanced(sentence):
        prior *= 0.4
    if sentence[0] == "(" or (
        sentence[-1] == "!" and len(sentence) < _CRY and not _FACT.search(sentence)
    ):
        prior *= 0.2
    return prior * (1.0 if _readable(sentence) else 0.2)


def _readable(sentence: str) -> bool:
    """False for formulas and tables."""
    return len(_SIGN.findall(sentence)) <= 0.4 * len(sentence)

"""What sort of post it is: ordered rules over its words, the first that holds decides."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.extract.body import Line
from bot.model import Post
from bot.topics import Kind


@dataclass(frozen=True, slots=True)
class Look:
    """What the rules look at: all words and the first ones in small letters, lines, works named,
    papers linked.
    """

    post: Post
    lines: Sequence[Line]
    text: str
    head: str
    works: int
    papers: int

    def count(self, pattern: re.Pattern[str]) -> int:
        """How many different wordings of a pattern stand in the text."""
        return len(set(pattern.findall(self.text)))


def _words(*alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(alternatives)})")


_SERVICE = re.compile(
    r"\W*(?:channel (?:photo|name|created|title)|канал создан|фото канала|название канала|"
    r"обновлено фото|.{0,60}pinned|.{0,60}закрепил|live stream|видеочат|трансляция (?:нача|зав)).*",
    re.IGNORECASE,
)
_WELCOME = _words(
    r"созда\w+ (?:этот|наш|свой|данный) канал",
    r"добро пожаловать (?:в|на) (?:наш|мой|этот|канал)",
    r"welcome to (?:the|our|this|my) channel",
    r"в этом канале (?:я|мы) буд",
    r"this channel is about",
    r"правила (?:чата|канала)",
)
_JOB_MARK = _words(
    r"#ваканси\w*",
    r"#job\w*",
    r"#hiring",
    r"ищем (?:в (?:нашу )?команду|к себе)",
    r"we(?:'|’)?(?:re| are) hiring",
    r"открыт\w* ваканси\w*",
    r"job opening",
    r"ищу в команду",
    r"\[?ваканси[яю]\]?\s*[:—-]",
    r"(?:в команду|нам) (?:нужен|ищем|требуется)",
)
_JOB = _words(
    r"требовани[яе]",
    r"обязанност\w+",
    r"зарплат\w+",
    r"оклад\w*",
    r"вилка",
    r"удал[её]нн?\w*",
    r"гибрид\w*",
    r"(?:присыл\w+|отправ\w+|жд[её]м) (?:сво[её] )?резюме",
    r"отклик\w+",
    r"релокац\w*",
    r"salary",
    r"remote",
    r"apply",
    r"cv",
    r"requirements",
    r"responsibilities",
    r"стажировк\w+",
    r"мы предлагаем",
    r"дмс",
    r"ищ(?:ем|у|ет)",
    r"опыт (?:работы )?от",
    r"вакансии",
)
_EVENT = _words(
    r"вебинар\w*",
    r"митап\w*",
    r"meet-?up\w*",
    r"конференци\w+",
    r"конф[аеуы]",
    r"хакатон\w*",
    r"воркшоп\w*",
    r"лекци[юия]\w*",
    r"эфир\w*",
    r"стрим\w*",
    r"семинар\w*",
    r"форум\w*",
    r"webinar\w*",
    r"conference\w*",
    r"hackathon\w*",
    r"workshop\w*",
    r"summit\w*",
    r"codefest",
    r"opentalks\w*",
    r"встреч[аеу]\w*",
    r"летн\w+ школ\w+",
    r"summer school",
    r"мероприяти\w+",
    r"олимпиад\w+",
    r"саммит\w*",
    r"кэмп",
    r"чемпионат\w*",
    r"соревновани\w+",
    r"seminar",
)
_INVITE = _words(
    r"регистр\w+",
    r"регайтесь",
    r"registration",
    r"register",
    r"приглаша\w+",
    r"приходите",
    r"приезжайте",
    r"жд[её]м вас",
    r"присоединяйтесь",
    r"участие бесплатн\w+",
    r"call for \w+",
    r"подава\w+ (?:свой )?(?:доклад|заявк)\w*",
    r"выступ(?:аю|ать|ит|лю|ят)",
    r"подключ\w+ к эфиру",
    r"состоится",
    r"пройд[её]т",
    r"старт(?:ует|уем)",
    r"место(?=:| проведения)",
    r"где:",
    r"когда:",
    r"join us",
    r"sign up",
    r"save the date",
    r"rsvp",
    r"ваш\w* \S*заявк\w+",
    r"программ[ау] (?:конф|мит)",
    r"анонс",
    r"до встречи",
    r"подать заявку",
    r"мой доклад",
    r"увидимся",
)
_DATE = re.compile(
    r"(?<!\d)\d{1,2}(?:\s?[-–—и]\s?\d{1,2})?\s+(?:январ|феврал|март|апрел|ма[йя]|июн|июл|август|сентябр|"
    r"октябр|ноябр|декабр)\w*|(?:january|february|march|april|may|june|july|august|september|"
    r"october|november|december)\s+\d{1,2}|\d{1,2}[:.]\d{2}\s?(?:по )?(?:мск|msk|utc|gmt|cet)|"
    r"(?:следующей|этой) неделе|в этот? (?:понедельник|вторник|сред|четверг|пятниц|суббот|воскрес)|"
    r"завтра в|сегодня в \d|в это[тм] (?:понедельник|вторник|среду|четверг|пятницу|субботу)|в белград",
)
_PROMO = _words(
    r"скидк\w+",
    r"промокод\w*",
    r"нов\w+ поток\w*",
    r"набор (?:на|в|открыт)\w*",
    r"лист\w* ожидания",
    r"записыва\w+",
    r"запишитесь",
    r"оставля\w+ заявк\w*",
    r"оставьте заявк\w*",
    r"папк[ауеи]",
    r"подписывайтесь",
    r"подписывайся",
    r"подпишитесь",
    r"подпишись",
    r"второй канал",
    r"новый канал",
    r"наш\w* курс\w*",
    r"мо[йе]\w* курс\w*",
    r"купить",
    r"реклама",
    r"#реклама",
    r"erid",
    r"бесплатн\w+ (?:урок|курс|интенсив|доступ|вебинар)\w*",
    r"интенсив\w*",
    r"розыгрыш\w*",
    r"успе(?:й|йте)",
    r"только до",
    r"количество мест",
    r"переход\w+ по ссылк\w*",
    r"жми\w*",
    r"discount",
    r"promo code",
    r"subscribe to",
    r"giveaway",
    r"limited (?:time|offer)",
    r"enroll",
    r"забира\w+",
    r"вступа\w+",
    r"рекоменду\w+ (?:канал|подписаться)",
    r"авторск\w+ канал\w*",
    r"новом выпуске",
    r"курс (?:по|для)",
    r"каналы? (?:про|о|для|по)",
    r"донат\w*",
    r"партн[её]рск\w+",
    r"добавлю?т в папку",
    r"магистратур\w+",
    r"поступа(?:й|йте)",
    r"обучени[ея] (?:стартует|для)",
)
_OWN_CHANNEL = _words(
    r"(?:мой|моём|моем|наш|нашем) (?:второй|втором|новый|новом|другой|личный|личном) (?:\w+-?)?канал\w*",
    r"my (?:second|new|other) channel",
    r"партн[её]рский пост",
    r"на правах рекламы",
    r"(?:второй|новый|следующий) поток",
    r"(?:втором|новом) потоке",
    r"sponsored",
    r"#реклама",
)
_ROUNDUP = _words(
    r"\w*дайджест\w*",
    r"подборк\w+",
    r"главн\w+ (?:новост\w+ )?(?:за|дня|недели)",
    r"новости (?:недели|дня|ии|ai)",
    r"итоги (?:недели|месяца|года|октября|ноября)",
    r"топ-?\s?\d+",
    r"roundup",
    r"weekly",
    r"digest",
    r"нов\w+ порци\w+",
    r"ещ[её] постер\w*",
    r"постер[ыов]\w*",
    r"коротко о",
    r"что (?:произошло|нового) за",
    r"#dailyshortcuts",
    r"папер[ыов]\w* (?:недели|за)",
    r"впечатлени\w+ от",
    r"best papers of",
    r"тезисы (?:о|за|месяца)",
    r"(?:\d+|пять|десять|несколько|тройка) (?:интересн\w+ )?(?:статей|папир\w+|работ|новост\w+|papers)",
)
_REVIEW = _words(
    r"авторы",
    r"автор стат\w+",
    r"в (?:этой )?стать[еи]",
    r"статья",
    r"стать[яиюей]\w*",
    r"пейпер\w*",
    r"исследовател\w+",
    r"исследовани\w+",
    r"учёные",
    r"учены[ехм]\w*",
    r"tl;?dr",
    r"ревью",
    r"paper\w*",
    r"authors",
    r"researchers",
    r"arxiv",
    r"абстракт",
    r"разбер[её]м",
    r"разбираем",
    r"препринт\w*",
    r"постер",
)
_PUBLISHED = _words(
    r"(?:вышл[аио]|вышел|опубликовал\w*|появил\w*|выпустил\w*|нов\w+) (?:[\w-]+ ){0,2}(?:стать|исследовани|"
    r"пейпер|препринт|научн)\w*",
    r"(?:ревью|review): ",
    r"в (?:новой|этой|недавней|сегодняшней) (?:статье|работе)",
    r"new (?:paper|study|research)",
    r"разбира\w+ стать\w+",
    r"разбер[её]м (?:\S+ ){0,3}стать\w+",
)
_TUTORIAL = _words(
    r"гайд\w*",
    r"туториал\w*",
    r"tutorial\w*",
    r"how to",
    r"step[- ]by[- ]step",
    r"пошагов\w+",
    r"инструкци[яю]",
    r"что такое",
    r"как (?:работает|устро\w+|сделать|настроить|запустить|выбрать|писать)",
    r"шпаргалк\w+",
    r"разбер[её]мся",
    r"объясня\w+",
    r"часть (?:i+|\d)(?!\w)",
    r"guide",
    r"лайфхак\w*",
    r"причин\w* (?:использ|почему)\w*",
    r"cheat ?sheet",
    r"чем (?:он )?(?:хорош|плох)\w*",
    r"почему (?:он|она|оно) (?:так )?\w+",
    r"основы",
    r"рассмотрели",
    r"лекци[яю] \d",
    r"делюсь опытом",
    r"совет(?:ы|ов)(?!\w)",
    r"tips",
)
_RELEASE = _words(
    r"выпустил\w*",
    r"выпуска[её]т",
    r"релиз\w*",
    r"выкатил\w*",
    r"выкатыва\w+",
    r"запустил\w*",
    r"запуска[её]т",
    r"представил\w*",
    r"представля[её]т",
    r"открыл\w* (?:код|исход|вес|дост|всю|лине)\w*",
    r"открываем",
    r"выложил\w*",
    r"опубликовал\w* (?:вес|код|модел|датас)\w*",
    r"вышл[аи]",
    r"вышел",
    r"разродил\w*",
    r"анонсировал\w*",
    r"официальн\w+ анонс\w*",
    r"теперь доступ\w+",
    r"уже доступ\w+",
    r"появил\w+",
    r"обновил\w*",
    r"обновлени[ея]",
    r"опенсорс\w+",
    r"open[- ]?source",
    r"released?",
    r"releas(?:es|ing)",
    r"launch\w*",
    r"introduc(?:es|ed|ing)",
    r"announc\w+",
    r"now available",
    r"показал\w* (?:нов|модел|\w+-?\d)\w*",
    r"заопенсорс\w+",
    r"open[- ]weights",
    r"нов\w+ верси\w+",
    r"верси[яию] \d",
    r"нов(?:ая|ую|ой|ые) (?:[\w-]+ ){0,3}модел\w+",
    r"вышедш\w+",
    r"навайбкодил\w*",
    r"написал\w* (?:тул|библ|бот|скрипт|инстр)\w*",
    r"можно (?:по)?(?:тест|проб|скач)\w+",
    r"вес[аы] (?:v?\d|на|модели|в основном|лежат)",
    r"новинк\w+",
    r"роллаут\w*",
    r"добавил[аи]?",
    r"раскат\w+",
    r"unveil\w*",
    r"ships?",
    r"drops?",
    r"(?:это )?открыт\w+ (?:модел|инструмент|симулятор|библиотек|фреймворк|проект)\w*",
    r"новый инструмент",
    r"инструмент для",
    r"библиотека для",
)
_NEWS = _words(
    r"купил\w*",
    r"приобр[ёе]л\w*",
    r"сделк\w+",
    r"инвест\w+",
    r"привлек\w+",
    r"привл[её]к\w*",
    r"оценк\w+ в",
    r"суд\w*",
    r"иск\w*",
    r"подал\w*",
    r"заявил\w*",
    r"заявля\w+",
    r"сообща\w+",
    r"сообщил\w*",
    r"по данным",
    r"слух\w*",
    r"утечк\w+",
    r"слил\w*",
    r"обсужда[ею]т",
    r"планиру\w+",
    r"уволил\w*",
    r"увольн\w+",
    r"уход\w+ из",
    r"уш[её]л из",
    r"приказал\w*",
    r"запретил\w*",
    r"закон\w*(?! масштаб)",
    r"регулят\w+",
    r"власт\w+",
    r"правительств\w+",
    r"reportedly",
    r"according to",
    r"acquir\w+",
    r"raises?",
    r"lawsuit",
    r"sues?",
    r"ban(?:s|ned)",
    r"regulat\w+",
    r"миллиард\w* долларов",
    r"млрд",
    r"министр\w*",
    r"министерств\w*",
    r"президент\w*",
    r"стало известно",
    r"рассказал\w*",
    r"пишет",
    r"bloomberg",
    r"reuters",
    r"the information",
    r"wsj",
    r"подписал\w*",
)
_CONVINCED = _words(
    r"у меня есть (?:теория|мнение|ощущение|идея)",
    r"на мой взгляд",
    r"имхо",
    r"по-моему",
    r"я считаю",
    r"мне кажется",
    r"я думаю",
    r"колонк\w+",
    r"эссе",
    r"интервью",
    r"подкаст\w*",
    r"in my opinion",
    r"i (?:think|believe)",
    r"imho",
    r"размышл\w+",
    r"почему я",
)
_OPINION = _words(
    r"я думаю",
    r"думаю",
    r"кажется",
    r"на мой взгляд",
    r"имхо",
    r"мне (?:очень )?(?:близк|нрав|каж|интерес)\w+",
    r"у меня есть теория",
    r"считаю",
    r"по-моему",
    r"мнени\w+",
    r"интервью",
    r"размышл\w+",
    r"мысл[иь]",
    r"эссе",
    r"колонк\w+",
    r"полагаю",
    r"убежд[её]н\w*",
    r"i think",
    r"imo",
    r"in my opinion",
    r"opinion",
    r"спор\w*",
    r"почему (?:я|мы|не)",
    r"проблема в том",
    r"прогноз\w*",
    r"удивительно",
    r"впечатл\w+",
    r"мне",
    r"я",
    r"люди",
    r"будущ\w+",
)
_PERSONAL = _words(
    r"я",
    r"мы",
    r"мой",
    r"моя",
    r"мои",
    r"мне",
    r"наш\w*",
    r"с дн[её]м рождения",
    r"отпуск\w*",
    r"поздравля\w+",
    r"до связи",
    r"фот(?:о|ки|ография)",
    r"на улице",
    r"i",
    r"my",
    r"we",
    r"birthday",
    r"vacation",
    r"pov",
)
_SECTION = re.compile(r"^\W*(?:✔️?|🔥|📌|🔹|⚡️?|🌟|🟢|➡️?|▪️?|•)")


def kind_of(look: Look) -> Kind:
    """The kind of a post; what fits no rule is news."""
    return next((Kind(kind) for kind, holds in _RULES if holds(look)), Kind("news"))


def _is_service(look: Look) -> bool:
    short = len(look.text) < 120 and _SERVICE.fullmatch(look.text.strip())
    return bool(look.post.service or short or _WELCOME.search(look.head))


def _is_job(look: Look) -> bool:
    return look.count(_JOB) >= (2 if _JOB_MARK.search(look.text) else 4)


def _is_event(look: Look) -> bool:
    if look.papers or look.works or not _DATE.search(look.text):
        return _EVENT.search(look.head) is not None and look.count(_INVITE) >= 3
    return (
        look.count(_EVENT) >= 1
        and look.count(_INVITE) >= 1
        and look.count(_EVENT) + look.count(_INVITE) >= 3
    )


def _is_promo(look: Look) -> bool:
    need = 1 if len(look.text) < 350 else 2 if len(look.text) < 900 else 3
    told = look.count(_PROMO) + 2 * bool(_OWN_CHANNEL.search(look.text))
    return not look.papers and told >= need


def _is_roundup(look: Look) -> bool:
    headed = _ROUNDUP.search(look.head) is not None
    return (
        look.works >= 3
        or headed
        and (look.works != 1)
        and len(look.lines) > 3
        or _sections(look) >= 3
    )


def _sections(look: Look) -> int:
    """Emoji-led headlines, each with its own paragraph under it."""
    return sum(
        bool(
            line.emoji_led and line.apart and not following.emoji_led and len(following.text) > 60
        )
        for line, following in zip(look.lines, look.lines[1:], strict=False)
        if len(line.text) > 12
    )


def _is_review(look: Look) -> bool:
    weight = 2 * bool(look.papers) + bool(look.works) + min(look.count(_REVIEW), 3)
    return weight >= 3 and not (
        look.papers == 0 and look.works == 0 and _RELEASE.search(look.head)
    )


def _is_release(look: Look) -> bool:
    return bool(_RELEASE.search(look.head)) and not _NEWS.search(look.head[:160])


def _is_tutorial(look: Look) -> bool:
    return _TUTORIAL.search(look.head) is not None


def _is_lesson(look: Look) -> bool:
    """A tutorial by its headline; such a post may well cite articles."""
    headline = look.lines[0].text.casefold()[:120]
    return not (look.papers or look.works) and _TUTORIAL.search(headline) is not None


def _is_opinion(look: Look) -> bool:
    told = look.count(_OPINION) + look.count(_CONVINCED)
    return told >= (3 if len(look.text) < 1500 else 4) and len(look.text) > 200


def _is_meme(look: Look) -> bool:
    return len(look.text) < 80 and bool(look.post.media) and not look.post.links


def _is_personal(look: Look) -> bool:
    return len(look.text) < 700 and look.count(_PERSONAL) >= 2 and not look.post.links


_RULES: tuple[tuple[str, Callable[[Look], bool]], ...] = (
    ("service", _is_service),
    ("job", _is_job),
    ("event", _is_event),
    ("promo", _is_promo),
    ("roundup", _is_roundup),
    ("tutorial", _is_lesson),
    ("paper_review", _is_review),
    ("tutorial", _is_tutorial),
    ("release", _is_release),
    ("opinion", _is_opinion),
    ("meme", _is_meme),
    ("personal", _is_personal),
)

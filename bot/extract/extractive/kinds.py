"""What sort of post it is: ordered rules over its wordings, the first that holds decides."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.extract.extractive.body import BodyLine
from bot.model import Post
from bot.taxonomy import Wordings
from bot.taxonomy.topics import Kind

HEAD, LAUNCH, HEADLINE = 330, 220, 160
"""Within how many characters a post says what it is about, what is out, what its heading is."""

_SERVICE = re.compile(
    r"\W*(?:channel (?:photo|name|created|title)|канал создан|фото канала|название канала|"
    r"обновлено фото|.{0,60}pinned|.{0,60}закрепил|live stream|видеочат|"
    r"трансляция (?:нача|зав)).*",
    re.IGNORECASE,
)
_MONTHS = (
    r"январ|феврал|март|апрел|ма[йя]|июн|июл|август|сентябр|октябр|ноябр|декабр|january|february|"
    r"січня|лютого|березня|квітня|травня|червня|липня|серпня|вересня|жовтня|листопада|грудня|"
    r"march|april|may|june|july|august|september|october|november|december"
)
_DATE = re.compile(
    rf"(?<!\d)\d{{1,2}}(?:\s?[-–—и]\s?\d{{1,2}})?\s+(?:{_MONTHS})|(?:{_MONTHS})\w*\s+\d{{1,2}}(?!\d)|"
    r"\d{1,2}[:.]\d{2}\s?(?:по )?(?:мск|msk|utc|gmt|cet)|(?:следующей|этой) неделе|завтра |"
    r"\bв эт(?:от|у|о) (?:понедельник|вторник|среду|четверг|пятницу|субботу|воскресенье)"
)


_ADVERT = re.compile(
    r"#(?:реклама|промо|партн[её]р\w*|интеграция|реклам[аи]|promo|ad|ads|sponsored|sponsor)\b|"
    r"\berid\b\s*[:=]?|\bна правах рекламы\b|\bреклам[аи]\.? (?:ооо|ао|пао|ип|тов|фоп)\b|"
    r"\bинн:? \d{10}",
    re.IGNORECASE,
)
# Letters of the other alphabet that look the same hide a mark from a search for it.
_LOOKALIKES = str.maketrans("aceopxyABCEHKMOPTX", "асеорхуАВСЕНКМОРТХ")
_MIXED = re.compile(r"#(?=\w*[a-zA-Z])(?=\w*[а-яёА-ЯЁ])\w+")
_PRICE = re.compile(
    r"(?:[$€₴₽]\s?\d|\d\s?(?:[$€₴₽]|руб|грн|тыс(?:яч|\.)? ?(?:руб|грн|₽)|usd\b|eur\b))",
    re.IGNORECASE,
)
_NAMED = re.compile(r"[A-Z][\w.-]*[A-Za-z0-9]|[a-z]+[A-Z]\w*")
_JOKE = re.compile(r"\W*(?:когда|pov|when|tfw|me:|я:|никто:|nobody:)(?!\w)", re.IGNORECASE)
_LAUGH = re.compile(
    "[\U0001f600-\U0001f606\U0001f609\U0001f61c\U0001f642\U0001f643\U0001f921\U0001f923\U0001f480]"
    r"|\){2,}|лол|ахах|lol"
)
_VERSION = re.compile(
    r"(?=.*\d)(?!.*\b(?:19|20)\d\d\b)[A-Z][\w.+-]*(?: (?:[\w.+()-]+|и|/)){0,6}", re.ASCII
)
_HEADING = 60
_SHORT = 900  # characters; a longer post may mention a code among other things
_NEAR = 60  # characters between having been somewhere and where
_ITEM_TITLE = re.compile(r"[A-Z][\w .&-]{1,30}: [A-Z]", re.ASCII)
_CHECK, _FEW_SECTIONS = "✔", 3
_FIXED = 2  # terms of a seat, of which a day or a price is one
_OFFERED = 3  # terms of a provider, of which a price is one
_MANY = 3  # linked papers that make a list of a review


@dataclass(frozen=True, slots=True)
class KindCues:
    """What the rules look at: a post, its lines and wordings, works named, papers linked.

    ``text`` is what a reader sees of the post, its hashtags (``tags``) at the end.
    """

    post: Post
    lines: Sequence[BodyLine]
    text: str
    tags: str
    works: int
    papers: int
    wordings: Wordings

    def tagged(self, group: str) -> bool:
        """True where a hashtag is a wording of the group."""
        start = len(self.text) - len(self.tags)
        return bool(self.tags) and any(at >= start for at in self.wordings.get(group, {}).values())

    def count(self, group: str, within: int | None = None) -> int:
        """How many different wordings of a group stand ``within`` the first characters."""
        offsets = self.wordings.get(group, {}).values()
        return sum(within is None or offset < within for offset in offsets)


def is_marked_advert(post: Post) -> bool:
    """True for a post that says of itself that it was paid for, in words or by its links.

    Among many links of a round-up a marked one makes no advert of all of it.
    """
    plain = _MIXED.sub(lambda tag: tag[0].translate(_LOOKALIKES), post.text)
    marked = sum(link.advert for link in post.links)
    return _ADVERT.search(plain) is not None or 2 * marked > len(post.links)


def kind_of(seen: KindCues) -> Kind:
    """The kind of a post; what fits no rule is news."""
    return next((Kind(kind) for kind, holds in _RULES if holds(seen)), Kind("news"))


def _is_service(seen: KindCues) -> bool:
    notice = len(seen.text) < 120 and _SERVICE.fullmatch(seen.text.strip())
    return bool(seen.post.service or notice or seen.count("welcome", HEAD))


def _is_job(seen: KindCues) -> bool:
    """Somebody is sought: what is asked and given; a role that is named says half of it."""
    if not seen.count("hiring", HEAD):
        return seen.count("job") >= 6
    return seen.count("job") >= (2 if seen.count("role") else 3)


def _is_report(seen: KindCues) -> bool:
    """Somebody was at a gathering and tells of it."""
    if seen.papers or seen.works or seen.count("roundup", HEADLINE):
        return False
    there, events = (seen.wordings.get(group, {}).values() for group in ("report", "event"))
    return any(abs(at - event) < _NEAR and at < HEAD for at in there for event in events)


def _is_event(seen: KindCues) -> bool:
    """Something to come to: a gathering and an invitation, and as a rule a date."""
    if seen.count("roundup", HEADLINE) and not seen.count("event", HEADLINE):
        return False  # a digest of the week names dates of its own
    events, invites = seen.count("event"), seen.count("invite")
    if seen.papers or seen.works or not _DATE.search(seen.text.casefold()):
        return bool(seen.count("event", HEAD)) and invites >= 3 and not seen.papers
    return events >= 1 and invites >= 1 and events + invites >= 3


def _is_advert(seen: KindCues) -> bool:
    """Marked as an advert, as the law wants it, or the bait of a course: a seat, an income."""
    return is_marked_advert(seen.post) or seen.count("funnel") >= 2


def _sells(seen: KindCues) -> bool:
    """A code or a discount, with a price or little else; an event may give one, too."""
    sold = seen.count("selling") + seen.count("funnel")
    priced = _PRICE.search(seen.text) is not None or len(seen.text) < _SHORT
    invited = seen.count("event", HEAD) and seen.count("invite")
    return not invited and (sold >= 2 or (sold == 1 and priced and not seen.papers))


def _enrols(seen: KindCues) -> bool:
    """A call to put one's name down, with terms and a day or a price, and nothing that is out."""
    terms = seen.count("terms") + seen.count("selling")
    fixed = _PRICE.search(seen.text) or _DATE.search(seen.text.casefold())
    return seen.count("enrol") > 0 and not seen.papers and terms + bool(fixed) >= _FIXED


def _offers(seen: KindCues) -> bool:
    """How a provider speaks to customers: its support, its terms, a trial, a price."""
    offered = seen.count("offer")
    return not seen.papers and offered + bool(offered and _PRICE.search(seen.text)) >= _OFFERED


def _is_promo(seen: KindCues) -> bool:
    """Wordings of selling: one is enough in a short post, three are needed in a long one."""
    need = 1 if len(seen.text) < 350 else 2 if len(seen.text) < _SHORT else 3
    return not seen.papers and seen.count("promo") + 2 * bool(seen.count("own")) >= need


def _is_roundup(seen: KindCues) -> bool:
    headed = seen.count("roundup", HEAD) > 0 and seen.works != 1 and len(seen.lines) > 3
    return (
        seen.works >= 2
        or seen.papers >= _MANY
        or headed
        or _sections(seen)
        or _titled(seen) >= _FEW_SECTIONS
        or _items(seen) >= 3
    )


def _items(seen: KindCues) -> int:
    """Long list items, where the post tells of at least three happenings."""
    told = seen.count("release", 2 * HEAD) + seen.count("news", 2 * HEAD)
    return sum(line.marked and len(line.text) > 90 for line in seen.lines) if told >= 3 else 0


def _sections(seen: KindCues) -> bool:
    """Headlines led by one and the same emoji, each with its own paragraph under it.

    Emoji that change from headline to headline adorn the parts of a single matter. Of check marks
    two are enough, or one that something else precedes: nobody ticks off the only news of a post.
    """
    pairs = zip(seen.lines, seen.lines[1:], strict=False)
    led = Counter(
        line.raw.lstrip()[:1]
        for line, after in pairs
        if line.emoji_led and line.apart and not after.emoji_led and len(after.text) > 60
    )
    ticked = led[_CHECK] + (not seen.lines[0].raw.lstrip().startswith(_CHECK)) if led else 0
    return max(led.values(), default=0) >= _FEW_SECTIONS or (_CHECK in led and ticked > 1)


def _titled(seen: KindCues) -> int:
    """Headings «Company: Product», each with its own paragraph under it."""
    pairs = zip(seen.lines, seen.lines[1:], strict=False)
    return sum(
        _ITEM_TITLE.match(line.text) is not None
        and len(line.text) <= _HEADING
        and len(after.text) > _HEADING
        for line, after in pairs
    )


def _is_lesson(seen: KindCues) -> bool:
    """A tutorial by its headline; such a post may well cite articles."""
    headline = min(len(seen.lines[0].text), HEADLINE) if seen.lines else 0
    return not (seen.papers or seen.works) and seen.count("tutorial", headline) > 0


def _is_review(seen: KindCues) -> bool:
    """About a work: linked, named or only told of; a launch needs more signs than news."""
    if seen.count("teaching", HEADLINE) and not (seen.papers or seen.works):
        return False  # a lecture or a course about papers is none
    told = min(seen.count("review"), 3) if seen.count("review", 2 * HEAD) else 0
    signs = 2 * bool(seen.papers) + 2 * bool(seen.works) + told
    if seen.count("published", HEAD):
        return signs >= 1
    launched = not seen.works and seen.count("release", HEAD)
    studied = bool(seen.papers or seen.works or seen.count("research"))
    return studied and signs >= (4 if launched else 2)


def _is_release(seen: KindCues) -> bool:
    """Something made is out: a launch of talks or of a contest is none."""
    news = seen.count("news", HEADLINE) + seen.count("no_release", LAUNCH)
    made = seen.count("thing", HEAD) or _NAMED.search(seen.text[:LAUNCH])
    out = seen.count("release", LAUNCH) > news and bool(made)
    return out or (not news and _heads_version(seen))


def _heads_version(seen: KindCues) -> bool:
    """The heading is a product with its version and nothing else: ``Kedr 4.5``."""
    heading = seen.lines[0].text if len(seen.lines) > 1 else ""
    return len(heading) < _HEADING and _VERSION.fullmatch(heading) is not None


def _is_tutorial(seen: KindCues) -> bool:
    return seen.count("tutorial", HEAD) > 0 and not seen.count("release", HEADLINE)


def _is_opinion(seen: KindCues) -> bool:
    """Someone's view: convictions, or many words of a first person."""
    told = seen.count("opinion") + 2 * seen.count("convinced")
    return len(seen.text) > 150 and told >= (3 if len(seen.text) < 1500 else 4)


def _is_strong_opinion(seen: KindCues) -> bool:
    told = seen.count("opinion", HEAD) + 2 * seen.count("convinced", HEAD)
    return told >= 4 and seen.count("release", HEADLINE) == 0


def _is_meme(seen: KindCues) -> bool:
    if seen.tagged("joke"):
        return len(seen.text) < HEAD and not seen.papers
    return len(seen.text) < 80 and bool(seen.post.media) and not seen.post.links


def _is_joke(seen: KindCues) -> bool:
    """A few words without a link that laugh, or open as such pictures do, and tell no news."""
    if len(seen.text) > 200 or seen.post.links or seen.post.preview:
        return False
    laughs = any(_LAUGH.search(line.raw) for line in seen.lines)
    told = any(seen.count(group) for group in ("release", "news", "event", "hiring", "promo"))
    opens = len(seen.lines) == 1 and bool(_JOKE.match(seen.text))
    return (opens and (laughs or bool(seen.post.media))) or (
        laughs and not told and not _NAMED.search(seen.text)
    )


def _is_personal(seen: KindCues) -> bool:
    told = len(seen.text) < 700 and seen.count("personal") >= 2 and not seen.count("event")
    return told and not seen.post.links and not seen.count("news")


_RULES: tuple[tuple[str, Callable[[KindCues], bool]], ...] = (
    ("service", _is_service),
    ("job", _is_job),
    ("promo", _is_advert),
    ("event", _is_event),
    ("promo", _sells),
    ("promo", _enrols),
    ("promo", _offers),
    ("promo", _is_promo),
    ("event", _is_report),
    ("meme", _is_joke),
    ("roundup", _is_roundup),
    ("tutorial", _is_lesson),
    ("paper_review", _is_review),
    ("tutorial", _is_tutorial),
    ("opinion", _is_strong_opinion),
    ("release", _is_release),
    ("opinion", _is_opinion),
    ("meme", _is_meme),
    ("personal", _is_personal),
)

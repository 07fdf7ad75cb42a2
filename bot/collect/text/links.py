"""Links of a post: canonical URL, kind by rule, paper by id. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from urllib.parse import urlsplit

from bot.collect.text.papers import ARXIV_ID, DOI, LinkedWork, arxiv, doi, identify_paper
from bot.collect.text.urls import Address, is_advertised, parse, trim
from bot.model import Link, LinkKind
from bot.text import clean, squeeze

# File suffixes before they are zones: Telegram turns AGENTS.md and llama.cpp into links.
_CODE_ZONE = re.compile(
    "md|py|rs|sh|cpp|cc|so|js|ts|java|swift|pl|php|html?|xml|json|ya?ml|toml|txt|csv|ipynb|pdf|zip|"
    "tar|gz|mov|bin|exe|cfg|ini|log|sql|lua|vue|pt|safetensors|gguf|onnx|xyz|nn|np|fm|ml|tf"
)
# Zones at which text without a scheme is taken for an address.
_ZONE = re.compile(
    "com|org|net|edu|gov|int|io|ai|dev|app|co|me|info|biz|xyz|tech|science|chat|blog|news|page|"
    "site|online|cloud|store|live|video|academy|team|world|life|space|bot|art|wiki|tools|systems|"
    "community|digital|media|club|pro|design|studio|network|agency|events|today|press|cool|pub|"
    "ru|su|рф|бел|kz|by|ua|uk|us|eu|de|fr|it|es|nl|be|ch|at|cz|pl|pt|se|no|fi|dk|lt|lv|ee|gr|tr|"
    "il|in|cn|jp|kr|hk|tw|sg|au|nz|ca|br|mx|ar|cl|za|am|ge|az|uz|kg|md|rs|sh|ml|fm|tv|cc|ws|to|"
    "gl|gg|so|im|is|st|ly|ms|be|ph|moe|fyi|lol|fun|gallery|institute|education|ventures|work"
)
_BRACKETS = re.compile(r"\s*\[[\w.-]+\]$")
_ARXIV_MENTION = re.compile(rf"arxiv\s?[:\s]\s?({ARXIV_ID})", re.IGNORECASE)
_DOI_MENTION = re.compile(rf"(?:doi\s?:\s?|(?<![\w/.])(?=10\.48550/))({DOI})", re.IGNORECASE)
# Signs, brackets of CJK and emoji, at which no address goes on. trim() knows these and all others,
# but a pattern that stops there at once keeps a text of many glued addresses cheap.
_NEVER = "\u2016-\u205f\u2190-\u2bff\u3000-\u3004\u3008-\u3020\uff01-\uff0f\U0001f000-\U0001faff"
_IN_TEXT = re.compile(
    r"(?P<url>(?:https?://"
    r"|(?<![\w@./])(?<![\w@./-]-)(?!-)(?=(?:[\w-]++\.)+(?!https?:)[^\W\d_]{2,}))"
    rf"[^\s<>\"«»`{_NEVER}]{{1,2048}})"
    rf"|(?<!\w)(?P<arxiv>{_ARXIV_MENTION.pattern})|(?P<doi>{_DOI_MENTION.pattern})",
    re.IGNORECASE,
)
# What stands before a bare site without a space: "1.arxiv.org", "см.arxiv.org", "_arxiv.org".
_LEADING = re.compile(
    r"(?:_+|(?:\d{1,2}|[^\W\d_a-z\u00c0-\u024f]+)\.(?=[a-z][\w-]*\.))+", re.IGNORECASE
)
# A point before a letter: most texts have none.
_NAME = re.compile(r"\.[^\W\d_]")
# What makes the rule look past a white space.
_SPACED = re.compile(r"(?:arxiv|doi)\s?[:\s]", re.IGNORECASE)
_NOT_MODELS = (
    "blog|docs|papers|spaces|datasets|collections|learn|posts|tasks|models|join|login|settings|"
    "pricing|organizations|enterprise|chat|new|search|welcome|inference-endpoints|api"
)
_KIND_RULES: tuple[tuple[LinkKind, str], ...] = (
    (
        "paper",
        r"(?:www\.)?semanticscholar\.org/(?:paper|reader)/|api\.semanticscholar\.org/\w+:"
        r"|(?:[\w-]+\.)*(?:iclr\.cc|neurips\.cc|nips\.cc|icml\.cc|thecvf\.com|ecva\.net|aistats\.org)"
        r"/virtual/\d+/(?:poster|oral|spotlight)/|openaccess\.thecvf\.com/content"
        r"|papers\.(?:nips|neurips)\.cc/paper/\d+-|(?:www\.)?paperswithcode\.com?/paper/."
        r"|ieeexplore\.ieee\.org/(?:(?:abstract/)?document/|stamp/stamp\.jsp)"
        r"|papers\.ssrn\.com/sol3/(?:papers|delivery)\.cfm|(?:www\.|papers\.)?ssrn\.com/abstract="
        r"|(?:www\.)?sciencedirect\.com/science/article/|transformer-circuits\.pub/\d{4}/"
        r"|[^/]+/\S+\.pdf(?:[?#]|$)",
    ),
    (
        "video",
        r"www\.youtube\.com/(?:watch|playlist|embed)|(?:www\.)?vimeo\.com/\d"
        r"|rutube\.ru/(?:video|play)/|(?:vkvideo\.ru|(?:m\.)?vk\.com)/(?:video|clip)"
        r"|www\.bilibili\.com/video/|www\.twitch\.tv/videos/|(?:www\.)?loom\.com/share/",
    ),
    (
        "dataset",
        r"huggingface\.co/datasets/|(?:www\.)?kaggle\.com/(?:datasets|competitions|c)/"
        r"|(?:www\.)?modelscope\.(?:cn|ai)/datasets/",
    ),
    (
        "model",
        rf"huggingface\.co/(?!(?:{_NOT_MODELS})(?:/|$))[\w.-]+/[\w.-]+"
        r"|(?:www\.)?modelscope\.(?:cn|ai)/models/|(?:www\.)?kaggle\.com/(?:models|m)/"
        r"|ollama\.com/library/|civitai\.com/models/",
    ),
    (
        "code",
        r"github\.com/(?!(?:orgs|sponsors|topics|features|marketplace|about|blog)/)[^/]+/[^/]+"
        r"|gist\.github\.com/|raw\.githubusercontent\.com/|gitlab\.com/[^/]+/[^/]+"
        r"|(?:bitbucket\.org|codeberg\.org|gitverse\.ru|gitee\.com)/[^/]+/[^/]+"
        r"|colab\.research\.google\.com/|(?:www\.)?kaggle\.com/code/|pypi\.org/project/",
    ),
    (
        "post",
        r"t\.me/(?:c/)?\w+/\d+|x\.com/[^/]+/status/\d|(?:www\.)?reddit\.com/r/[^/]+/comments/"
        r"|bsky\.app/profile/[^/]+/post/|(?:www\.)?linkedin\.com/(?:posts|feed/update)/"
        r"|(?:www\.)?threads\.(?:net|com)/@[^/]+/post/",
    ),
)
_KINDS = tuple((kind, re.compile(rule, re.IGNORECASE)) for kind, rule in _KIND_RULES)


def canonical(url: str) -> str | None:
    """One form for all spellings of an address; None for what is no http(s) link or misleads.

    Takes bare ``arXiv:2301.11163v1 [cs.LG]`` and ``doi:10.…`` too.
    """
    link = make_link(url)
    return link.url if link else None


def make_link(url: str, anchor: str = "") -> Link | None:
    """A link of a post; None for a trick, another scheme, or a file name taken for a site.

    The anchor is kept where it says more than the address itself.
    """
    words = squeeze(clean(anchor))
    if work := _mentioned(url.strip()):
        return Link(url=work.url or url, anchor=_telling(words), kind="paper", paper=work.id)
    address = parse(url)
    if address is None or _file_name(address, words):
        return None
    where, kind, paper = _known(address)
    advert = is_advertised(url)
    return Link(url=where, anchor=_telling(words), kind=kind, paper=paper, advert=advert)


@lru_cache(maxsize=2048)  # as addresses are
def _known(address: Address) -> tuple[str, LinkKind, str | None]:
    """Where to find what is at an address, its kind and, of a paper, its id."""
    plain = str(address)
    if work := identify_paper(address.host, address.path, address.query):
        return work.url or plain, "paper", work.id
    return plain, _kind(plain), None


def links_in_text(text: str) -> tuple[Link, ...]:
    """Links standing in running text as URLs, ``arXiv:`` ids or DOIs, each once, in order."""
    return unique(_found(text))


def unique(links: Iterable[Link]) -> tuple[Link, ...]:
    """Each link once, in order of appearance, with its first telling anchor, and its mark."""
    found: dict[str, Link] = {}
    for link in links:
        key = link.paper or link.url.split("://", 1)[-1].removeprefix("www.").lower()
        known = found.setdefault(key, link)
        if not known.anchor and link.anchor:
            known = found[key] = known.model_copy(update={"anchor": link.anchor})
        if link.advert and not known.advert:
            found[key] = known.model_copy(update={"advert": True})
    return tuple(found.values())


def _found(text: str) -> Iterator[Link]:
    for match in (match for part in _telling_parts(text) for match in _matches(part)):
        raw = match["url"]
        if raw is None:
            link = make_link(match[0])
        elif raw.lower().startswith(("http://", "https://")):
            link = make_link(raw)
        else:
            site = raw[found.end() :] if (found := _LEADING.match(raw)) else raw
            link = make_link(site) if _looks_like_site(site) else None
        if link:
            yield link


def _matches(text: str) -> Iterator[re.Match[str]]:
    """What may be links, also one right behind another: ``https://a.com/x|https://b.com/y``."""
    match = _IN_TEXT.search(text)
    while match:
        yield match
        raw = match["url"]
        end = match.start() + len(trim(raw)) if raw else match.end()
        match = _IN_TEXT.search(text, max(end, match.start() + 1))


def _telling_parts(text: str) -> Sequence[str]:
    """What of a text to look through: nothing, words with a mark of an address, or all of it."""
    lower = text.lower()
    # re.IGNORECASE takes the dotless i for an i.
    named = "arx" in lower or "doi" in lower or "do\u0131" in lower
    if named and _SPACED.search(text):
        return (text,)
    if _marked(text):
        return [word for word in text.split() if _marked(word)]
    return ()


def _marked(text: str) -> bool:
    """True where an address without a white space in it may stand."""
    return bool(_NAME.search(text)) or "://" in text or "10.48550/" in text


def _mentioned(text: str) -> LinkedWork | None:
    """The work of a bare ``arXiv:…`` or ``doi:…``."""
    if text[:1] not in "aAdD1":
        return None
    if found := _ARXIV_MENTION.fullmatch(_BRACKETS.sub("", trim(text))):
        return arxiv(found[1])
    if found := _DOI_MENTION.fullmatch(trim(text)):
        return doi(found[1])
    return None


def _telling(words: str) -> str:
    """The anchor, or nothing where it only repeats an address."""
    return "" if re.match(r"https?://|[^\s@]+\.\w{2,}/|www\.", words, re.IGNORECASE) else words


def _file_name(address: Address, words: str) -> bool:
    """True for an autolink such as ``AGENTS.md``: a bare host written without a scheme."""
    zone = address.host.rpartition(".")[2]
    bare = not address.path.strip("/") and not address.query
    return bare and bool(_CODE_ZONE.fullmatch(zone)) and words.lower() == address.host


def _looks_like_site(raw: str) -> bool:
    """True for scheme-less text that is an address and not a name, a version or a file."""
    host = re.split("[/?#:]", raw := trim(raw), maxsplit=1)[0]
    path = raw[len(host) :].strip("/")
    zone, name = host.rpartition(".")[2].lower(), host.partition(".")[0]
    if not _ZONE.fullmatch(zone) or "@" in host:
        return False
    if path:
        return not _CODE_ZONE.fullmatch(zone) or zone in {"xyz", "ml", "sh", "rs", "fm"}
    short = len(name) < 2 and zone not in {"com", "ai"}
    return not (short or _CODE_ZONE.fullmatch(zone)) and (host == host.lower() or zone == "com")


def _kind(url: str) -> LinkKind:
    parts = urlsplit(url)
    address = f"{parts.netloc}{parts.path}"
    return next((kind for kind, rule in _KINDS if rule.match(address)), "other")

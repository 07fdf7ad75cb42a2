"""Canonicalises web addresses, and refuses those that could mislead a reader. Pure."""

import html
import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qs, parse_qsl, quote, unquote, urlencode, urlsplit

from bot.text import clean

_ROUNDS = 8
_MAX_LENGTH = 4096
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(?!\d+(?:[/?#]|$))", re.IGNORECASE)
_FORBIDDEN = re.compile(r"[\\\s\x00-\x1f]")
_END = re.compile(
    r"[-=]*>|[<\"`]|\]\(|\)\[|(?<=[\w,;|)\]'(\[])https?://"
    # A bar separates addresses; between words of a query it is a part of a value.
    r"|\|(?=[^A-Za-z0-9+%]|(?:[\w-]++\.)+[a-z]{2,}/|$)",
    re.IGNORECASE,
)
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
# Signs that join words in titles, and so in addresses of wikis: Kullback–Leibler_divergence.
_JOINING = frozenset("\u00b7\u00d7\u2010\u2011\u2012\u2013\u2014\u2015\u30fb")
_HYPHENS = frozenset("\u2010\u2011")
_EMOJI_MARK = re.compile(r"[0-9#*]\ufe0f?\u20e3|[\ufe00-\ufe0f\u20d0-\u20ff]+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
_OUTER = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff \t\r\n"
# A letter of another script right after an ASCII one is a lost line break: clck.ru/sK2aEВключена.
_ALIEN = r"[^\W\d_a-zA-Z\u00c0-\u024f]"
_GLUED = re.compile(rf"(?<=[A-Za-z0-9]){_ALIEN}.*$", re.DOTALL)
# So is one right after a mark that ends words, but in wikis: …/wiki/Category:Слово, (фильм).
_GLUED_BY_MARK = re.compile(rf"(?<=[A-Za-z0-9/])[.,;:!'*(\[{{\u2010\u2011]+{_ALIEN}")
_GLUED_UNSEEN = re.compile(rf"[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]+(?={_ALIEN}).*$", re.DOTALL)
_TRAILING = ".,;:!?'*_~^\\([{"
_BRACKET = re.compile(r"[()\[\]{}]")
_PAIRS = {")": "(", "]": "[", "}": "{"}
# Preview pages escape hidden links twice, some bots write them escaped once.
_ESCAPED = re.compile(r"(&(?:amp|lt|gt|quot|apos|#\d{2,3}|#x[\da-f]{2}))(?:;|%3B)", re.IGNORECASE)
_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.(?:[a-z]{2,24}|xn--[a-z0-9-]+)")
# Letters of other scripts that pass for Latin ones: a label of these alone imitates a Latin name.
_LOOKALIKES = frozenset("асеорхуіјѕԁһӏԛԝьѵзкмтвнгпёїαονρκικτυχγη")
_LED = re.compile(
    r"(?:www\.)?(?:t\.me|telegram\.(?:me|org)|arxiv\.org|github\.com|huggingface\.co)\.(?!$)"
)
_TRACKING = re.compile(
    r"utm_\w*|(?:fb|g|y|dc|ms|tw|tt|ys)cl(?:id|src)?|[gw]braid|yclid|ysclid|ttclid|igshi?d?|"
    r"mc_[ce]id|_hsenc|_hsmi|mkt_tok|ref|ref_src|ref_url|spm|_openstat|trk|rcm|feature|cmpid|erid",
    re.IGNORECASE,
)
# Of an address that was paid for: the number that the law asks of adverts, or the sort of medium.
_PAID = re.compile(
    r"[?&#;](?:erid=\w{6}|utm_(?:medium|term)=(?:cp[acm]\b|pa(?:id|yed)|ads?\b|adv|sponsor|seeding|posev))",
    re.IGNORECASE,
)
# Written with & where no ? stood: /abs/2406.11118&utm_source=tg
_TRACKED_PATH = re.compile(rf"&(?:{_TRACKING.pattern})=[^/]*$", re.IGNORECASE)
# White space typed behind an address, and what nobody sees.
_SPACES = re.compile(r"(?:%(?:20|09|0[AD]|C2%A0|E2%80%8B|EF%BB%BF))+$", re.IGNORECASE)
_SITE_TRACKING = {
    "www.youtube.com": {"si", "pp", "ab_channel"},
    "x.com": {"s", "t", "ref_src"},
    "github.com": {"tab", "readme"},
    "open.spotify.com": {"si"},
}
_ALIASES = {
    "twitter.com": "x.com",
    "www.twitter.com": "x.com",
    "mobile.twitter.com": "x.com",
    "www.x.com": "x.com",
    "telegram.me": "t.me",
    "telegram.dog": "t.me",
    "www.telegram.me": "t.me",
    "www.t.me": "t.me",
    "hf.co": "huggingface.co",
    "www.huggingface.co": "huggingface.co",
    "www.github.com": "github.com",
    "youtube.com": "www.youtube.com",
    "m.youtube.com": "www.youtube.com",
    "www.openreview.net": "openreview.net",
    "nature.com": "www.nature.com",
    "semanticscholar.org": "www.semanticscholar.org",
    "emergentmind.com": "www.emergentmind.com",
}
# Pages that only lead on, and the parameter that says where.
_LEADS_ON = {
    ("t.me", "/iv"): "url",
    ("vk.com", "/away.php"): "to",
    ("m.vk.com", "/away.php"): "to",
    ("www.google.com", "/url"): "q|url",
    ("www.youtube.com", "/redirect"): "q",
    ("l.facebook.com", "/l.php"): "u",
    ("lm.facebook.com", "/l.php"): "u",
    ("l.instagram.com", ""): "u",
    ("out.reddit.com", ""): "url",
    ("www.linkedin.com", "/safety/go"): "url",
    ("duckduckgo.com", "/l"): "uddg",
}
_SECURE = frozenset(_ALIASES.values()) | {"gitlab.com", "habr.com", "youtu.be", "telegra.ph"}


class Address(NamedTuple):
    """A canonical address in parts; ``host`` may carry a port."""

    scheme: str
    host: str
    path: str
    query: str
    fragment: str

    def __str__(self) -> str:
        """The address as a URL, without a closing slash."""
        query = f"?{self.query}" if self.query else ""
        fragment = f"#{self.fragment}" if self.fragment else ""
        return f"{self.scheme}://{self.host}{self.path}{query}{fragment}"


def is_advertised(url: str) -> bool:
    """True where an address says that it was paid for, which its canonical form does not."""
    return _PAID.search(html.unescape(url)) is not None


def trim(url: str) -> str:
    """A URL as found in running text without what follows it: punctuation, brackets, glued words.

    A closing bracket stays where the URL opened it (``…/wiki/Attention_(ML)``). The answer is a
    head of what was given.
    """
    if end := _END.search(url):
        url = url[: end.start()]
    path = url.partition("?")[0]
    if "|" in path:
        url = path.partition("|")[0]
    if not url.isascii():
        url = _GLUED.sub("", _GLUED_UNSEEN.sub("", url[: _sign(url)]))
        if "/wiki/" not in url and (glued := _GLUED_BY_MARK.search(re.split("[?#]", url)[0])):
            url = url[: glued.start()]
    return url[: _closed(url)].rstrip(_TRAILING)


def _sign(url: str) -> int:
    """Where a sign stands that addresses do not hold: emoji, arrow, dash, bracket of any script.

    Telegram's own detector goes on over most of these, so they reach us inside its links:
    ``is_url_path_symbol`` in https://github.com/tdlib/td/blob/master/td/telegram/MessageEntity.cpp
    """
    joining = _JOINING if "/wiki/" in url else _HYPHENS
    for found in _NOT_ASCII.finditer(url):
        sign, place = found[0], found.start()
        if sign in joining and re.match(r"[\w(]", url[place + 1 : place + 2]):
            continue
        if mark := _EMOJI_MARK.match(url, max(place - 1, 0)) or _EMOJI_MARK.match(url, place):
            return mark.start()
        kind = unicodedata.category(sign)
        if sign == "\u200b" or (kind[0] in "PSC" and kind != "Cf") or kind == "No":
            return place
    return len(url)


def _closed(url: str) -> int:
    """Where a bracket closes that was not opened, as Telegram ends an address."""
    if not (")" in url or "]" in url or "}" in url):
        return len(url)
    opened = dict.fromkeys(_PAIRS.values(), 0)
    for bracket in _BRACKET.finditer(url):
        if opening := _PAIRS.get(bracket[0]):
            if not opened[opening]:
                return bracket.start()
            opened[opening] -= 1
        else:
            opened[bracket[0]] += 1
    return len(url)


def parse(url: str) -> Address | None:
    """The canonical address of an http(s) or scheme-less URL; None for anything else or a trick.

    Refused: user names, backslashes, escapes and look-alikes in the host, bare IP addresses.
    """
    return _settled(url) if len(url) <= _MAX_LENGTH else None


@lru_cache(maxsize=2048)  # channels repeat their own links, and pages are read many times
def _settled(url: str) -> Address | None:
    """The address whose spelling stays itself: a dropped slash may bare another full stop."""
    for _ in range(_ROUNDS):
        address = _parse(url)
        if address is None or str(address) == url:
            return address
        url = str(address)
    return None


def _parse(url: str) -> Address | None:
    if len(url) > _MAX_LENGTH:
        return None
    url = _INVISIBLE.sub("", trim(_unescaped(clean(url)).strip(_OUTER)))
    if not url or _FORBIDDEN.search(url):
        return None
    scheme = _SCHEME.match(url)
    if scheme and scheme[1].lower() not in {"http", "https"}:
        return None
    if not scheme:
        url = f"https://{url.removeprefix('//')}"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    host = None if "@" in parts.netloc else _host(parts.hostname or "")
    if host is None:
        return None
    secure = parts.scheme == "https" or host in _SECURE or host in _ALIASES
    host = _ALIASES.get(host, host)
    named = host if port in {None, 80, 443} else f"{host}:{port}"
    query = _SPACES.sub("", _without_tracking(host, parts.query)) if parts.query else ""
    fragment = "" if parts.fragment.startswith(":~:") else _quoted(parts.fragment)
    path = _quoted(parts.path)
    if "%" in path or "&" in path:
        path = _TRACKED_PATH.sub("", _SPACES.sub("", path))
    path = path.rstrip("/" if query or fragment else f"/{_TRAILING}")
    return _at_home(Address("https" if secure else "http", named, path, query, fragment))


def _unescaped(url: str) -> str:
    """A URL without HTML escapes, however often it was escaped."""
    for _ in range(_ROUNDS):
        if "&" not in url or not _ESCAPED.search(url):
            break
        url = _ESCAPED.sub(lambda escape: html.unescape(f"{escape[1]};"), url)
    return url


@lru_cache(maxsize=4096)
def _host(host: str) -> str | None:
    """A host in ASCII; None where it imitates another or is no public name."""
    try:
        shown = host.encode().decode("idna") if "xn--" in host.lower() else host
        shown = shown.lower().rstrip(".")
        if shown != unicodedata.normalize("NFKC", shown) or _misleads(shown):
            return None
        ascii_host = shown.encode("idna").decode()
    except UnicodeError:
        return None
    return ascii_host if _HOST.fullmatch(ascii_host) else None


def _misleads(host: str) -> bool:
    """True where a known name only leads (``t.me.evil.com``), scripts mix, or all looks Latin."""
    if _LED.match(host):
        return True
    *names, zone = host.split(".")
    for word in re.split(r"[.-]", host):
        if not word.isascii() and re.search("[a-z]", word):
            return True
    return zone.isascii() and any(
        not name.isascii() and _LOOKALIKES.issuperset(re.sub("[0-9-]", "", name)) for name in names
    )


def _quoted(part: str) -> str:
    return quote(part, safe="/:;@!$&'()*+,=~%?-._")


def _without_tracking(host: str, query: str) -> str:
    dropped = _SITE_TRACKING.get(host, set())
    pairs = parse_qsl(query, keep_blank_values=True, errors="replace")
    if not any(_TRACKING.fullmatch(name) or name in dropped for name, _ in pairs):
        return _quoted(query)
    kept = [(k, v) for k, v in pairs if not (_TRACKING.fullmatch(k) or k in dropped)]
    return urlencode(kept)


def _at_home(address: Address) -> Address | None:
    """The address as the site itself would write it, for the sites that we know."""
    if names := _LEADS_ON.get((address.host, address.path.rstrip("/"))):
        given = parse_qs(address.query)
        target = next((given[name][0] for name in names.split("|") if name in given), "")
        return _parse(target if "://" in target else unquote(target))
    if address.host == "t.me" or address.host.endswith(".t.me"):
        return _on_telegram(address)
    if address.host == "github.com":
        return _on_github(address)
    if address.host == "youtu.be" and (video := address.path.strip("/")):
        return address._replace(host="www.youtube.com", path="/watch", query=f"v={video}")
    if address.host == "www.youtube.com" and address.path.startswith(("/shorts/", "/live/")):
        video = address.path.split("/")[2]
        return address._replace(path="/watch", query=f"v={video}") if video else address
    return address


def _on_telegram(address: Address) -> Address | None:
    path = re.sub(r"^/s(?=/)", "", address.path).rstrip("/")
    if address.host != "t.me":
        path = f"/{address.host.removesuffix('.t.me')}{path}"
    # A browser that saves a page makes its hashtags whole: https://t.me/s/name?q=%23tag
    if address.query.startswith("q=%23"):
        return None
    if path in {"", "/s", "/share", "/share/url", "/proxy", "/socks"}:
        return None
    path = re.sub(r"^/@", "/", path)
    return Address("https", "t.me", path, "", "")


def _on_github(address: Address) -> Address:
    path = re.sub(r"^(/[^/]+/[^/]+?)(?:\.git)?(?:/tree/(?:main|master))?/?$", r"\1", address.path)
    fragment = "" if address.fragment == "readme" else address.fragment
    return address._replace(path=path, fragment=fragment)

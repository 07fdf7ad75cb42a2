"""``REDIS_URL`` taken apart: which servers, as whom, over TLS or not; no text has a secret."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import parse_qsl, unquote

from bot.store.errors import StoreError

REDIS_PORT, SENTINEL_PORT = 6379, 26379
_SCHEMES = ("redis", "rediss", "unix", "redis+sentinel", "rediss+sentinel")
_ALIASES = {"valkey": "redis", "valkeys": "rediss", "redis-sentinel": "redis+sentinel"}
_FORM = re.compile(
    r"[A-Za-z+-]+://(?:(?P<login>[^/?#]*)@)?(?P<places>[^/?#@]*)"
    r"(?P<path>/[^?#]*)?(?:\?(?P<options>[^#]*))?"
)
_PLACE = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^:\[\]\s]*)(?::(\d{1,5}))?")
_OPTION = re.compile(r"[A-Za-z_][\w-]{0,30}")
ENCODE = "percent-encode / ? # @ % and spaces in user and password: %2F %3F %23 %40 %25 %20"


@dataclass(frozen=True)
class RedisUrl:
    """What a ``REDIS_URL`` says; ``places`` are servers, or the Sentinels that watch ``group``.

    ``options`` and ``sentinel_options`` are redis-py's, secrets among them. ``left_out`` names
    the options that are other programs' own.
    """

    places: Sequence[tuple[str, int]] = ()
    socket: str = ""
    group: str = ""
    tls: bool = False
    options: Mapping[str, object] = field(default_factory=dict, repr=False)
    sentinel_options: Mapping[str, object] = field(default_factory=dict, repr=False)
    left_out: Sequence[str] = ()

    @property
    def shown(self) -> str:
        """The servers as a line of a log may name them."""
        return ", ".join(f"{host}:{port}" for host, port in self.places) or "its socket"


def parse_redis_url(url: str) -> RedisUrl:
    """The address; ``StoreError`` says what is wrong with it, and nothing that stands in it."""
    url = url.strip()
    name = url.partition("://")[0].lower()
    scheme = _ALIASES.get(name, name)
    if scheme not in _SCHEMES or "://" not in url:
        known = ", ".join(f"{each}://" for each in _SCHEMES)
        raise StoreError(f"REDIS_URL: must begin with one of {known}")
    found = _FORM.fullmatch(url)
    if found is None:
        raise _unreadable()
    options, left_out = _options(found["options"] or "", scheme)
    options |= _login(found["login"])
    path = found["path"] or ""
    if scheme == "unix":
        if found["places"] or not path:
            raise _unreadable()
        return RedisUrl(socket=_plain(path), options=options, left_out=left_out)
    if "@" in f"{path}{found['options']}":  # a password cut in two by what it was to be free of
        raise _unreadable()
    return _over_network(scheme, found["places"], path, options, left_out)


def secrets_of(url: str) -> set[str]:
    """Passwords in an address, as they stand and decoded; also in one that makes no sense."""
    body = url.partition("://")[2]
    login = body.rpartition("@")[0]
    found = {login.partition(":")[2] or login}
    options = parse_qsl(body.partition("?")[2])
    found |= {value for name, value in options if name.endswith("password")}
    return {each for raw in found for each in (raw, unquote(raw)) if each}


def _over_network(
    scheme: str, places: str, path: str, options: dict[str, object], left_out: Sequence[str]
) -> RedisUrl:
    watched = scheme.endswith("+sentinel")
    group, _, database = path[1:].partition("/") if watched else ("", "", path[1:])
    if watched and not group:
        fix = "name the group behind the Sentinels, redis+sentinel://host1,host2/mymaster"
        raise StoreError(f"REDIS_URL: {fix}")
    if not re.fullmatch(r"\d{0,9}/?", database):
        raise StoreError(
            f"REDIS_URL: behind the host stands the number of a database, or nothing; {ENCODE}"
        )
    if digits := database.rstrip("/"):
        options = {"db": int(digits)} | options
    tls = {name: value for name, value in options.items() if name in _TLS}
    theirs = {name.removeprefix("sentinel_"): options.pop(name) for name in _THEIRS & {*options}}
    return RedisUrl(
        places=_places(places, SENTINEL_PORT if watched else REDIS_PORT, watched),
        group=_plain(group),
        tls=scheme.startswith("rediss"),
        options=options,
        sentinel_options=theirs | tls,
        left_out=left_out,
    )


def _places(text: str, port: int, several: bool) -> Sequence[tuple[str, int]]:
    found = [_PLACE.fullmatch(each) for each in (text.split(",") if several else [text])]
    places = [(each[1].strip("[]") or "localhost", int(each[2] or port)) for each in found if each]
    if len(places) < len(found) or not all(0 < number < 1 << 16 for _, number in places):
        raise _unreadable()
    return places


def _login(text: str | None) -> Mapping[str, str]:
    """User and password, as redis-py calls them, where they are given."""
    user, _, password = (text or "").partition(":")
    found = {"username": _plain(user), "password": _plain(password)}
    return {name: value for name, value in found.items() if value}


def _plain(text: str) -> str:
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        raise _unreadable() from None


def _unreadable() -> StoreError:
    return StoreError(f"REDIS_URL: is no address of a server; {ENCODE}")


def _options(text: str, scheme: str) -> tuple[dict[str, object], Sequence[str]]:
    """Options that are known with their values, and the names of those that are left out."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        raise _unreadable() from None
    known, left_out = dict[str, object](), []
    for name, value in pairs:
        if name not in _KNOWN:
            left_out.append(_foreign(name))
            continue
        if name in _TLS and not scheme.startswith("rediss"):
            raise StoreError(f"REDIS_URL: {name} belongs to an address that begins with rediss")
        if name in _THEIRS and not scheme.endswith("+sentinel"):
            raise StoreError(f"REDIS_URL: {name} belongs to redis+sentinel://")
        make, form = _KNOWN[name]
        try:
            known[name] = make(value)
        except (OSError, ValueError, KeyError):
            raise StoreError(f"REDIS_URL: the option {name} must be {form}") from None
    return known, left_out


def _foreign(name: str) -> str:
    """The name of an option that other clients take and that changes nothing here.

    One that might be meant to guard the connection, or is a slip of ours, may not be left out.
    """
    if not _OPTION.fullmatch(name):
        raise _unreadable()
    near = get_close_matches(name.lower(), _KNOWN, n=1, cutoff=0.8)
    if near or name.lower().startswith(("ssl", "tls")):
        known = near[0] if near else ", ".join(sorted(_TLS))
        raise StoreError(f"REDIS_URL: the option {name} is not known; there is {known}")
    return name


def _number(value: str) -> int:
    if not value.isdecimal():
        raise ValueError
    return int(value)


def _file(value: str) -> str:
    path = Path(value).expanduser()
    path.open("rb").close()
    return str(path)


def _level(value: str) -> str:
    return {"none": "none", "optional": "optional", "required": "required"}[
        value.lower().removeprefix("cert_")
    ]


def _yes(value: str) -> bool:
    return {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}[
        value.lower()
    ]


_FILE = "a file that can be read"
_TLS: Mapping[str, tuple[Callable[[str], object], str]] = {
    "ssl_ca_certs": (_file, _FILE),
    "ssl_certfile": (_file, _FILE),
    "ssl_keyfile": (_file, _FILE),
    "ssl_cert_reqs": (_level, "required, optional or none"),
    "ssl_check_hostname": (_yes, "yes or no"),
}
_KNOWN: Mapping[str, tuple[Callable[[str], object], str]] = {
    **_TLS,
    "db": (_number, "the number of a database"),
    "username": (str, "a name"),
    "password": (str, "a password"),
    "sentinel_username": (str, "a name"),
    "sentinel_password": (str, "a password"),
}
_THEIRS = frozenset({"sentinel_username", "sentinel_password"})

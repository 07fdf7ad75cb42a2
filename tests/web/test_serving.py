"""How the archive answers: tags, languages, limits, heads, odd requests, a store that is away."""

import asyncio
import re
from contextlib import AsyncExitStack
from http import HTTPStatus
from xml.etree import ElementTree

import pytest
from aiohttp import ClientSession
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from yarl import URL

from bot.config import Settings
from bot.counts import WEB_REQUESTS
from bot.store import Store, open_store
from bot.taxonomy.topics import Topic
from bot.web.limits import AddressLimit, Proxies
from bot.web.places import PagePlace, place_at
from bot.web.serve import WebPortTaken, archive_served
from tests.fakes.entries import make_entry
from tests.fakes.proxy import FakeProxy
from tests.telegram.seeding import put
from tests.web.conftest import NOW, PUBLIC_URL, Visitor


async def test_what_has_not_changed_is_not_sent_again(store: Store, visitor: Visitor) -> None:
    await put(store, make_entry())
    first = await visitor.get("/en/")
    tag = first.headers["ETag"]
    assert re.fullmatch(r'"[0-9a-f]+-gzip"', tag)
    again = await visitor.get("/en/", {"If-None-Match": f'"other", {tag}'})
    assert (again.status, again.body, again.headers["ETag"]) == (304, b"", tag)
    head = await visitor.get("/en/", method="HEAD")
    assert (head.status, head.body, head.headers["ETag"]) == (200, b"", tag)
    await put(store, make_entry("pane_two", 2, title="Something new", text="Unlike the other."))
    changed = await visitor.get("/en/", {"If-None-Match": tag})
    assert changed.status == 200
    assert "Something new" in changed.text


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip", "gzip"),
        ("br, GZIP;q=0.5", "gzip"),
        ("gzip;q=0.01, deflate", "gzip"),
        ("gzip;q=0, deflate", None),
        ("deflate, gzip; q=0.0", None),
        ("xgzip, br", None),
        ("", None),
    ],
)
async def test_a_page_is_packed_for_who_takes_that(
    store: Store, visitor: Visitor, accepted: str, encoding: str | None
) -> None:
    await put(store, make_entry(title="Small weights"))
    answer = await visitor.get("/en/", {"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding") == encoding
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.text == (await visitor.get("/en/")).text
    tag = answer.headers["ETag"]
    again = await visitor.get("/en/", {"Accept-Encoding": accepted, "If-None-Match": tag})
    assert (again.status, again.headers["ETag"]) == (304, tag)


@pytest.mark.parametrize(
    ("accepted", "home"),
    [
        ("ru", "/ru/"),
        ("ru-RU,ru;q=0.9,en;q=0.8", "/ru/"),
        ("de, en;q=0.3, ru;q=0.7", "/ru/"),
        ("en-GB", "/en/"),
        ("ru;q=0, *", "/en/"),
        ("", "/en/"),
        (";;q=,ru;q=9", "/en/"),
    ],
)
async def test_the_browser_chooses_the_language(
    visitor: Visitor, accepted: str, home: str
) -> None:
    answer = await visitor.get("/", {"Accept-Language": accepted})
    assert (answer.status, answer.headers["Location"]) == (302, home)
    assert answer.headers["Vary"] == "Accept-Language"


async def test_heads_forbid_what_pages_do_not_need(store: Store, visitor: Visitor) -> None:
    await put(store, make_entry())
    for path in ("/en/", "/style.css", "/nothing", "/"):
        heads = (await visitor.get(path)).headers
        assert heads["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
        assert heads["X-Content-Type-Options"] == "nosniff"
        assert heads["Referrer-Policy"] == "no-referrer"
    answer = await visitor.get("/en/", method="POST")
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")


async def test_a_page_says_where_it_lives(store: Store, visitor: Visitor) -> None:
    await put(store, make_entry())
    page = await visitor.page("/en/t/quantization")
    here = f"{PUBLIC_URL}/en/t/quantization"
    assert f'<link rel="canonical" href="{here}">' in page
    assert f'hreflang="ru" href="{PUBLIC_URL}/ru/t/quantization"' in page
    assert f'<meta property="og:image" content="{here}.png">' in page
    picture = await visitor.get("/en/t/quantization.png")
    assert picture.headers["Content-Type"] == "image/png"
    assert picture.body.startswith(b"\x89PNG") and picture.body[16:24] == b"\0\0\x04\xb0\0\0\x02v"
    assert "canonical" not in (await visitor.get("/en/d/2099-01-01")).text


async def test_the_map_names_every_page(store: Store, visitor: Visitor) -> None:
    await put(store, make_entry(papers=["2611.04821"]), make_entry("pane_two", 2, kind="promo"))
    assert f"Sitemap: {PUBLIC_URL}/sitemap.xml" in await visitor.page("/robots.txt")
    parts = _addresses(await visitor.page("/sitemap.xml"))
    assert parts == [f"{PUBLIC_URL}/sitemap-1.xml"]
    listed = _addresses(await visitor.page("/sitemap-1.xml"))
    assert f"{PUBLIC_URL}/ru/p/arxiv:2611.04821" in listed
    assert f"{PUBLIC_URL}/en/d/2026-11-20" in listed
    assert sum("/en/s/" in address for address in listed) == 1
    for address in listed:
        assert (await visitor.get(address.removeprefix(PUBLIC_URL))).status == 200, address
    assert (await visitor.get("/sitemap-2.xml")).status == 404


def _addresses(text: str) -> list[str]:
    return [str(found.text) for found in ElementTree.fromstring(text).iter() if "loc" in found.tag]


async def test_search_engines_are_kept_out_unless_they_are_let_in(
    store: Store, web_settings: Settings
) -> None:
    closed = web_settings.model_copy(update={"web_index": "no", "web_url": None})
    async with (
        archive_served(closed, store, now=lambda: NOW),
        ClientSession(f"http://127.0.0.1:{closed.web_port}") as session,
    ):
        visitor = Visitor(session)
        assert await visitor.page("/robots.txt") == "User-agent: *\nDisallow: /\n"
        answer = await visitor.get("/en/")
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert "canonical" not in answer.text and "og:image" not in answer.text
        assert (await visitor.get("/sitemap.xml")).status == 404


async def test_one_address_may_ask_so_often(store: Store, visitor: Visitor) -> None:
    greedy = {"X-Forwarded-For": "203.0.113.9"}
    statuses = await asyncio.gather(
        *(visitor.get("/style.css", greedy) for _ in range(200)),
    )
    refused = [answer for answer in statuses if answer.status == HTTPStatus.TOO_MANY_REQUESTS]
    assert refused and all(int(answer.headers["Retry-After"]) > 0 for answer in refused)
    assert (await visitor.get("/style.css")).status == 200
    counted = dict(store.counts.of(WEB_REQUESTS))
    assert counted[("4xx",)] == len(refused)
    assert counted[("2xx",)] == len(statuses) - len(refused) + 1


def test_a_limit_fills_up_again_and_forgets() -> None:
    limit = AddressLimit(rate=10, burst=3, most=2)
    assert [limit.wait("a", 0.0) for _ in range(4)] == [0, 0, 0, pytest.approx(0.1)]
    assert limit.wait("b", 0.0) == 0
    assert limit.wait("a", 0.2) == 0
    for address in "cdef":
        limit.wait(address, 0.2)
    assert limit.wait("a", 0.2) == 0  # forgotten, and so begins anew


@pytest.mark.parametrize(
    ("peer", "forwarded", "asking"),
    [
        ("127.0.0.1", ["198.51.100.7"], "198.51.100.7"),
        ("::1", ["10.1.1.1, 198.51.100.7"], "198.51.100.7"),
        ("127.0.0.1", ["198.51.100.7, 192.0.2.5"], "198.51.100.7"),
        ("192.0.2.5", ["198.51.100.7"], "198.51.100.7"),
        ("203.0.113.1", ["198.51.100.7"], "203.0.113.1"),
        ("127.0.0.1", ["198.51.100.7", "nonsense"], "127.0.0.1"),
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", ["2001:db8:1:2:3::4"], "2001:db8:1:2::/64"),
        ("::ffff:127.0.0.1", ["198.51.100.7"], "198.51.100.7"),
        (None, [], ""),
    ],
)
def test_only_known_proxies_are_believed(
    peer: str | None, forwarded: list[str], asking: str
) -> None:
    proxies = Proxies(
        Settings(_env_file=None, web_trusted_proxies="192.0.2.0/24").web_trusted_proxies
    )
    assert proxies.asking(peer, forwarded) == asking


async def test_a_taken_port_is_named(store: Store, web_settings: Settings) -> None:
    async with archive_served(web_settings, store):
        with pytest.raises(
            WebPortTaken, match=f"WEB_PORT: cannot serve on {web_settings.web_port}"
        ):
            async with archive_served(web_settings, store):
                pass


_WORDS = st.text(min_size=1, max_size=12)
_SEGMENTS = st.one_of(
    st.sampled_from(
        ["ru", "en", "t", "d", "w", "m", "k", "s", "p", "c", "search", "contents", ""]
    ),
    st.sampled_from(
        ["2026-11-20", "2026-W53", "0000-00", "arxiv:1", "doi:10.1/%", "..", "%2e%2e"]
    ),
    st.sampled_from([*Topic][:3]),
    st.integers(-1, 10**12).map(str),
    _WORDS,
)
_QUERIES = st.dictionaries(st.sampled_from(["q", "page", "x"]), st.text(max_size=40), max_size=3)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_SEGMENTS, max_size=5), _QUERIES, st.text(alphabet='abc"*W/,;=é', max_size=20))
async def test_whatever_is_asked_for_is_answered(
    visitor: Visitor, segments: list[str], query: dict[str, str], tag: str
) -> None:
    path = "/" + "/".join(each.encode("utf-8", "replace").decode() for each in segments)
    text = {name: each.encode("utf-8", "replace").decode() for name, each in query.items()}
    asked = URL.build(path=path, query=text)
    answer = await visitor.get(str(asked), {"If-None-Match": tag.encode().decode("latin-1")})
    assert answer.status < 500
    if answer.status in (301, 302):
        home = answer.headers["Location"]
        assert re.match(r"/(ru|en)/", home)
        assert (await visitor.get(home)).status not in (301, 302)


@pytest.mark.parametrize(
    "place",
    [
        PagePlace(),
        PagePlace("contents"),
        PagePlace("week", "2026-W53"),
        PagePlace("topic", Topic("quantization"), 3),
        PagePlace("paper", "doi:10.1145/3292500.3330701"),
        PagePlace("paper", "doi:10.1002/(SICI)1097-4571(199806)49:8<693::AID>3.0"),
        PagePlace("channel", "gonzo_ML"),
    ],
)
def test_a_place_is_found_by_its_path(place: PagePlace) -> None:
    assert place_at(URL(f"/{place.path()}", encoded=True).path.removeprefix("/")) == place


async def test_a_store_that_is_away_is_said(store: Store, web_settings: Settings) -> None:
    given = web_settings.redis_url
    target = given.get_secret_value() if given else web_settings.fortochka_home / "redis.sock"
    async with FakeProxy(str(target)) as proxy, AsyncExitStack() as stack:
        there = {"redis_url": SecretStr(proxy.url)}
        far = web_settings.model_copy(update=there)
        behind = await stack.enter_async_context(open_store(far))
        await stack.enter_async_context(archive_served(far, behind, now=lambda: NOW))
        address = f"http://127.0.0.1:{far.web_port}"
        visitor = Visitor(await stack.enter_async_context(ClientSession(address)))
        await visitor.page("/en/")
        proxy.set("refuse")
        proxy.cut_all()
        answer = await visitor.get("/en/")
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
        assert (await visitor.get("/style.css")).status == 200
        proxy.set("pass")
        await visitor.page("/en/")

"""Addresses as people post them: escaped, with a glued tail, before a full stop."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.collect.preview.page import parse_page
from bot.collect.text.assemble import Piece, assemble
from bot.collect.text.links import canonical, links_in_text
from tests.collect.invented import post
from tests.collect.test_preview_traps import parsed, text

PAPER = "https://arxiv.org/abs/2610.04321"
CODE = "https://github.com/odd/lab"
TAILS = [
    *(
        "🔥",
        "❤️",
        "👈🏻",
        "🇷🇺",
        "1️⃣",
        "→",
        "->",
        "=>код",
        "⇒советую",
        "•",
        "·",
        "™",
        "¹",
        "…дальше",
        "½",
    ),
    *("—советую", "–это обзор", "―", "−", "советую", ")советую", "]и", "}", "(", "»", "“"),
    *("，很有意思", "。", "、", "）", "】", "！", "｜", "～", "「引」", "\u3000次", "۔", "।"),
    *(".Советую", ",далее", ";и", "!Да", ":вот", "(обзор", "[обзор", "*жирно", "‐советую", "'да'"),
    *("\u200eдалее", "\u2060далее", "\u00adи", "\ufe0f", "\\", "^"),
    *("|", "| код", f"|{CODE}", f",{CODE}", f";{CODE}", CODE, "\u200bдалее", "](x", "`", "*", "_"),
]
ESCAPED = {
    "https://openreview.net/forum?noteId=k3Vw&id=Zq81mTnXwe": (
        "https://openreview.net/forum?id=Zq81mTnXwe"
    ),
    "https://odd.example/s?utm_source=tg&utm_medium=post&id=7": "https://odd.example/s?id=7",
    "https://odd.example/a?b=1&copy=2&reg=3": "https://odd.example/a?b=1&copy=2&reg=3",
    "https://odd.example/it's!?a=1": "https://odd.example/it's!?a=1",
}


def shown(url: str) -> str:
    """An address that Telegram detected, as preview pages show it."""
    return f'<a href="{url}" target="_blank">{url}</a>'


@pytest.mark.parametrize(("url", "expected"), ESCAPED.items())
def test_an_escaped_address_is_the_same_by_all_routes(url: str, expected: str) -> None:
    once, twice = html.escape(url), html.escape(html.escape(url))
    by_page = parsed(text(f'see <a href="{twice}" onclick="return confirm()">it</a>'))
    entity = {"type": "text_link", "offset": 4, "length": 2, "url": once}
    by_bot = post(text="see it", entities=[entity])
    for found in (by_page, by_bot):
        assert [link.url for link in found.links] == [expected]
    assert by_page.revision == by_bot.revision


@given(st.integers(0, 4), st.sampled_from(sorted(ESCAPED)))
def test_any_number_of_escapes_is_one_address(times: int, url: str) -> None:
    escaped = url
    for _ in range(times):
        escaped = html.escape(escaped)
    assert canonical(escaped) == canonical(url)


_NAMES = st.from_regex(r"[a-z]{4,9}", fullmatch=True)


@given(st.integers(1, 4), st.dictionaries(_NAMES, _NAMES, min_size=2, max_size=4))
def test_any_query_is_one_address_by_both_routes(times: int, query: dict[str, str]) -> None:
    url = "https://odd.example/a?" + "&".join(f"{name}={query[name]}" for name in query)
    escaped = url
    for _ in range(times):
        escaped = html.escape(escaped)
    by_page = parsed(text(f'<a href="{html.escape(escaped)}" onclick="return confirm()">it</a>'))
    entity = {"type": "text_link", "offset": 0, "length": 2, "url": escaped}
    by_bot = post(text="it", entities=[entity])
    assert by_page.links == by_bot.links
    assert by_page.revision == by_bot.revision
    assert by_page.links[0].url == canonical(url)


@pytest.mark.parametrize("tail", TAILS)
def test_what_is_glued_to_an_address_is_no_part_of_it(tail: str) -> None:
    in_words, in_link = links_in_text(f"см. {PAPER}{tail}"), parsed(text(shown(PAPER + tail)))
    by_bot = assemble([Piece("см. "), Piece(PAPER + tail, PAPER + tail)])[1]
    for links in (in_words, in_link.links, by_bot):
        assert links[0].paper == "arxiv:2610.04321"
        assert [link.url for link in links[1:]] == ([CODE] if CODE in tail else [])


@given(
    st.sampled_from([PAPER, CODE, "https://t.me/odd_lab/12", "https://odd.example/a?b=c"]),
    st.characters(categories=["S", "P", "No"], min_codepoint=0x80, exclude_characters="‐‑"),
    st.text(st.sampled_from("советую很有意思👍🏻…—，。 "), max_size=8),
)
def test_any_sign_ends_an_address(url: str, sign: str, rest: str) -> None:
    told = [link.url for link in links_in_text(f"{url}{sign}{rest}")]
    assert told == [url]


@pytest.mark.parametrize(
    "url",
    [
        "https://en.wikipedia.org/wiki/Kullback–Leibler_divergence",
        "https://ru.wikipedia.org/wiki/Расстояние_Кульбака_—_Лейблера",
        "https://ja.wikipedia.org/wiki/ジェフリー・ヒントン",
        "https://fr.wikipedia.org/wiki/Réseau_de_neurones",
        "https://ru.wikipedia.org/wiki/Category:Сети_(сеть)",
        "https://odd.example/слова-и/ещё,слова",
        "https://odd.example/search?q=a,слова",
        "https://odd.example/w/index.php?titles=A|B",
        "https://odd.example/wiki/Net_(ML)#Training_(2)",
        "https://web.archive.org/web/2020/https://odd.example/a",
        "https://odd.example/go?to=https://odd.example/a",
    ],
)
def test_what_only_looks_glued_stays(url: str) -> None:
    (link,) = links_in_text(f"см. {url}")
    assert link.url == canonical(url)
    assert link.url.count("%") or link.url == url


def test_an_emoji_before_a_site_is_no_part_of_it() -> None:
    (link,) = parsed(text(shown("http://🔥arxiv.org/abs/2610.04321"))).links
    assert link.url == PAPER


@pytest.mark.parametrize(
    ("words", "url"),
    [
        ("Демо лежит на odd-demo.app.", "https://odd-demo.app"),
        ("сайт www.odd-lab.org. Дальше", "https://www.odd-lab.org"),
        ("Код и статья:arxiv.org/abs/2610.04321。", PAPER),
        ("Code:github.com/odd/lab!", CODE),
        ("(odd-lab.org).", "https://odd-lab.org"),
        ("odd-lab.org?", "https://odd-lab.org"),
        ("1.https://arxiv.org/abs/2610.04321", PAPER),
        ("см.https://arxiv.org/abs/2610.04321", PAPER),
        ("1.arxiv.org/abs/2610.04321", PAPER),
        ("См.github.com/odd/lab", CODE),
        ("код -github.com/odd/lab", CODE),
        ("_github.com/odd/lab_", CODE),
        ("odd-lab.org?x=1.", "https://odd-lab.org?x=1"),
        ("odd-lab.org:8080/x.", "https://odd-lab.org:8080/x"),
    ],
)
def test_a_bare_site_beside_a_sign(words: str, url: str) -> None:
    assert [link.url for link in links_in_text(words)] == [url]


def test_a_page_of_glued_links_keeps_its_text() -> None:
    found = parse_page(text(shown(f"{PAPER}🔥")))
    assert found.posts == ()
    assert parsed(text(shown(f"{PAPER}🔥"))).text == f"{PAPER}🔥"

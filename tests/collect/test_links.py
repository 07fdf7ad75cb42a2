"""Canonical addresses, papers by id, kinds by rule; tricks and file names are no links."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.collect.text.links import canonical, links_in_text, make_link, unique

ABS = "https://arxiv.org/abs/"

SAME = {
    "http://arxiv.org/abs/2301.11163v3": f"{ABS}2301.11163",
    f"{ABS}2506.17298),": f"{ABS}2506.17298",
    "https://giga.chat/": "https://giga.chat",
    "https://Example.COM:443/Path/?utm_source=x&b=2&fbclid=1#": "https://example.com/Path?b=2",
    "https://t.me/s/channel_x": "https://t.me/channel_x",
    "https://t.me/s/channel_x/12?single": "https://t.me/channel_x/12",
    "telegram.me/channel_x/12": "https://t.me/channel_x/12",
    "https://channel_x.t.me/12": "https://t.me/channel_x/12",
    "https://t.me/iv?url=https%3A%2F%2Fexample.com%2Fa&rhash=1": "https://example.com/a",
    "https://t.me/iv?url=https%253A%252F%252Fexample.com%252Fa": "https://example.com/a",
    "https://vk.com/away.php?to=https%3A%2F%2Fexample.com%2Fa%3Fx%3D1%26y%3D2&el=snippet": (
        "https://example.com/a?x=1&y=2"
    ),
    "https://www.google.com/url?sa=t&url=https://arxiv.org/pdf/2610.00001&usg=A": (
        "https://arxiv.org/abs/2610.00001"
    ),
    "https://youtube.com/redirect?event=video&q=https%3A%2F%2Fexample.com": "https://example.com",
    "https://www.google.com/search?q=speech": "https://www.google.com/search?q=speech",
    "https://twitter.com/someone/status/12?s=20&t=abc": "https://x.com/someone/status/12",
    "https://youtu.be/dHBEQ-Ryo24?si=abc": "https://www.youtube.com/watch?v=dHBEQ-Ryo24",
    "https://github.com/some/repo.git": "https://github.com/some/repo",
    "https://github.com/some/repo/tree/main?tab=readme-ov-file#readme": (
        "https://github.com/some/repo"
    ),
    "http://bit.ly/2yaeODz.": "http://bit.ly/2yaeODz",
    "https://clck.ru/sK2aEВключена": "https://clck.ru/sK2aE",
    "https://ru.wikipedia.org/wiki/Attention_(ML)": "https://ru.wikipedia.org/wiki/Attention_(ML)",
    "https://президент.рф/новости": (
        "https://xn--d1abbgf6aiiy.xn--p1ai/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8"
    ),
    "https://app.example.com/#/board": "https://app.example.com#/board",
}
TRICKS = [
    "",
    "   ",
    "https://t.me@evil.com",
    "t.me@evil.com",
    "https://t.me%2f@evil.com",
    "https://t.me.evil.com/x",
    "https://evil.com\\@t.me",
    "https://аррӏе.com",
    "https://xn--80ak6aa92e.com",
    "https://gооgle.com",
    "https://ｔ.me/x",
    "https://www.youtube.com/redirect?q=javascript:alert(1)",
    "https://vk.com/away.php?to=https%3A%2F%2Ft.me%40evil.com",
    "tg://user?id=1",
    "tg://resolve?domain=x",
    "javascript:alert(1)",
    "data:text/html,x",
    "ftp://example.com/x",
    "mailto:a@example.com",
    "file:///etc/passwd",
    "http://127.0.0.1/x",
    "http://0x7f.1/",
    "http://[::1]/",
    "http://localhost:8080",
    "https://exa mple.com",
    "https://example.com:99999999/",
    "?q=%23tag",
    "/s/channel_x?q=%23tag",
    "https://t.me/share/url?url=https://evil.com",
    "https://",
    "https://-.com",
]
KINDS = {
    "https://github.com/some/repo": "code",
    "https://github.com/some": "other",
    "https://colab.research.google.com/drive/1a": "code",
    "https://huggingface.co/some/model-7B": "model",
    "https://huggingface.co/datasets/some/set": "dataset",
    "https://huggingface.co/blog/some-post": "other",
    "https://huggingface.co/spaces/some/demo": "other",
    "https://www.youtube.com/watch?v=dHBEQ-Ryo24": "video",
    "https://t.me/channel_x/12": "post",
    "https://t.me/channel_x": "other",
    "https://x.com/someone/status/12": "post",
    "https://iclr.cc/virtual/2025/poster/29620": "paper",
    "https://example.com/files/report.pdf": "paper",
    "https://example.com": "other",
}


@pytest.mark.parametrize(("url", "expected"), SAME.items())
def test_spellings_of_an_address_are_one(url: str, expected: str) -> None:
    assert canonical(url) == expected
    assert canonical(expected) == expected


@pytest.mark.parametrize("url", TRICKS)
def test_tricks_and_other_schemes_are_refused(url: str) -> None:
    assert canonical(url) is None


@pytest.mark.parametrize(("url", "kind"), KINDS.items())
def test_kind_by_rule(url: str, kind: str) -> None:
    link = make_link(url)
    assert link is not None
    assert link.kind == kind


def test_an_anchor_is_kept_when_it_says_more_than_the_address() -> None:
    said, repeated = make_link("https://example.com/a", " the\xa0code "), None
    assert said is not None
    assert said.anchor == "the code"
    repeated = make_link("https://example.com/a", "https://example.com/a")
    assert repeated is not None
    assert repeated.anchor == ""


@pytest.mark.parametrize("name", ["AGENTS.md", "llama.cpp", "train.py", "fmin.xyz"])
def test_file_names_are_links_only_under_words(name: str) -> None:
    assert make_link(f"http://{name}", name) is None
    assert make_link(f"http://{name}/", "our site") is not None
    assert links_in_text(f"read {name} first") == ()


def test_links_in_running_text() -> None:
    text = (
        "Статья (https://ru.wikipedia.org/wiki/Attention_(ML)), код: github.com/some/repo.\n"
        "Ещё arXiv:2301.11163v2 [cs.CL], doi: 10.1038/nphys1170. Снова "
        "arxiv.org/abs/2301.11163  и https://clck.ru/sK2aEВключена «https://example.com/a»!"
    )
    assert [link.url for link in links_in_text(text)] == [
        "https://ru.wikipedia.org/wiki/Attention_(ML)",
        "https://github.com/some/repo",
        f"{ABS}2301.11163",
        "https://doi.org/10.1038/nphys1170",
        "https://clck.ru/sK2aE",
        "https://example.com/a",
    ]


def test_markup_between_addresses_belongs_to_none() -> None:
    text = (
        "[Paper](https://a.com/p)[Code](https://b.com/q) "
        "c.com/x](https://d.com) f.read('https://e.com/y')"
    )
    urls = [link.url for link in links_in_text(text)]
    assert urls == [
        "https://a.com/p",
        "https://b.com/q",
        "https://c.com/x",
        "https://d.com",
        "https://e.com/y",
    ]
    (archived,) = links_in_text("https://web.archive.org/web/2020/https://b.com/z")
    assert archived.url == "https://web.archive.org/web/2020/https://b.com/z"


@pytest.mark.parametrize(
    "text",
    [
        "e.g. this, i.e. that, т.е. это и т.д.",
        "Node.js, ASP.NET, torch.nn, v1.5/v2.0, and/or, model.safetensors",
        "write to someone@example.com",
        "docs/README.md и src/main.rs",
        "arXiv 12 и arXiv:9999.99999",
        "3.14 и 2024.12.01",
    ],
)
def test_running_text_without_links(text: str) -> None:
    assert links_in_text(text) == ()


def test_each_link_once_in_order_with_its_first_telling_anchor() -> None:
    made = [
        make_link("http://www.example.com/a"),
        make_link("https://huggingface.co/papers/2301.11163"),
        make_link("https://example.com/a", "code"),
        make_link("https://arxiv.org/abs/2301.11163v2", "paper"),
    ]
    links = unique(link for link in made if link)
    assert [(link.url, link.anchor) for link in links] == [
        ("http://www.example.com/a", "code"),
        (f"{ABS}2301.11163", "paper"),
    ]


@pytest.mark.parametrize(
    ("address", "advert"),
    [
        ("https://klen.example/?erid=2VtzqAbCdEf", True),
        ("https://klen.example/?utm_source=tg&utm_medium=cpc", True),
        ("https://klen.example/?a=1&amp;utm_term=paid&b=2", True),
        ("https://klen.example/?utm_source=tg&utm_medium=post", False),
        ("https://klen.example/?erid=", False),
        ("https://klen.example/erid=2VtzqAbCdEf", False),
        ("https://klen.example/?utm_medium=cpcrenew", False),
    ],
)
def test_an_address_keeps_the_mark_that_it_was_paid_for(address: str, advert: bool) -> None:
    plain = make_link("https://klen.example/")
    found = make_link(address)
    assert found is not None
    assert plain is not None
    assert (found.advert, plain.advert) == (advert, False)
    (both,) = unique(each.model_copy(update={"url": plain.url}) for each in (plain, found))
    assert both.advert == advert


def test_real_rows(shared: Path) -> None:
    rows = [
        json.loads(line)
        for path in sorted((shared / "links").glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]
    assert len(rows) >= 100
    for row in rows:
        link, variant = make_link(row["raw"]), row["variant"]
        assert link is not None, row["raw"]
        assert canonical(link.url) == link.url
        if variant.startswith(("arxiv", "ar5iv", "hf_papers")) or variant in {"papers_cool"}:
            assert link.url == ABS + (link.paper or "").removeprefix("arxiv:"), row["raw"]
        if variant.startswith(("doi", "openreview", "biorxiv")):
            assert (link.paper or "").startswith(("arxiv:", "doi:", "openreview:")), row["raw"]
        if variant == "tme_post":
            assert (link.kind, "?" in link.url) == ("post", False), row["raw"]
        if variant == "papers_cool_category_not_a_paper":
            assert link.paper is None


@given(st.text())
def test_any_text_is_survived(text: str) -> None:
    for link in links_in_text(text):
        assert link.url.startswith(("https://", "http://"))
        assert link.url.isascii()


@given(
    st.sampled_from(["", "http://", "https://", "//", "t.me/", "https://arxiv.org/abs/"]),
    st.text(st.sampled_from("abт.@:/\\%?#&=[]()-_1 \u202e\ud83d\x00"), max_size=40),
)
def test_canonical_is_a_fixed_point(scheme: str, rest: str) -> None:
    url = canonical(scheme + rest)
    if url is not None:
        assert canonical(url) == url


@pytest.mark.parametrize(
    "tail", [".", pytest.param(").", marks=pytest.mark.slow), "(", "a.b/", "%", "т"]
)
def test_endless_addresses_are_cut_or_refused(tail: str) -> None:
    url = "https://example.com/a" + tail * 100_000
    assert canonical(url) is None
    assert all(len(link.url) < 20_000 for link in links_in_text(url))

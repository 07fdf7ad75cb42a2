"""Every real sample against a table of what must come of it, field by field.

The tables hold facts only: ids, instants, kinds, canonical addresses, and each text as its length
and the first digits of its SHA-256.
"""

import csv
import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.collect.botapi.updates import BadUpdate, read_post
from bot.collect.export.reader import read_export
from bot.collect.preview.page import parse_page
from bot.collect.text.links import canonical, make_link
from bot.model import Post
from bot.text import words
from tests.collect.invented import CHAT

EXPECTED = Path(__file__).parent / "expected"
Row = list[str]


def table(name: str) -> list[Row]:
    """Rows of a table under its header."""
    text = (EXPECTED / f"{name}.tsv").read_text("utf-8")
    return list(csv.reader(text.splitlines()[1:], delimiter="\t", quoting=csv.QUOTE_NONE))


def facts(source: str, post: Post) -> Row:
    """A post as a row."""
    forward, marks = post.forward, [n for n in ("edited", "service") if getattr(post, n)]
    return [
        source,
        str(post.message_id),
        post.channel.ref,
        post.published_at.strftime("%Y-%m-%dT%H:%M:%S"),
        ",".join(marks) or "-",
        "+".join(post.media) or "-",
        ",".join(map(str, post.album)) or "-",
        f"{forward.channel or '?'}/{forward.message_id or '?'}" if forward else "-",
        str(post.reply_to or "-"),
        str(len(post.text)),
        hashlib.sha256(post.text.encode()).hexdigest()[:8],
        "-" if post.views is None else str(post.views),
        " ".join(f"{link.kind}:{link.url}" for link in post.links) or "-",
    ]


def of_pages(data: Path) -> Iterator[Row]:
    for path in sorted((data / "html").rglob("*.html")):
        yield from (facts(path.stem, post) for post in parse_page(path.read_bytes()).posts)


def of_exports(data: Path) -> Iterator[Row]:
    for path in sorted((data / "export").rglob("*.json")):
        with path.open("rb") as file:
            for post in read_export(file, "invented"):
                assert isinstance(post, Post)
                yield facts(path.stem, post)


def of_updates(data: Path) -> Iterator[Row]:
    """Updates as they are, messages of all kinds as posts; their time is that of the dump."""
    seen: set[tuple[str, ...]] = set()
    for line in (data / "botapi/aiogram_updates.jsonl").read_text("utf-8").splitlines():
        update = json.loads(line)["update"]
        kind = next(name for name in update if name != "update_id")
        row = outcome(f"update:{kind}", update)
        if tuple(row) not in seen:
            seen.add(tuple(row))
            yield row
    for line in (data / "botapi/aiogram_messages.jsonl").read_text("utf-8").splitlines():
        sample = json.loads(line)
        name = sample["source"].rpartition("::")[2].removeprefix("TEST_").lower()
        yield outcome(name, {"update_id": 1, "channel_post": {**sample["message"], "chat": CHAT}})


def outcome(name: str, update: dict[str, Any]) -> Row:
    try:
        post = read_post(update)
    except BadUpdate:
        return [name, "bad"]
    if post is None:
        return [name, "none"]
    row = facts(name, post)
    return [*row[:3], "-", *row[4:]]


SOURCES: dict[str, Callable[[Path], Iterator[Row]]] = {
    "pages": of_pages,
    "exports": of_exports,
    "updates": of_updates,
}


@pytest.mark.parametrize("name", SOURCES)
def test_every_field_of_every_sample(shared: Path, name: str) -> None:
    found = list(SOURCES[name](shared))
    expected = table(name)
    assert len(found) == len(expected)
    for got, wanted in zip(found, expected, strict=True):
        assert got == wanted


def test_an_export_keeps_every_word(shared: Path) -> None:
    path = shared / "export/alqaddaaree_uponthepathofsalaf/result.json"
    messages = json.loads(path.read_text("utf-8"))["messages"]
    plain = {m["id"]: "".join(run["text"] for run in m.get("text_entities", [])) for m in messages}
    with path.open("rb") as file:
        posts = [post for post in read_export(file, "invented") if isinstance(post, Post)]
    for post in posts:
        whole = " ".join(plain[number] for number in post.album or (post.message_id,))
        assert words(post.text) == words(whole), post.message_id


@pytest.mark.parametrize(("raw", "kind", "paper", "url"), table("links"))
def test_the_canonical_form(raw: str, kind: str, paper: str, url: str) -> None:
    link = make_link(raw)
    assert link is not None
    assert (link.kind, link.paper or "-", link.url) == (kind, paper, raw if url == "=" else url)
    assert canonical(link.url) == link.url


def test_the_table_of_links_is_complete(shared: Path) -> None:
    lines = [
        line
        for path in (shared / "links").glob("*.jsonl")
        for line in path.read_text("utf-8").splitlines()
    ]
    assert len(lines) == 272
    assert {json.loads(line)["raw"] for line in lines} == {row[0] for row in table("links")}

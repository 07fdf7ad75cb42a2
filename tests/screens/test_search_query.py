"""What readers type is understood; nothing they type breaks the search."""

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.store.read_model.search_query import parse_query
from bot.store.read_model.terms import Query, expression, prominent
from bot.taxonomy.topics import Kind, Topic


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("", Query()),
        ("   \n ", Query()),
        ("LoRA Fine-Tuning", Query(words=("lora", "fine-tuning"))),
        ("lora lora ёлка", Query(words=("lora", "елка"))),
        ("has:paper", Query(paper=True)),
        ("has:paper,code", Query(paper=True, code=True)),
        ("есть:статья есть:код", Query(paper=True, code=True)),
        ("lora 30d", Query(words=("lora",), days=30)),
        ("lora 7д", Query(words=("lora",), days=7)),
        ("2w", Query(days=14)),
        ("3d generation", Query(words=("3d", "generation"))),
        ("7b model", Query(words=("7b", "model"))),
        ("99999d", Query(words=("99999d",))),
        ("9999d", Query(days=3650)),
        ("@Pane_One", Query(channels=("pane_one",))),
        ("https://t.me/Pane_One/12", Query(channels=("pane_one",))),
        ("t.me/s/Pane_One", Query(channels=("pane_one",))),
        ("@канал", Query(words=("канал",))),
        ("topic:quantization", Query(topics=(Topic("quantization"),))),
        ("topic:квантизация", Query(topics=(Topic("quantization"),))),
        ('тема:"квантизация"', Query(topics=(Topic("quantization"),))),
        ("topic:xyzzyplugh", Query(words=("topic", "xyzzyplugh"))),
        ("kind:tutorial", Query(kinds=(Kind("tutorial"),))),
        ("channel:pane_one", Query(channels=("pane_one",))),
        ('"exact Words" more', Query(words=("more",), phrases=(("exact", "words"),))),
        ("«точные слова»", Query(phrases=(("точные", "слова"),))),
        ("“never closed", Query(phrases=(("never", "closed"),))),
        ('"one"', Query(words=("one",))),
        ("lora -vision", Query(words=("lora",), without=("vision",))),
        ("lora −зрение", Query(words=("lora",), without=("зрение",))),
        ("- a", Query(words=("a",))),
        ("gpt-4.1 c++", Query(words=("gpt-4.1", "c++"))),
        ("AND OR NOT NEAR(", Query(words=("and", "or", "not", "near"))),
        ("what:ever", Query(words=("what", "ever"))),
        ("🙂", Query()),
    ],
)
def test_words_and_filters(text: str, query: Query) -> None:
    assert parse_query(text) == query


def test_a_long_question_is_cut() -> None:
    query = parse_query(" ".join(f"слово{number}" for number in range(4_000)))
    assert query.words == tuple(f"слово{number}" for number in range(16))


PIECES = ["has:", "topic:", "@", "-", '"', "«", "»", "30d", "'", "(", ")", "*", "^", ":", "\x00"]
PIECES += ["AND", "NOT", "{a}", "ß", "İ", "שלום", "مرحبا", "👨‍👩‍👧", "\u202e", "\ud800"]
PIECES += ["c++", "a-b-c", "+"]
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=60).map(
    " ".join
) | st.lists(st.sampled_from(PIECES) | st.characters(), max_size=60).map("".join)


@pytest.fixture(scope="module")
def postings() -> Iterator[sqlite3.Connection]:
    file = sqlite3.connect(":memory:")
    tokens = "tokenize=\"ascii tokenchars '^@#=!+_'\""
    file.execute(f"CREATE VIRTUAL TABLE p USING fts5(t, content='', detail=none, {tokens})")
    file.execute("INSERT INTO p(rowid, t) VALUES (1, '^any lora')")
    yield file
    file.close()


@given(text=TEXTS)
@settings(max_examples=300, deadline=None)
def test_no_text_is_a_syntax_error(postings: sqlite3.Connection, text: str) -> None:
    query = parse_query(text)
    for match in (expression(query), *map(prominent, query.wanted)):
        postings.execute("SELECT rowid FROM p WHERE p MATCH ?", (match,)).fetchall()


@pytest.mark.parametrize("char", [*"\"«'(-*:^@🙂ש", "\u202e", "a\u0301"])
def test_four_thousand_of_anything_are_no_syntax_error(
    postings: sqlite3.Connection, char: str
) -> None:
    match = expression(parse_query(char * 4_000))
    postings.execute("SELECT rowid FROM p WHERE p MATCH ?", (match,)).fetchall()

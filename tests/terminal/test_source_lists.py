"""Lists of channels: a paste, what RSS readers export, our own forms; nothing of them is lost."""

import json
from datetime import UTC, datetime

import pytest

from bot.collect.text.channel_lists import LARGEST_LIST, BadList, ListedChannel, read_source_list
from bot.store.sources.sources import Source
from bot.terminal.sources.lists import SOURCE_FORMATS

READER = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0" xmlns:frss="https://freshrss.org/opml">
  <head><title>FreshRSS</title></head>
  <body>
    <outline text="Telegram" title="Telegram">
      <outline text="One" type="rss" xmlUrl="https://rsshub.app/telegram/channel/demo_one"
               htmlUrl="https://t.me/s/demo_one" frss:priority="main"/>
      <outline text="Two" type="rss"
               xmlUrl="http://hub.example:1200/telegram/channel/demo_two/showLinkPreview=0"/>
      <outline text="Three" type="rss" xmlUrl="https://bridge.example/?action=display&amp;bridge=TelegramBridge&amp;username=%40demo_three&amp;format=Atom"/>
      <outline text="Four" type="rss" xmlUrl="https://tg.i-c-a.su/rss/demo_four?limit=5"/>
      <outline text="Five" type="rss" xmlUrl="https://feeds.example/5" htmlUrl="https://t.me/demo_five"/>
      <outline text="Six" type="rss" xmlUrl="https://openrss.org/t.me/s/demo_six"/>
      <outline text="Seven" type="rss" xmlUrl="rsshub://telegram/channel/demo_seven"/>
      <outline text="One again" type="rss" xmlUrl="https://hub.example/telegram/channel/Demo_One"/>
    </outline>
    <outline text="A blog" type="rss" xmlUrl="https://blog.example/feed.xml" htmlUrl="https://blog.example"/>
    <outline text="Closed" type="rss" htmlUrl="https://t.me/+AbCdEf123456" xmlUrl="https://feeds.example/6"/>
    <outline text="@demo_eight"/>
  </body>
</opml>
"""
NAMES = ("one", "two", "three", "four", "five", "six", "seven", "eight")


def source(handle: str, **fields: object) -> Source:
    """A source with what its list needs."""
    last = datetime(2026, 11, 20, tzinfo=UTC)
    plain = Source(f"@{handle}", handle, f"A & B «{handle}»", "ok", "", "", "preview", last)
    return plain._replace(**fields)  # type: ignore[arg-type]


def test_what_a_reader_of_feeds_exports() -> None:
    found = read_source_list(READER.encode())
    assert [each.handle for each in found.listed] == [f"demo_{name}" for name in NAMES]
    assert found.foreign == 1
    [refused] = found.refused
    assert refused.startswith("https://t.me/+AbCdEf123456 has no public name: ")
    wide = READER.replace("UTF-8", "UTF-16").encode("utf-16")
    assert read_source_list(wide) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("demo_one, @demo_two; https://t.me/s/demo_three\nt.me/demo_four/12", 4),
        ("AI News @demo_one\nMachine learning — https://t.me/demo_two", 2),
        ("@demo_one t.me/demo_two demo_three", 3),
        ("- [Title](https://t.me/demo_one)\n* <https://t.me/demo_two>", 2),
        ("# my channels\n@demo_one # the best\n\ndemo_two demo_three", 3),
        ('["demo_one", "@demo_two"]', 2),
        ('\ufeff{"sources": [{"handle": "demo_one"}]}', 1),
        ("", 0),
        ("\n".join(f"t.me/demo_{number}" for number in range(2_000)), 2_000),
    ],
)
def test_a_paste_in_any_spelling(text: str, found: int) -> None:
    named = read_source_list(text.encode())
    assert len(named.listed) == found
    assert all(each.handle.startswith("demo_") for each in named.listed)
    assert not named.refused


def test_a_word_beside_a_name_is_a_title_and_told_of() -> None:
    found = read_source_list(b"AI News @demo_one, Machine t.me/demo_two")
    assert found.beside == ("AI", "News", "Machine")
    assert [*found.passed_over()] == ["taken for titles, standing beside names: AI, News, Machine"]


def test_what_is_no_channel_is_named_and_the_rest_is_taken() -> None:
    found = read_source_list(b"demo_one\nq2\nt.me/joinchat/AbCd\n1demo, demo_two")
    assert [each.handle for each in found.listed] == ["demo_one", "demo_two"]
    assert [line.split()[0] for line in found.refused] == ["q2", "t.me/joinchat/AbCd", "1demo"]
    rows = [{"handle": "demo_one"}, {"handle": "no name"}, {"title": "Closed", "id": "1"}, 7]
    found = read_source_list(json.dumps({"sources": rows}).encode())
    assert [each.handle for each in found.listed] == ["demo_one"]
    assert [line.split()[0] for line in found.refused] == ["no", "Closed", "number"]


@pytest.mark.parametrize("form", SOURCE_FORMATS)
def test_a_list_that_is_written_is_read_back(form: str) -> None:
    sources = [source("demo_one"), source("demo_two", rest="owner", number="42")]
    found = read_source_list(SOURCE_FORMATS[form](sources).encode())
    number = "42" if form == "json" else ""
    assert found.listed == (ListedChannel("demo_one"), ListedChannel("demo_two", True, number))
    assert not found.refused
    assert not found.foreign


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<opml><body>", "broken XML (no element found: line 1"),
        (b"<html><body></body></html>", "begins with <opml>, this with <html>"),
        (
            b'<!DOCTYPE opml [<!ENTITY a "aaaa">]><opml><outline text="&a;"/></opml>',
            "no document type of its own",
        ),
        (b'{"sources": [', "broken JSON (Expecting value: line 1 column 14"),
        (b'{"chats": []}', 'JSON without a list "sources"'),
        (b'{"sources": ' + b"[" * 100_000, "broken JSON (maximum recursion depth"),
        (b"@demo_one \xff\xfe", "byte 10 is not UTF-8"),
        (b"@demo_one\n" * (LARGEST_LIST // 10 + 1), "10 MiB at most"),
        (b"\n".join(b"@demo_%d" % n for n in range(10_001)), "10,000 channels at most"),
    ],
)
def test_a_file_that_is_no_list_is_told_so(content: bytes, reason: str) -> None:
    with pytest.raises(BadList) as caught:
        read_source_list(content)
    assert reason in str(caught.value)

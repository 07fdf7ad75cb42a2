"""How often the stories from which a question is answered have a post that answers it.

``python -m bench questions --labels FILE --posts FILE``: labelled questions as JSON, with the
posts that answer each, and posts as JSON lines (``channel``, ``message_id``, ``text``). Of
questions whose posts are all elsewhere nothing is asked; one that several posts answer is counted
once.

With a model: ``--dump FILE`` writes the requests to it as JSON lines (``id``, ``form``,
``messages``, ``schema``), ``--replay FILE`` reads answers to them (``id``, ``form``, ``answer``).
The second request of a question, ``answer``, shows what the answer to the first, ``query``, has
found; so dump, answer the queries, dump with ``--replay``, answer the rest, and replay.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from bench.place import own_store
from bot.extract import extractive
from bot.extract.checks.copied_form import instructions
from bot.extract.forms.forms import AnswerForm, QueryForm
from bot.extract.forms.response_formats import ANSWER_FORM, QUERY
from bot.extract.llm.prompt import ChatMessage, load_prompt
from bot.extract.questions.asking import with_form
from bot.extract.questions.checking import check_answer
from bot.extract.questions.messages import AskedQuestion, answer_messages, query_messages
from bot.extract.questions.reading import read_question
from bot.model import AnswerSentence, Channel, Entry, Post
from bot.publish.answers import FoundStory, find_sources, language_asked
from bot.store import Store, keys

LEAST, LEAST_WITH_MODEL = 0.80, 0.90
"""The goals: share of questions with a needed post among the twelve stories."""

_CORPORA = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "corpora"
_NOW = datetime(2026, 3, 24, 12, tzinfo=UTC)
_NONCE = "0123456789abcdef"

Replies = Mapping[tuple[str, str], Any]
"""Answers of a model by the id of a question and the name of the form."""


class Tried(NamedTuple):
    """A question that was tried: its stories, what was answered, its requests to a model."""

    asked: AskedQuestion
    wanted: frozenset[str]
    sources: tuple[FoundStory, ...]
    told: tuple[AnswerSentence, ...] | None
    requests: Mapping[str, Sequence[ChatMessage]]

    @property
    def found(self) -> bool:
        """True where a needed post is among the stories."""
        return any(map(self._is_needed, self.sources))

    @property
    def cited(self) -> bool:
        """True where a sentence of the answer names a story with a needed post."""
        numbers = {number for sentence in self.told or () for number in sentence.sources}
        return any(self._is_needed(self.sources[number - 1]) for number in numbers)

    def _is_needed(self, source: FoundStory) -> bool:
        told = (*source.story.entries, *source.story.also)
        return not self.wanted.isdisjoint(entry.key for entry in told)


def main(arguments: list[str]) -> int:
    """Fill a store, ask, print; 1 below the goal."""
    parser = argparse.ArgumentParser(prog="bench questions")
    parser.add_argument("--labels", type=Path, default=_CORPORA / "ezsx_golden_v3_dev.json")
    parser.add_argument("--posts", type=Path, default=_CORPORA / "ezsx_ru_ml_posts_dev.jsonl")
    parser.add_argument("--dump", type=Path, help="write the requests here, JSON lines")
    parser.add_argument("--replay", type=Path, help="score answers to them: id, form, answer")
    given = parser.parse_args(arguments)
    replies = _replies(given.replay) if given.replay else {}
    labels = json.loads(given.labels.read_text("utf-8"))
    tried = asyncio.run(ask_all(labels, entries_in(given.posts), replies))
    if given.dump:
        given.dump.write_text("".join(_lines(tried)), encoding="utf-8")
    return _report(tried, LEAST_WITH_MODEL if replies else LEAST)


def _report(tried: Mapping[str, Tried], least: float) -> int:
    for one in tried.values():
        if not one.found:
            sys.stdout.write(f"missed: {one.asked.question}\n")
    share = sum(one.found for one in tried.values()) / max(len(tried), 1)
    sys.stdout.write(f"{share:.3f} of {len(tried)} questions (goal {least})\n")
    answered = [one for one in tried.values() if one.told is not None]
    if answered:
        cited = sum(one.cited for one in answered) / len(answered)
        silent = sum(not one.told for one in answered)
        sys.stdout.write(
            f"{cited:.3f} of {len(answered)} answers cite a needed post, {silent} say nothing\n"
        )
    return int(share < least)


def _lines(tried: Mapping[str, Tried]) -> Iterator[str]:
    schemas = {"query": QUERY.schema, "answer": ANSWER_FORM.schema}
    for name, one in tried.items():
        for form, messages in one.requests.items():
            row = {"id": name, "form": form, "messages": messages, "schema": schemas[form]}
            yield json.dumps(row, ensure_ascii=False) + "\n"


def _replies(file: Path) -> Replies:
    rows = (json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip())
    return {(row["id"], row["form"]): row["answer"] for row in rows}


def entries_in(file: Path) -> list[Entry]:
    """The posts as read without a model, all of one day: their dates are not known."""
    return [_entry(json.loads(line)) for line in file.read_text("utf-8").splitlines() if line]


async def ask_all(
    labels: Sequence[Mapping[str, Any]], entries: Sequence[Entry], replies: Replies
) -> dict[str, Tried]:
    """By id, what became of each question that one of the posts answers."""
    there = {f"{each.post.channel.handle}:{each.post.message_id}": each.key for each in entries}
    async with own_store() as (store, _):
        await _fill(store, entries)
        channels = list({each.post.channel.ref: each.post.channel for each in entries}.values())
        tried: dict[str, Tried] = {}
        for label in labels:
            wanted = frozenset(there[name] for name in label["source_post_ids"] if name in there)
            if wanted:
                name = str(label["id"])
                tried[name] = await _try(store, name, label["query"], wanted, channels, replies)
    return tried


async def _try(
    store: Store,
    name: str,
    question: str,
    wanted: frozenset[str],
    channels: Sequence[Channel],
    replies: Replies,
) -> Tried:
    prompts = load_prompt()
    asked = AskedQuestion(question, language_asked(question, "ru"), _NOW.date())
    sought = read_question(question, _NOW, channels)
    if (query := replies.get((name, "query"))) is not None:
        sought = with_form(sought, QueryForm.model_validate(query), _NOW)
    sources = await find_sources(store, sought, _NOW)
    entries = [each.entry for each in sources]
    requests = {
        "query": query_messages(prompts, asked, nonce=_NONCE),
        "answer": answer_messages(prompts, asked, entries, nonce=_NONCE),
    }
    told = None
    if (answer := replies.get((name, "answer"))) is not None:
        form = AnswerForm.model_validate(answer)
        own = instructions(prompts.answer_system)
        told = check_answer(form, entries, asked.language, own)
    return Tried(asked, wanted, sources, told, requests)


async def _fill(store: Store, entries: Sequence[Entry]) -> None:
    """Entries as the commit script leaves them, without the work round it."""
    pipeline = store.redis.pipeline(transaction=False)
    for number, entry in enumerate(entries):
        pipeline.set(keys.entry(entry.key), entry.model_dump_json())
        pipeline.zadd(keys.CHANGED, {entry.key: number + 1})
    await pipeline.execute()
    await store.read_model.refresh()


def _entry(line: Mapping[str, Any]) -> Entry:
    handle = str(line["channel"])
    post = Post(
        channel=Channel(ref=f"@{handle}", handle=handle, title=handle),
        message_id=int(line["message_id"]),
        published_at=_NOW,
        text=str(line["text"]),
    )
    analysis = extractive.analyse(post)
    return Entry(
        post=post, analysis=analysis, engine="extractive", prompt_id="x", analysed_at=_NOW
    )

"""The judge's requests about labelled posts, and answers to them read again: no key is needed.

A request is made of texts and of cards by rules alone, and candidates are those of a run without
a judge, so that a request depends on no answer.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from bot.extract.checks.event import check_verdict
from bot.extract.forms.form_in_answer import fit_form
from bot.extract.forms.forms import JUDGE_SCHEMA, JudgeForm
from bot.extract.judging import JudgeTrust, earlier_posts
from bot.extract.llm import prompt
from bot.extract.told_before import Candidate
from bot.model import Entry, Verdict
from bot.store import Store


class JudgeRequests:
    """Requests by the key of the post; ``shown`` are the posts that each compares with."""

    def __init__(self) -> None:
        self.shown: dict[str, list[str]] = {}
        self._messages: dict[str, list[prompt.ChatMessage]] = {}
        self._prompts = prompt.load_prompt()

    async def see(self, store: Store, entry: Entry, candidates: Sequence[Candidate]) -> None:
        """Note the request about an entry; nothing where there is nothing to compare with."""
        posts = await earlier_posts(store, entry, candidates)
        if not posts:
            return
        nonce = sha256(entry.key.encode()).hexdigest()[:16]
        self.shown[entry.key] = [each.key for each in posts]
        self._messages[entry.key] = prompt.judge_messages(self._prompts, entry, posts, nonce=nonce)

    def lines(self) -> Iterator[str]:
        """The requests as JSON lines: id, messages, schema of the answer."""
        for key, messages in self._messages.items():
            row = {"id": key, "messages": messages, "schema": JUDGE_SCHEMA}
            yield f"{json.dumps(row, ensure_ascii=False)}\n"


class ReplayedJudge:
    """Answers as the product's judge would with these answers, doubts of a blind one included."""

    def __init__(
        self, shown: Mapping[str, Sequence[str]], answers: Mapping[str, dict[str, object]]
    ) -> None:
        self._shown, self._answers, self._trust = shown, answers, JudgeTrust()

    async def __call__(self, entry: Entry, candidates: Sequence[Candidate]) -> Verdict | None:
        """The verdict on an entry; None where no answer about it is there."""
        form = fit_form(self._answers.get(entry.key, {}), JudgeForm).form
        if entry.key not in self._answers or form is None:
            return None
        verdict = check_verdict(form.same_as, form.follows, self._shown.get(entry.key, ()))
        return self._trust.heard(verdict, candidates)


def answers_in(file: Path) -> dict[str, dict[str, object]]:
    """Answers by id: lines of ``id`` and ``answer``, an object or its JSON text."""
    answers: dict[str, dict[str, object]] = {}
    for line in filter(str.strip, file.read_text("utf-8").splitlines()):
        row = json.loads(line)
        said = row["answer"]
        answers[row["id"]] = json.loads(said) if isinstance(said, str) else said
    return answers

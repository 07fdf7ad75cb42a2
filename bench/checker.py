"""How blind and how deaf the checker of model answers is: right sentences that it refuses or
changes, wrong answers that it lets through, by kind, and its CPU per post.

Both sets are invented and were written before the rules; what is found wrong is mended by kind.
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.extract.checks.check import Checked, check
from bot.extract.forms.forms import PostForm
from bot.languages import LANGUAGES
from bot.model import Analysis, Card, Channel, Link, Post
from tests.fakes.openai_forms import form

DATA = Path(__file__).resolve().parent.parent / "tests" / "extract" / "data"
MOST_REFUSED, MOST_PASSED, MOST_MS = 10, 12, 5.0
"""Goals: right sentences refused, wrong answers passed, milliseconds of CPU per post."""

Case = Mapping[str, Any]
_PLACE = Channel(ref="0", title="bench")
_DAY = datetime(2026, 1, 1, tzinfo=UTC)
_MARKS = str.maketrans("", "", '«»“”„"')


def main(arguments: Sequence[str]) -> int:
    """Print a table and, where asked, each case that went wrong; 1 where a goal is missed."""
    options = _options(arguments)
    right, wrong = cases("right", options.data), cases("wrong", options.data)
    began = time.process_time()
    refused = [case for case in right if is_refused(case)]
    passed = [case for case in wrong if is_passed(case)]
    spent = (time.process_time() - began) * 1000 / (len(right) + len(wrong))
    _print("right ones refused or changed", right, refused)
    _print("wrong ones passed", wrong, passed)
    print(f"{spent:.2f} ms of CPU per answer, goal {MOST_MS:g}")
    for case in [*refused, *passed] if options.list else []:
        print(f"\n{case['id']} {case['kind']} {case['language']}: {case.get('says', '')}")
        print(f"  of: {case['post']!r}")
        print(f"  faults: {[fault.says for fault in checked(case).needs_repair]}")
    missed = len(refused) > MOST_REFUSED or len(passed) > MOST_PASSED or spent > MOST_MS
    return int(missed)


def cases(name: str, folder: Path = DATA) -> list[Case]:
    """The ``right`` or ``wrong`` answers: JSON lines with a post and what a card says of it."""
    lines = (folder / f"checker_{name}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def checked(case: Case) -> Checked:
    """The case as a filled form, checked."""
    return check(PostForm.model_validate(_form(case)), _post(case), (case["language"],))


def is_refused(case: Case) -> bool:
    """True where a right answer is not shown as it is, sent to repair, or taken for an order."""
    result = checked(case)
    found = result.analysis
    if found is None or result.needs_repair or found.instructions_in_post:
        return True
    return not _shows(found, case)


def is_passed(case: Case) -> bool:
    """True where a wrong answer reaches a reader."""
    found = checked(case).analysis
    if found is None:
        return False
    titles = [paper.title for paper in found.papers]
    if "importance" in case:
        return found.importance in ("high", "must_read")
    if "paper" in case:
        return tuple(case["paper"]) in {(paper.title, paper.url) for paper in found.papers}
    if "not_title" in case:
        return case["not_title"] in titles
    if "shown_paper" in case:
        return case["shown_paper"] not in {paper.id for paper in found.papers}
    if "hidden" in case:
        card = found.cards[case["language"]]
        return case["hidden"] in " ".join((card.title, card.tldr, *card.bullets))
    return _shows(found, case)


def _shows(found: Analysis, case: Case) -> bool:
    """True where the words of the case stand in their field."""
    says = case["says"].translate(_MARKS).strip()
    shown = _shown(found, found.cards[case["language"]], case["field"])
    plain = [text.translate(_MARKS).strip() for text in shown]
    if case["field"] in ("tldr", "bullet"):
        return any(says in text for text in plain)
    return says.rstrip(".").casefold() in [text.casefold() for text in plain]


def _shown(found: Analysis, card: Card, field: str) -> Sequence[str]:
    fields: dict[str, Sequence[str]] = {
        "tldr": [card.tldr],
        "title": [card.title],
        "bullet": card.bullets,
        "entity": found.entities,
        "keyword": found.keywords,
        "paper": [paper.title or "" for paper in found.papers],
    }
    return fields[field]


def _post(case: Case) -> Post:
    links = tuple(Link(**link) for link in case.get("links", ()))
    return Post(channel=_PLACE, message_id=1, published_at=_DAY, text=case["post"], links=links)


def _form(case: Case) -> dict[str, Any]:
    """A form that is right but for what the case says; the first line of the post is its card."""
    field, says, language = case["field"], case.get("says", ""), case["language"]
    first = case["post"].split("\n")[0].split(". ")[0]
    card = {"title": case.get("title", first), "tldr": case.get("title", first), "bullets": []}
    card |= case.get("card", {})
    fields: dict[str, Any] = {"confidence": "high", "language": language}
    if field in ("tldr", "title"):
        card[field] = says or card[field]
    elif field == "bullet":
        card["bullets"] = [says]
    elif field == "paper":
        work = {"title": says, "link": None, "role": "main"}
        fields["papers"] = [work]
    else:
        fields[{"entity": "entities", "keyword": "keywords"}[field]] = [says]
    fields["importance"] = case.get("importance", "normal")
    return form(**(fields | {language: card} | _asked(case.get("form", {}))))


def _asked(told: Case) -> dict[str, Any]:
    """What a case says of a form, as far as the form asks for it."""
    fields = dict(told)
    fields.pop("links", None)  # known by the rules
    if numbers := fields.pop("numbers", None):
        fields["quotes"] = [number["quote"] for number in numbers]
    if "papers" in fields:
        kept = ("title", "link", "role", *LANGUAGES)
        fields["papers"] = [{k: work[k] for k in kept if k in work} for work in fields["papers"]]
    return fields


def _print(name: str, all_of: Sequence[Case], found: Sequence[Case]) -> None:
    sizes, kinds = (Counter(case["kind"] for case in each) for each in (all_of, found))
    print(f"{name}: {len(found)} of {len(all_of)}")
    for kind, size in sizes.items():
        print(f"  {kind:22}{kinds[kind]:3} of {size}")


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench checker", description=__doc__)
    parser.add_argument("--list", action="store_true", help="print each case that went wrong")
    parser.add_argument("--data", type=Path, default=DATA, help="where the two files are")
    return parser.parse_args(arguments)

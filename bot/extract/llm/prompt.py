"""Prompts from ``prompts/*.md``: what one post looks like to a model. Pure once loaded."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlsplit

from bot.extract.forms.forms import POST_SCHEMA, SHORT_SCHEMA, compact
from bot.extract.llm.template import Values, fill_template
from bot.i18n import language_texts
from bot.languages import LANGUAGES
from bot.model import Card, Entry, Event, Language, Link, Post
from bot.prompt_files import prompt_file
from bot.taxonomy.topics import taxonomy
from bot.text import clean, shorten, visible

ChatMessage = dict[str, str]

TEXT_LIMIT = 16_000
"""Characters of a post that a model sees: a stitched series of four full messages."""

LINKS_LIMIT = 60
_LINE, _NAME = 160, 60
_BOUNDARIES = 2
# Chat templates of local engines: a server may read them in a post as its own control tokens.
_CONTROL = re.compile(
    r"<(?=[|｜])|<(?=/?s>|<SYS>>|[be]os>|(?:start|end)_of_turn>)|\[(?=/?INST\])", re.IGNORECASE
)
_BLOB = re.compile(r"([!-~]{160})[!-~]{80,}")
_CARD_LIMIT, _JUDGED = 280, 900  # characters of an earlier post's card, of the post beside them
_FORGED = re.compile(r"={4,}")


@dataclass(frozen=True)
class Prompts:
    """The templates as they are on disk."""

    system: str
    short: str
    user: str
    repair: str
    digest_system: str
    digest_user: str
    judge_system: str
    judge_user: str
    query_system: str
    query_user: str
    answer_system: str
    answer_user: str

    @property
    def compares(self) -> bool:
        """True where a post is shown with earlier ones: not by an operator's older templates."""
        return "{{#earlier_posts}}" in self.user


class EarlierPost(NamedTuple):
    """A post of another channel that may tell the same event: its key and what is shown of it."""

    key: str
    date: str
    channel: str
    told: str


def load_prompt() -> Prompts:
    """Read the templates, of the operator's folder or, where it has none of a name, ours."""
    names = (
        "analyse.system", "analyse.short", "analyse.user", "analyse.repair",
        "digest.system", "digest.user", "judge.system", "judge.user",
        "ask.query.system", "ask.query.user", "ask.answer.system", "ask.answer.user",
    )  # fmt: skip
    return Prompts(*(prompt_file(f"{name}.md").read_text("utf-8") for name in names))


def prompt_id(
    prompts: Prompts,
    *,
    model: str,
    languages: Sequence[Language],
    params: Mapping[str, str | int | float] | None = None,
    short: bool = False,
) -> str:
    """Version of all that shapes an answer: templates, schema, taxonomy, model, parameters."""
    rest = json.dumps([model, list(languages), params or {}], sort_keys=True)
    told = (system(prompts, languages, short=short), prompts.user, prompts.repair)
    parts = (*told, compact(SHORT_SCHEMA if short else POST_SCHEMA), taxonomy().version, rest)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def system(
    prompts: Prompts, languages: Sequence[Language], guide: str = "", *, short: bool = False
) -> str:
    """The instructions: equal for all posts, so that a provider can cache this prefix."""
    topics = [
        {
            "slug": topic.slug,
            "definition": topic.definition,
            "boundary": "; ".join(topic.boundary[:_BOUNDARIES]),
        }
        for topic in taxonomy().topics
    ]
    field = taxonomy().field
    named = " and ".join(language_texts(language).english_name for language in languages)
    values: Values = {
        "field": field.name,
        "topics": topics,
        "example": field.example.strip() if short else worked_example(languages),
        "languages": named,
        "guide": guide,
    }
    return fill_template(prompts.short if short else prompts.system, values)


def worked_example(languages: Sequence[Language]) -> str:
    """The field's example for the full form, with texts in these languages only."""
    field = taxonomy().field
    if not field.example_post or not field.example_form:
        return ""
    form = json.loads(field.example_form)
    for part in (form, *form.get("papers", ())):
        part |= {code: None for code in LANGUAGES if code in part and code not in languages}
    filled = json.dumps(form, ensure_ascii=False, separators=(",", ":"))
    return f"Post: «{field.example_post}»\nForm: {filled}"


def user(
    prompts: Prompts,
    post: Post,
    nonce: str,
    previous: Card | None = None,
    language: Language | None = None,
    earlier_posts: Sequence[EarlierPost] = (),
) -> str:
    """One post as data inside the nonce: source, posts to compare with, numbered links, text.

    ``language`` is that of the card where the instructions leave it open.
    """
    text, note = _body(post.text)
    return fill_template(
        prompts.user,
        {
            "nonce": nonce,
            "language": language_texts(language).english_name if language else "",
            "channel": prompt_line(post.channel.title or post.channel.name),
            "forward": prompt_line(post.forward.name) if post.forward else "",
            "date": post.published_at.date().isoformat(),
            "media": prompt_line(", ".join(post.media)),
            "earlier": _earlier(previous),
            "told_before": "yes" if earlier_posts else "",
            "earlier_posts": _numbered(earlier_posts),
            "links": [_link(n, link) for n, link in enumerate(post.links[:LINKS_LIMIT], 1)],
            "preview": _preview(post),
            "text": text,
            "note": note,
        },
    )


def chat_messages(
    prompts: Prompts,
    post: Post,
    *,
    languages: Sequence[Language],
    nonce: str,
    previous: Card | None = None,
    earlier_posts: Sequence[EarlierPost] = (),
    guide: str = "",
    short: bool = False,
) -> list[ChatMessage]:
    """What is sent for one post; the ``nonce`` must be fresh and unguessable.

    A ``short`` form has one card, in the first of the languages, and compares with nothing.
    """
    language, compared = (languages[0], ()) if short else (None, earlier_posts)
    told = user(prompts, post, nonce, previous, language, compared)
    return [
        {"role": "system", "content": system(prompts, languages, guide, short=short)},
        {"role": "user", "content": told},
    ]


def judge_messages(
    prompts: Prompts,
    entry: Entry,
    earlier_posts: Sequence[EarlierPost],
    *,
    nonce: str,
    guide: str = "",
) -> list[ChatMessage]:
    """What is sent to compare a post that was read before with earlier ones."""
    post, event = entry.post, entry.analysis.event
    values: Values = {
        "nonce": nonce,
        "date": post.published_at.date().isoformat(),
        "channel": prompt_line(post.channel.title or post.channel.name, _NAME),
        "event": prompt_line(event_line(event)) if event else "",
        "text": prompt_line(post.text, _JUDGED),
        "earlier_posts": _numbered(earlier_posts),
    }
    told: Values = {"field": taxonomy().field.name, "guide": guide}
    return filled_messages(prompts.judge_system, told, prompts.judge_user, values)


def event_line(event: Event) -> str:
    """An event in a few words."""
    parts = (event.actor, event.action, event.object, event.date, "" if event.new else "not new")
    return ", ".join(part for part in parts if part)


def earlier_post(entry: Entry) -> EarlierPost:
    """What another prompt shows of an entry: its card in the language of the post, its event."""
    cards, event = entry.analysis.cards, entry.analysis.event
    own = next((c for language, c in cards.items() if language == entry.analysis.language), None)
    card = own or next(iter(cards.values()))
    told = prompt_line(f"{card.title} — {card.tldr}", _CARD_LIMIT)
    post = entry.post
    return EarlierPost(
        key=entry.key,
        date=post.published_at.date().isoformat(),
        channel=prompt_line(post.channel.title or post.channel.name, _NAME),
        told=f"{told} ({prompt_line(event_line(event))})" if event else told,
    )


def repair_messages(
    prompts: Prompts,
    faults: Sequence[str],
    fields: Sequence[str],
    guide: str = "",
    *,
    whole: bool = False,
) -> str:
    """The turn that quotes what was wrong with an answer and asks for those fields.

    ``whole`` where the schema has all fields: the others are to be left empty.
    """
    values: Values = {
        "faults": [{"fault": prompt_line(fault)} for fault in faults],
        "fields": ", ".join(fields),
        "whole": "yes" if whole else "",
        "guide": guide,
    }
    return fill_template(prompts.repair, values)


def overview(
    prompts: Prompts,
    cards: Sequence[Mapping[str, str | int]],
    *,
    period: str,
    language: Language,
    nonce: str,
    guide: str = "",
) -> list[ChatMessage]:
    """What is sent for the opening of a digest: checked cards as JSON lines, no links."""
    lines = [{"card": defuse(json.dumps(dict(card), ensure_ascii=False))} for card in cards]
    values: Values = {
        "period": period,
        "field": taxonomy().field.name,
        "language": language_texts(language).english_name,
        "guide": guide,
    }
    given: Values = {"nonce": nonce, "cards": lines}
    return filled_messages(prompts.digest_system, values, prompts.digest_user, given)


def filled_messages(system: str, told: Values, user: str, given: Values) -> list[ChatMessage]:
    """Two templates as messages: what the model is told to do, and what it is given."""
    return [
        {"role": "system", "content": fill_template(system, told)},
        {"role": "user", "content": fill_template(user, given)},
    ]


def defuse(text: str) -> str:
    """Text that cannot pass for our frame: no hidden characters, no forged marks or tokens."""
    text = _FORGED.sub("—", visible(clean(text)))
    return _CONTROL.sub(lambda found: found[0] + " ", text)


def _body(text: str) -> tuple[str, str]:
    """A post's text within limits, with a note on what was cut."""
    body = _BLOB.sub(r"\1 […]", defuse(text)).strip()
    if len(body) <= TEXT_LIMIT:
        return body, ""
    return body[:TEXT_LIMIT], f"cut here: the first {TEXT_LIMIT} of {len(body)} characters"


def _earlier(previous: Card | None) -> list[Values]:
    if previous is None:
        return []
    return [{"title": prompt_line(previous.title), "tldr": prompt_line(previous.tldr, 400)}]


def _numbered(earlier_posts: Sequence[EarlierPost]) -> list[Values]:
    return [{"n": n, **each._asdict()} for n, each in enumerate(earlier_posts, 1)]


def _link(n: int, link: Link) -> Values:
    """A link as a model sees it: without its query, which may carry a payload."""
    parts = urlsplit(link.url)
    place = prompt_line((parts.hostname or "") + parts.path, 120)
    return {"n": n, "anchor": prompt_line(link.anchor, 120), "place": place, "kind": link.kind}


def _preview(post: Post) -> str:
    if post.preview is None:
        return ""
    card = post.preview
    return prompt_line(
        " — ".join(part for part in (card.site, card.title, card.description) if part), 400
    )


def prompt_line(text: str, limit: int = _LINE) -> str:
    """A text of others on one line of a prompt, shortened, unable to pass for our frame."""
    return shorten(" ".join(defuse(text).split()), limit)

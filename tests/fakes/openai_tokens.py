"""Tokens of a prompt, counted offline with a vocabulary that its package ships."""

import json
import warnings
from functools import cache, lru_cache
from typing import Any

Json = dict[str, Any]

_OF_A_MESSAGE = 4  # the marks round a message
_AT_ONCE = 200_000  # characters; the package refuses texts that are much longer
_OF_AN_ANSWER = 3  # the marks that begin the answer


@cache
def _encoding() -> Any:
    """The vocabulary of the models; read when first asked for, which takes half a second."""
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        import bpe_openai  # opens its own files in a way that is going out of use

        return bpe_openai.get_encoding("o200k_base")


@lru_cache(maxsize=256)
def tokens_of(text: str) -> tuple[int, ...]:
    """The tokens of a text; marks of the template count as plain text."""
    parts = (text[at : at + _AT_ONCE] for at in range(0, len(text), _AT_ONCE))
    return tuple(token for part in parts for token in _encoding().encode_ordinary(part))


def count(text: str) -> int:
    """How many tokens a text has."""
    return len(tokens_of(text))


def pieces(body: Json) -> list[tuple[tuple[int, ...], bool]]:
    """What a request makes the model read, in order: tokens, and whether a breakpoint follows.

    The schema of the answer is put before the first message, as the provider does it.
    """
    schema = (body.get("response_format") or {}).get("json_schema")
    head = json.dumps(schema, ensure_ascii=False, separators=(",", ":")) if schema else ""
    found = [(tokens_of(head), False)] if head else []
    for message in body.get("messages", []):
        found.append((tokens_of(f"<|start|>{message['role']}")[:_OF_A_MESSAGE], False))
        content = message.get("content")
        parts = [{"text": content}] if isinstance(content, str) else content or []
        for part in parts:
            marked = "prompt_cache_breakpoint" in part
            found.append((tokens_of(str(part.get("text", ""))), marked))
    return found


def prompt_tokens(body: Json) -> int:
    """How many tokens a request is read as."""
    return sum(len(tokens) for tokens, _ in pieces(body)) + _OF_AN_ANSWER

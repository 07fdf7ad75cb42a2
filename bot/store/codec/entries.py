"""Entries as they are stored: a head that scripts read, and JSON compressed against known words.

``\\x01 revision|engine|topics|prompt \\n`` and raw deflate with the dictionary of that first byte;
plain JSON is what programs before that have stored. A dictionary never changes: another one comes
under another first byte.
"""

import zlib
from collections.abc import Sequence
from typing import cast

from redis.asyncio import Redis

from bot.model import Entry
from bot.store import keys
from bot.store.codec.versions import decode
from bot.store.errors import NewerVersion

HEADED = 1
"""The first byte of a stored entry."""

_FIRST_OF_JSON = 32
_LEVEL = 6
_RAW = -zlib.MAX_WBITS  # without a header and a sum: the server keeps what it was given
_WORDS = (
    " если только чтобы после новый новая новые первый также можно время работы задач качество"
    " результат обучения обучение данных данные модели модель моделей модель, которая которые"
    " который использует использовать позволяет показала агентов агенты нейросети искусственного"
    " интеллекта компания разработчики с открытым исходным кодом качество токенов контекста"
    " статья код авторы предлагают метод для что это как the and for with that from this which"
    " models model training inference language large open source weights released release paper"
    " authors propose method benchmark results reasoning agents agent context tokens attention"
    " dataset performance parameters OpenAI Google DeepMind Anthropic Claude GPT Qwen DeepSeek"
)
_FORM = (
    '"title":"","description":""},"views":null,"service":true},"instructions_in_post":true},'
    '{"url":"https://www.youtube.com/watch?v=","anchor":"","kind":"video","paper":null},'
    '{"url":"https://openreview.net/forum?id=","anchor":"","kind":"paper","paper":"openreview:"},'
    '{"url":"https://huggingface.co/","anchor":"","kind":"model","paper":null},'
    '{"url":"https://github.com/","anchor":"","kind":"code","paper":null},'
    '{"url":"https://t.me/","anchor":"","kind":"post","paper":null},'
    '{"url":"https://","anchor":"","kind":"other","paper":null}],"media":["photo","video"],'
    '"album":[],"edited":true,"edited_at":"2026-","forward":{"name":"","channel":"@",'
    '"message_id":"kind":"paper_review","news","release","roundup","tutorial","importance":"high",'
    '"low","must_read","skip","confidence":"low","high","language":"en","mixed","role":"cited"}'
    '{"v":1,"post":{"v":1,"channel":{"ref":"@","handle":"","title":"","route":"preview"},'
    '"message_id":,"published_at":"2026-11-20T12:00:00Z","text":"\\n\\n","links":[{"url":'
    '"https://arxiv.org/abs/26","anchor":"","kind":"paper","paper":"arxiv:26"}],"media":[],'
    '"album":[],"edited":false,"edited_at":null,"forward":null,"reply_to":null,"author":null,'
    '"preview":null,"views":null,"service":false},"analysis":{"language":"ru","kind":"news",'
    '"topics":["other"],"papers":[{"id":"arxiv:26","title":null,"url":"https://arxiv.org/abs/26",'
    '"role":"main"}],"cards":{"ru":{"title":"","tldr":"","bullets":["","",""]},"en":{"title":"",'
    '"tldr":"","bullets":["","",""]}},"keywords":["",""],"entities":["",""],"importance":"normal",'
    '"confidence":"medium","instructions_in_post":false},"engine":"llm","prompt_id":"",'
    '"analysed_at":"2026-11-20T12:00:00Z"}'
)
_DICTIONARY = (_WORDS + _FORM).encode()


def packed(entry: Entry, revision: str) -> bytes:
    """What is stored of an entry."""
    topics = ",".join(entry.analysis.topics)
    head = f"{revision}|{entry.engine}|{topics}|{entry.prompt_id}"
    return _deflated(head, entry.model_dump_json().encode())


def entry_in(stored: bytes) -> Entry:
    """The entry; ``ValueError`` where it is damaged, ``NewerVersion`` where it is not for us."""
    return decode(Entry, _unpacked(stored))


async def stored_entries(redis: Redis, entry_keys: Sequence[str]) -> list[bytes | None]:
    """Entries as they are stored, None for those that are not there."""
    if not entry_keys:
        return []
    names = map(keys.entry, entry_keys)
    command = redis.execute_command("MGET", *names, NEVER_DECODE=True)  # type: ignore[no-untyped-call]
    return cast("list[bytes | None]", await command)


def entry_text(stored: bytes) -> tuple[str, bytes]:
    """The head of a stored entry, empty for plain JSON, and its JSON; errors as ``entry_in``."""
    text = _unpacked(stored)
    return (stored[1 : stored.index(b"\n")].decode() if stored[0] == HEADED else ""), text


def from_text(head: str, text: bytes) -> bytes:
    """What is stored of an entry with that head and JSON."""
    return _deflated(head, text) if head else text


def _deflated(head: str, text: bytes) -> bytes:
    deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, _RAW, zdict=_DICTIONARY)
    body = deflate.compress(text)
    return b"".join((bytes([HEADED]), head.encode(), b"\n", body, deflate.flush()))


def _unpacked(stored: bytes) -> bytes:
    """The entry's JSON."""
    if stored[0] >= _FIRST_OF_JSON:
        return stored
    if stored[0] != HEADED:
        raise NewerVersion(f"an entry in form {stored[0]}; this program knows {HEADED}")
    inflate = zlib.decompressobj(_RAW, zdict=_DICTIONARY)
    try:
        return inflate.decompress(stored[stored.index(b"\n") + 1 :])
    except zlib.error as error:
        raise ValueError(f"a damaged entry: {error}") from None

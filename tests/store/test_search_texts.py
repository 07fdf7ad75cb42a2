"""Texts of searches kept under a token, so that a button can name a long one."""

from bot.store import Store, keys
from bot.store.readers.query_tokens import QueryTokens, token_of


async def test_what_was_asked_is_kept_under_a_token(store: Store) -> None:
    texts = QueryTokens(store.redis)
    token = await texts.keep("квантизация 🙂 " * 200)
    assert token == token_of("квантизация 🙂 " * 200)
    assert await texts.get(token) == "квантизация 🙂 " * 200
    assert await texts.get("0" * 12) is None
    assert 0 < await store.redis.ttl(keys.search(token)) <= keys.SEARCH_KEPT.total_seconds()

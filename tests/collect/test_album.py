"""Album items as one post."""

import pytest

from bot.collect.botapi.album import merge_album
from bot.collect.botapi.updates import album_group
from tests.collect.invented import post, update


def test_album_items_become_one_post() -> None:
    assert album_group(update(media_group_id="13")) == "13"
    assert album_group(update(text="x")) is None
    parts = [
        post(message_id=7, video={"file_id": "x"}),
        post(message_id=6, photo=[{}], caption="both", edit_date=1_790_000_100),
        post(message_id=5, photo=[{}]),
        post(message_id=6, photo=[{}], caption="both of them", edit_date=1_790_000_200),
    ]
    album = merge_album(parts)
    assert (album.message_id, album.album, album.text) == (5, (5, 6, 7), "both of them")
    assert album.media == ("photo", "photo", "video")
    assert album.edited_at is not None
    assert album.edited_at.timestamp() == 1_790_000_200
    assert merge_album([*parts[1:], parts[0]]) == album
    with pytest.raises(ValueError, match="at least one"):
        merge_album([])

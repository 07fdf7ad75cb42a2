"""What a channel puts under its posts: learned from the last lines of its last ones.

The memory is the process's own: a lost one costs a few posts with a line too many.
"""

import re
from collections import Counter, OrderedDict, deque

from bot.extract.extractive.body import readable_text
from bot.model import Post
from bot.text import normalise

_POSTS, _LINES, _CHANNELS = 12, 2, 2_000
_OFTEN = 3  # posts that end in one line: it says nothing of any of them
_NUMBER = re.compile(r"\d+(?:[\s.,]\d+)*")  # what is collected so far changes from post to post


class Furniture:
    """The last lines of each channel's last posts."""

    def __init__(self) -> None:
        self._ends: OrderedDict[str, deque[tuple[str, tuple[str, ...]]]] = OrderedDict()

    def of(self, post: Post) -> frozenset[str]:
        """Lines that end this post and others of its channel; it is counted once."""
        ends = self._ends.setdefault(post.channel.ref, deque(maxlen=_POSTS))
        self._ends.move_to_end(post.channel.ref)
        if len(self._ends) > _CHANNELS:
            self._ends.popitem(last=False)
        lines = tuple(map(line_key, post.text.strip().splitlines()[-_LINES:]))
        if all(key != post.key for key, _ in ends):
            ends.append((post.key, lines))
        seen = Counter(line for _, others in ends for line in set(others))
        return frozenset(line for line in lines if line and seen[line] >= _OFTEN)


def line_key(line: str) -> str:
    """What two lines have in common that differ in numbers and marks."""
    return _NUMBER.sub("0", normalise(readable_text(line)))

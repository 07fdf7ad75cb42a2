"""What a model says happened, and which earlier post tells it, against the post. Pure.

Neither is ever a fault that a repair is spent on: what does not hold is left out.
"""

from collections.abc import Sequence
from datetime import date

from bot.extract.checks.numbers import foreign
from bot.extract.checks.quotes import PostText
from bot.extract.checks.sanitize import sanitize
from bot.extract.forms.forms import EventForm
from bot.model import Event, Verdict
from bot.taxonomy.topics import Kind
from bot.text import shorten

_ACTOR, _OBJECT = 60, 120  # characters
_NO_EVENT = frozenset({"promo", "service", "job", "meme", "personal", "roundup"})


def check_event(form: EventForm | None, kind: Kind, source: PostText) -> Event | None:
    """The event of a post; None where it tells none, or a version that the post does not name."""
    if form is None or kind in _NO_EVENT:
        return None
    what = shorten(sanitize(form.object, source.text), _OBJECT)
    if not any(map(str.isalpha, what)) or foreign(what, source.numbers):
        return None
    actor = shorten(sanitize(form.actor, source.text), _ACTOR)
    told = _day(form.date)
    return Event(actor=actor, action=form.action, object=what, date=told, new=form.new)


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text.strip()[:10]).isoformat()
    except ValueError:
        return ""


def check_verdict(
    same_as: int | None, follows: int | None, shown: Sequence[str]
) -> Verdict | None:
    """What was said of the posts that were shown, by their numbers from 1; None without any.

    A number that none of them has, or both answers at once, say nothing.
    """
    if not shown:
        return None
    if same_as is not None and follows is not None:
        same_as = follows = None
    same, earlier = (_numbered(shown, number) for number in (same_as, follows))
    return Verdict(shown=tuple(shown), same=same, follows=earlier)


def _numbered(shown: Sequence[str], number: int | None) -> str:
    return shown[number - 1] if number is not None and 1 <= number <= len(shown) else ""

"""What a server refuses of a request is left out once, and the posts are read."""

import pytest

from bot.store import Store
from tests.extract.served import played
from tests.extract.served_refusals import REFUSALS
from tests.extract.serving import judge


@pytest.mark.parametrize("name", REFUSALS)
@pytest.mark.slow
async def test_a_request_is_made_plainer_until_it_is_taken(store: Store, name: str) -> None:
    judge(REFUSALS[name], await played(store, REFUSALS[name]))

"""However a server fails, its posts are quoted, the reason is told, and a good one reads them."""

import pytest

from bot.store import Store
from tests.extract.served import played
from tests.extract.served_failures import FAILURES
from tests.extract.serving import judge


@pytest.mark.parametrize("name", FAILURES)
@pytest.mark.slow
async def test_no_failure_buries_a_post(store: Store, name: str) -> None:
    judge(FAILURES[name], await played(store, FAILURES[name]))

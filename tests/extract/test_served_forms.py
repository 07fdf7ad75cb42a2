"""Every wrapping of a form is read, every count of tokens is booked."""

import pytest

from bot.store import Store
from tests.extract.served import played
from tests.extract.served_forms import COUNTED, FORMS
from tests.extract.serving import judge


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.slow
async def test_a_form_is_found_and_paid_for(store: Store, name: str) -> None:
    row = FORMS[name]
    out = await played(store, row)
    judge(row, out)
    if name in COUNTED:
        assert out.spent >= 1_000 * row.posts

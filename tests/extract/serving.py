"""What must hold of every server, whatever it says or does."""

from tests.extract.served import Behaviour, Outcome

ENGINES = {"llm": {"llm"}, "extractive": {"extractive"}, "both": {"llm", "extractive"}}


def judge(row: Behaviour, out: Outcome) -> None:
    """Compare what was seen with what the row says; the posts are read in the end in any case."""
    assert out.engines == ENGINES[row.engine], out.words[-1_500:]
    assert 0 < out.calls <= row.calls, f"{out.calls} calls; " + out.words[-1_500:]
    assert out.engines_later == {"llm"}
    assert all(out.cards)
    assert not out.held, "money is held for a call that has ended"
    if row.engine == "llm" or row.paid:
        assert out.spent > 0
    assert (out.dead > 0) is row.dead, out.words[-1_500:]
    assert not row.reason or any(word in out.words for word in row.reason), out.words[-1_500:]
    assert out.told == [row.told] * bool(row.told), out.words[-1_500:]
    if row.second:
        assert "second" in out.models

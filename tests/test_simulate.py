"""The simulation of growth keeps the product's paces, whatever the sizes."""

import pytest

from bench import simulate
from bench.simulate_polls import polled
from bench.simulate_wave import HANDED_ON, by_zone, jittered, same_minute, wave
from bot.collect.preview.watch import BETWEEN


def test_a_crowd_of_one_minute_waits_for_the_pace_of_digests() -> None:
    found = wave(same_minute(2_000), compose=0.001, processes=1)
    assert found.last == pytest.approx(2_000 / HANDED_ON, abs=2)
    assert found.middle == pytest.approx(found.last / 2, abs=2)
    assert found.missed == 0


def test_slow_composing_is_what_holds_up_and_in_the_end_leaves_out() -> None:
    found = wave(same_minute(1_000), compose=60, processes=1)
    assert found.last > 3_600
    assert found.readers == 1_000
    assert 0 < found.missed < 1_000


def test_zones_and_spreading_lose_nobody() -> None:
    due = by_zone(1_000)
    assert sum(due) == pytest.approx(1_000, abs=5)
    spread = jittered(due, 60)
    assert sum(spread) == pytest.approx(sum(due), abs=1)
    assert max(spread) < max(due)


def test_nobody_due_is_no_wave() -> None:
    found = wave(same_minute(0), compose=1, processes=1)
    assert (found.readers, found.last, found.missed) == (0, 0, 0)


def test_a_watcher_does_no_more_than_it_can_and_enough_of_them_keep_up() -> None:
    few = polled(400, 1, hours=1, page=5, mean=100)
    able = 1 / (5 + sum(BETWEEN) / 2)
    assert few.looks == pytest.approx(able, rel=0.1)
    assert few.behind > 60
    many = polled(400, 40, hours=1, page=5, mean=100)
    assert many.behind < 60
    assert many.late < 1_800 + 200
    assert many.middle < few.middle


@pytest.mark.slow
def test_the_command_prints_three_tables(capsys: pytest.CaptureFixture[str]) -> None:
    small = ["--channels", "100", "--readers", "1000", "--hours", "0.1"]
    assert simulate.main(small) == 0
    said = capsys.readouterr().out
    assert said.count("\n|---|") == 3
    assert "| 100 | 1 |" in said
    assert "| gpt-6-luna | " in said

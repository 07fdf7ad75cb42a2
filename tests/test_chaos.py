"""The chaos run in small: processes and the store killed, replies lost, sends failed."""

import pytest

from bench.chaos import Options, run, wrong

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("on_unknown", ["probe", "resend"])
async def test_nothing_is_lost_or_doubled_whatever_is_killed(on_unknown: str) -> None:
    options = Options(
        posts=120,
        messages=24,
        kills=3,
        server_kills=1,
        fsync="always",  # a killed server may lose its last second by `everysec`
        seed=7,
        on_unknown=on_unknown,
        workers=2,
    )
    report = await run(options)
    assert wrong(report, options) == [], report.findings
    # One that starts while the store is being started again says so and ends; nothing else ends.
    assert all("REDIS_URL" in said[-1] for said in report.faulty), report.faulty
    assert report.exits == [0] * options.workers

"""A program by a wrong clock: ``python -m tests.fakes.wrong_clock SECONDS python -m NAME …``.

The program runs in this very process, which so takes its signals; what it measures by the
monotonic clock is not touched. Other processes on the host go on by the host's clock.
"""

import runpy
import sys
from datetime import UTC, datetime, timedelta

import time_machine


def off_by(skew: timedelta) -> tuple[str, ...]:
    """What stands before a command whose clock is to be ahead by ``skew``."""
    return (sys.executable, "-m", "tests.fakes.wrong_clock", str(skew.total_seconds()))


def main(arguments: list[str]) -> None:
    """Set the clock and become the program."""
    seconds, _, _, name, *rest = arguments
    sys.argv = [name, *rest]
    time_machine.travel(datetime.now(UTC) + timedelta(seconds=float(seconds)), tick=True).start()
    runpy.run_module(name, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(sys.argv[1:])

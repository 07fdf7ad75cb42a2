"""`python -m bench NAME [OPTIONS]`: runs the program of that name in this folder."""

import sys
from importlib import import_module
from importlib.util import find_spec


def main(arguments: list[str]) -> int:
    """Hand over to ``bench.NAME.main``; its exit code, 2 for an unknown name."""
    name = arguments[0] if arguments else ""
    if not name.isidentifier() or find_spec(f"bench.{name}") is None:
        sys.stderr.write("usage: python -m bench NAME [OPTIONS], such as: chaos --help\n")
        return 2
    return int(import_module(f"bench.{name}").main(arguments[1:]))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

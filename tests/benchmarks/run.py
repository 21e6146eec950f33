"""`make bench`: every figure as a JSON line on stdout, then one table; ratios, never absolute numbers."""

from __future__ import annotations

import sys
from collections.abc import Callable

from tests.benchmarks import audit, fanout, history, polling, reading
from tests.benchmarks.figures import Figure, table

BENCHMARKS: tuple[tuple[str, Callable[[], list[Figure]]], ...] = (
    ("polling", polling.figures),
    ("history", history.figures),
    ("reading", reading.figures),
    ("fanout", fanout.figures),
    ("audit", audit.figures),
)


def main(wanted: list[str]) -> int:
    """Runs all benchmarks, or those named."""
    found: list[Figure] = []
    for name, figures in BENCHMARKS:
        if wanted and name not in wanted:
            continue
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        for figure in figures():
            print(figure.as_json(), flush=True)
            found.append(figure)
    print(table(found))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

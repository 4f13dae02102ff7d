"""`make bench`: what we promise about speed and memory, measured beside the limits in the same run.

Absolute figures depend on the machine; what counts is a ratio. Exit status 1 if a limit that is a
ratio is missed.
"""

from __future__ import annotations

import sys
from typing import Final

from benchmarks import engine_bench, startup, xpath_bench

_RATIO: Final = "x"


def main() -> int:
    """Run every benchmark of the program itself."""
    print("== XPath")
    faster = xpath_bench.main()
    print("\n== form engine")
    figures = engine_bench.run()
    print("\n== start-up")
    startup.run()
    missed = [
        one.name.strip()
        for one in figures
        if one.unit == _RATIO and one.limit is not None and one.value > one.limit
    ]
    if faster < xpath_bench.BAR:
        missed.append(f"lxml takes only {faster:.1f} times as long")
    print("\nratios missed: " + ("; ".join(missed) or "none"))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

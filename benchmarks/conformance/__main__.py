"""`make conformance`: cases that nobody here wrote, with every miss by id and reason.

They lie beside the project, or where ZOUFANG_CONFORMANCE says; without them there is nothing to do.
Exit status 1 if a score is under its bar.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Final

from benchmarks.conformance import forms, pension, scenario, xpath

BARS: Final = {
    "native": 0.98,
    "xforms": 0.98,
    "javarosa": 0.95,
    "traces": 0.96,
    "forms": 1.0,
    "pension": 1.0,
}


def main() -> int:
    """Run everything that is there."""
    folder = xpath.conformance_folder()
    if not folder.is_dir():
        print(f"conformance: nothing at {folder}; set ZOUFANG_CONFORMANCE to the folder")
        return 0
    met = True
    for name, score in _scores():
        enough = score >= BARS[name]
        met &= enough
        print(f"{name}: {score:.2%} (bar {BARS[name]:.0%}) {'met' if enough else 'NOT MET'}")
    return 0 if met else 1


def _scores() -> Iterator[tuple[str, float]]:
    print("== XPath cases")
    for suite, score in xpath.run().items():
        yield suite, score.passed / max(score.total - len(score.excused), 1)
    print("== engine traces")
    traces = scenario.run()
    yield "traces", traces.passed / max(traces.total, 1)
    print("== forms")
    tried = forms.run()
    yield "forms", tried.passed / max(len(tried.outcomes), 1)
    print("== pension cases")
    worked = pension.run()
    yield "pension", worked.passed / max(worked.total, 1)


if __name__ == "__main__":
    sys.exit(main())

"""Reads plain limits out of a constraint, so that a keyboard or a calendar can offer them.

Only conjunctions of comparisons with literals count: ``. >= 0 and . <= 120``. Whatever else the
constraint says is still checked when the answer comes.
"""

from __future__ import annotations

import re
from typing import Final

from forms.prompts import OPEN, Bounds

_LIMIT: Final = re.compile(
    r"""^\(?\s*\.\s*(?P<sign><=|>=|<|>|=)\s*
    (?:date\(\s*)?(?:(?P<number>-?\d+(?:\.\d+)?)|['"](?P<date>\d{4}-\d{2}-\d{2})['"]|(?P<today>today\(\)))
    \s*\)?\s*\)?$""",
    re.VERBOSE,
)
_AND: Final = re.compile(r"\s+and\s+")
_OR: Final = re.compile(r"\bor\b")


def read_bounds(constraint: str) -> Bounds:
    """The limits that `constraint` states plainly; ``today()`` stays as that word.

    A strict limit is given as it stands: the answer itself may still be refused.
    """
    if not constraint or _OR.search(constraint):
        return OPEN
    minimum: str | None = None
    maximum: str | None = None
    for part in _AND.split(constraint.strip()):
        match = _LIMIT.match(part.strip())
        if match is None:
            continue
        value = match["number"] or match["date"] or match["today"]
        if match["sign"] in (">=", ">", "="):
            minimum = value
        if match["sign"] in ("<=", "<", "="):
            maximum = value
    return Bounds(minimum, maximum) if minimum or maximum else OPEN

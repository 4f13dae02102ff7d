"""What a spreadsheet must not make of a text: a formula, or a file that it can't open."""

from __future__ import annotations

import re
from typing import Final

LONGEST: Final = 32_767
"""Characters that a cell of a workbook may hold."""

_RUNS: Final = ("=", "+", "-", "@", "\t", "\r")
_FORBIDDEN: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def runs(text: str) -> bool:
    """Whether a spreadsheet might take `text` for a formula."""
    return text.startswith(_RUNS)


def harmless(text: str) -> str:
    """`text` so that a spreadsheet shows it and does not take it for a formula."""
    return f"'{text}" if runs(text) else text


def printable(text: str) -> str:
    """`text` without what XML can't hold, cut to what a cell takes."""
    return _FORBIDDEN.sub("", text)[:LONGEST]

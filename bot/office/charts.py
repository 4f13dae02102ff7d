"""Charts as plain numbers, for templates to draw as SVG: bars in a box of 100 by 100."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_GAP: Final = 0.28
"""What of a bar's place stays empty."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A rectangle; `kind` is its class in the style sheet."""

    kind: str
    x: float
    y: float
    width: float
    height: float


def stacked(columns: Sequence[Sequence[tuple[str, float]]]) -> list[Piece]:
    """Columns side by side. Each is made of shares of 1, the lowest first, with their kinds."""
    place = 100 / max(len(columns), 1)
    pieces: list[Piece] = []
    for number, column in enumerate(columns):
        base = 100.0
        for kind, share in column:
            height = round(100 * min(max(share, 0.0), 1.0), 2)
            base -= height
            x = number * place + place * _GAP / 2
            if height:
                pieces.append(
                    Piece(kind, round(x, 2), round(base, 2), round(place * (1 - _GAP), 2), height)
                )
    return pieces


def rising(values: Sequence[float], kind: str) -> list[Piece]:
    """Columns side by side, the largest of `values` as high as the box."""
    most = max(values, default=0) or 1
    return stacked([[(kind, one / most)] for one in values])

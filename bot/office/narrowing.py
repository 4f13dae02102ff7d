"""To which areas a list is narrowed: to each there is, or level by level where they are many."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from storage.areas import Area
from storage.unit import UnitOfWork

MOST: Final = 300
"""More areas than these nobody looks through at once."""

_LEVELS: Final = (9, 12, 15)
"""The lengths of the codes of townships, villages and grids."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Areas that can be chosen, in order of codes; whether they are `all` that there are."""

    areas: Sequence[Area]
    all: bool


async def offered(uow: UnitOfWork, own: str, chosen: str) -> Offer:
    """The areas in `own` that can be chosen: all of them, or if they are too many, those above
    `chosen` and those next below each."""
    found = await uow.areas.below(own, _LEVELS[-1], MOST + 1)
    few = len(found) <= MOST
    if not few:
        steps = [own, *(chosen[:n] for n in _LEVELS if len(own) < n <= len(chosen))]
        found = [one for code in steps for one in await uow.areas.below(code, _next(code), MOST)]
    unique = {one.code: one for one in found if len(one.code) in _LEVELS}
    return Offer([unique[code] for code in sorted(unique)], few)


def _next(code: str) -> int:
    return next((n for n in _LEVELS if n > len(code)), _LEVELS[-1])


def among(codes: Collection[str], chosen: str) -> Sequence[str]:
    """Of the villages of these `codes` as many as can be looked through: all of them, or if they
    are too many, their townships and those in the township of `chosen`."""
    if len(codes) <= MOST:
        return sorted(codes)
    township = chosen[: _LEVELS[0]]
    near = {code for code in codes if len(township) == _LEVELS[0] and code.startswith(township)}
    return sorted(near | {code[: _LEVELS[0]] for code in codes})

"""Areas as files of people name them: by code, or by the name of a village or grid.

A grid is called "First grid" in many a village: so a name may stand alone, or behind the names of
the areas it lies in, as lists show it. It is read only where it is nobody else's in the sender's
area.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final
from unicodedata import normalize

from bot.register.columns import Column, plain
from bot.register.reading import Sent
from bot.register.rows import Entry
from bot.register.tables import Problem
from storage.areas import Area

Names = Mapping[str, tuple[str, ...]]
"""The codes of the villages and grids that a name, as `plain` writes it, may mean."""

_SHOWN: Final = 8  # codes that a finding lists
_HOMES: Final = ("village", "grid")
_ABOVE: Final = ("township", "village")


def names_of(areas: Sequence[Area], root: str = "") -> Names:
    """The names of villages and grids in `root`, alone and behind those of their village and
    township. `areas` are all there are."""
    known = {one.code: one for one in areas}
    found: dict[str, set[str]] = defaultdict(set)
    for one in areas:
        if one.level in _HOMES and one.code.startswith(root):
            name = ""
            for part in _upwards(one, known):
                name = part.name + name
                found[plain(normalize("NFKC", name))].add(one.code)
    return {name: tuple(sorted(codes)) for name, codes in found.items() if name}


def _upwards(area: Area, known: Mapping[str, Area]) -> Iterable[Area]:
    """An area, and those of a village and a township that it lies in."""
    yield area
    above = known.get(area.parent or "")
    while above is not None and above.level in _ABOVE:
        yield above
        above = known.get(above.parent or "")


def placed(sent: Sent, names: Names) -> Sent:
    """A file with codes where names stood that can mean one area only."""
    homes = [[entry_placed(one, names) for one in members] for members in sent.homes]
    return Sent(homes, sent.problems)


def entry_placed(entry: Entry, names: Names) -> Entry:
    """A row with a code where a name stood that can mean one area only."""
    codes = () if not entry.area or entry.area.isdigit() else names.get(plain(entry.area), ())
    return replace(entry, area=codes[0]) if len(codes) == 1 else entry


def no_such_area(entry: Entry, names: Names) -> Problem:
    """What is wrong with a row's area: a code or a name that nothing has, or a name of several,
    whose codes are listed."""
    if entry.area.isdigit():
        return entry.problem(Column.AREA, "area_unknown")
    codes = names.get(plain(entry.area), ())
    if not codes:  # it may be anything, an ID number of a column that slipped too: not repeated
        return entry.problem(Column.AREA, "area_name_unknown")
    more = "…" if len(codes) > _SHOWN else ""
    told = " ".join(codes[:_SHOWN]) + more
    return entry.problem(Column.AREA, "area_name_of_several", name=entry.area, codes=told)

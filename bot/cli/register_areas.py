"""Reads a file of areas. The length of a division code says the level, its beginning the parent."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Final

from bot.register.columns import AREAS, Column
from bot.register.files import Sheet
from bot.register.tables import Problem, Table, find_tables
from storage.areas import LEVELS, Area

_LENGTHS: Final = dict(zip((2, 4, 6, 9, 12, 15), LEVELS, strict=True))
_COUNTY: Final = 6


def areas(sheets: Iterable[Sheet], known: Collection[str]) -> tuple[list[Area], list[Problem]]:
    """The areas of a file, parents first, and what is wrong with it.

    `known` are the codes that the register has. Everything below a county needs its parent, in the
    file or among those.
    """
    tables, problems = find_tables(sheets, AREAS, AREAS)
    rows: dict[str, tuple[str, int]] = {}
    for table in tables:
        problems += _read(table, rows)
    codes = {*known, *rows}
    for table in tables:
        problems += _orphans(table, codes)
    found = [_area(code, name, codes) for code, (name, _) in sorted(rows.items())]
    return found, problems


def _read(table: Table, rows: dict[str, tuple[str, int]]) -> Iterator[Problem]:
    for row in table.rows:
        code = table.cell(row, Column.AREA).text
        name = table.cell(row, Column.AREA_NAME).text
        at = (table.name, row.number)
        if not code.isascii() or not code.isdigit() or len(code) not in _LENGTHS:
            yield Problem(*at, table.places[Column.AREA], Column.AREA, "bad_area_code")
        elif code in rows:
            first = {"row": rows[code][1]}
            yield Problem(*at, table.places[Column.AREA], Column.AREA, "area_twice", first)
        elif not name:
            yield Problem(*at, table.places[Column.AREA_NAME], Column.AREA_NAME, "empty")
        else:
            rows[code] = name, row.number


def _orphans(table: Table, codes: Collection[str]) -> Iterator[Problem]:
    for row in table.rows:
        code = table.cell(row, Column.AREA).text
        if len(code) > _COUNTY and len(code) in _LENGTHS and code[:-3] not in codes:
            place = table.places[Column.AREA]
            values = {"parent": code[:-3]}
            yield Problem(table.name, row.number, place, Column.AREA, "area_without_parent", values)


def _area(code: str, name: str, codes: Collection[str]) -> Area:
    step = 3 if len(code) > _COUNTY else 2
    parent = code[:-step] if code[:-step] in codes else None
    return Area(code, _LENGTHS[len(code)], name, parent)

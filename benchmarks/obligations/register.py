"""A register of any size, made up inside the database: nobody's name is sealed, for none is read.

Two hundred people live in each grid, four in a home, and a grid worker serves each. Ids follow the
areas, as an import leaves them.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

from sqlalchemy import Date, LargeBinary, bindparam, text

from storage.database import Database
from storage.policy import SYSTEM
from storage.tables import Instant
from storage.unit import UnitOfWork

COUNTY: Final = "990201"
IN_GRID: Final = 200
IN_HOME: Final = 4
ENTERED: Final = datetime(2025, 6, 1, tzinfo=UTC)

_GRIDS_OF_A_TOWNSHIP: Final = 60
_TOWNSHIP: Final = "'990201' || CAST(100 + n / 60 AS TEXT)"
_VILLAGE: Final = f"{_TOWNSHIP} || CAST(201 + n % 60 / 3 AS TEXT)"
_GRID: Final = f"{_VILLAGE} || CAST(101 + n % 3 AS TEXT)"

_COUNT: Final = """
WITH RECURSIVE numbers(n) AS (
  SELECT CAST(:first AS INTEGER) UNION ALL
  SELECT n + 1 FROM numbers WHERE n + 1 < CAST(:end AS INTEGER)
) """
_AREAS: Final = (
    ("township", f"SELECT DISTINCT {_TOWNSHIP} AS code, '{COUNTY}' AS parent"),
    ("village", f"SELECT DISTINCT {_VILLAGE} AS code, {_TOWNSHIP} AS parent"),
    ("grid", f"SELECT {_GRID} AS code, {_VILLAGE} AS parent"),
)
_STAFF: Final = f"""
INSERT INTO account (code, name, role, area_code, active, created_at)
{_COUNT} SELECT 'W' || n, :nobody, 'grid_worker', {_GRID}, true, :entered FROM numbers
"""
_HOMES: Final = f"""
INSERT INTO household (id, area_code, code, created_at)
{_COUNT}, homes AS (SELECT n AS home, n / {IN_GRID // IN_HOME} AS n FROM numbers)
SELECT home + 1, {_GRID}, 'H' || home, :entered FROM homes
"""
_PEOPLE: Final = f"""
INSERT INTO person
  (id, area_code, code, household_id, name, sex, birth_date, head, state, created_at)
{_COUNT}, people AS (SELECT n AS one, n / {IN_GRID} AS n FROM numbers)
SELECT one + 1, {_GRID}, 'P' || one, one / {IN_HOME} + 1, :nobody, 'f', :born,
  one % {IN_HOME} = 0, 'active', :entered
FROM people
"""
_TAGS: Final = f"""
INSERT INTO person_tag (person_id, tag, since, source)
{_COUNT} SELECT n + 1, CASE n % 2 WHEN 0 THEN 'lives_alone' ELSE 'empty_nest' END, :since, 'test'
FROM numbers
"""
_VALUES: Final = (
    bindparam("nobody", b"-", LargeBinary),
    bindparam("entered", ENTERED, Instant),
    bindparam("since", ENTERED.date(), Date),
    bindparam("born", date(1950, 6, 1), Date),
)
_AT_ONCE: Final = 50_000


async def make_up(database: Database, people: int) -> None:
    """Enter so many people, their homes, areas and workers into an empty database."""
    grids = -(-people // IN_GRID)
    async with database.unit(SYSTEM, "benchmark") as uow:
        await _fill(uow, f"INSERT INTO area (code, level, name) VALUES ('{COUNTY}', 'county', '-')")
        for level, codes in _AREAS:
            chosen = (
                f"{_COUNT} SELECT code, '{level}', '-', parent FROM ({codes} FROM numbers) AS a"
            )
            await _fill(uow, f"INSERT INTO area (code, level, name, parent) {chosen}", 0, grids)
        await _fill(uow, _STAFF, 0, grids)
    for first in range(0, people, _AT_ONCE):
        end = min(first + _AT_ONCE, people)
        async with database.unit(SYSTEM, "benchmark") as uow:
            await _fill(uow, _HOMES, first // IN_HOME, -(-end // IN_HOME))
            await _fill(uow, _PEOPLE, first, end)
            await _fill(uow, _TAGS, first, end)
    async with database.unit(SYSTEM, "benchmark") as uow:
        await _fill(uow, "ANALYZE")


async def _fill(uow: UnitOfWork, statement: str, first: int = 0, end: int = 0) -> None:
    values = [one for one in _VALUES if f":{one.key}" in statement]
    run = {"first": first, "end": end} if ":first" in statement else {}
    await uow.connection.execute(text(statement).bindparams(*values), run)

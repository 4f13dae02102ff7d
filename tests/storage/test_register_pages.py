"""Pages of the register are the same whichever way they are found, and whichever way one turns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import product

import pytest

from storage import register_pages
from storage.database import Database
from storage.enrolment import NewHousehold, NewPerson
from storage.policy import OPERATOR, Actor, Role
from storage.register_pages import Place, RegisterPages, Wanted
from tests import world

SUPERVISOR = Actor(Role.TOWNSHIP_SUPERVISOR, world.TOWNSHIP)
GRIDS = (world.GRID, world.SIBLING_GRID)
TAGS = ("lives_alone", "diabetes")


async def settle(database: Database) -> None:
    await world.settle(database)
    homes = [NewHousehold(f"HX{n:02}", GRIDS[n % 2], "", tuple(people(n))) for n in range(20)]
    async with database.unit(OPERATOR, "test") as uow:
        await uow.register.enter(homes, "test")


def people(n: int) -> list[NewPerson]:
    born, tags = date(1950, 1, 1 + n), TAGS[: n % 3]
    grown_up = NewPerson(f"PX{n:02}", "王桂香" if n % 4 else "马桂香", "f", born, True, tags=tags)
    child = NewPerson(f"PY{n:02}", "马小宝", "m", date(2018, 1, 1), tags=("orphan",))
    return [grown_up, child] if n % 5 == 0 else [grown_up]


async def all_pages(pages: RegisterPages, wanted: Wanted, size: int) -> list[str]:
    """The codes of all pages, which are the same on the way back."""
    there: list[Sequence[str]] = []
    at: Place | None = None
    more = True
    while more:
        found, more = await pages.page(wanted, size, at)
        there.append([one.code for one in found])
        if found:
            at = Place(found[-1].area_code, found[-1].code)
            first = Place(found[0].area_code, found[0].code, back=True)
    back: list[Sequence[str]] = there[-1:]
    while there[-1]:
        found, more = await pages.page(wanted, size, first)
        if found:
            back.insert(0, [one.code for one in found])
            first = Place(found[0].area_code, found[0].code, back=True)
        if not more:
            break
    codes = [code for one in there for code in one]
    assert [code for one in back for code in one] == codes
    assert await pages.count(wanted) == len(codes)
    return codes


@pytest.mark.parametrize("kind", ["person", "household"])
async def test_few_and_many_are_found_alike(
    database: Database, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    await settle(database)
    queries, tags = ("", "w", "马", f"{kind[0].upper()}X", "none"), ("", "lives_alone", "orphan")
    async with database.reading(SUPERVISOR, "test") as uow:
        pages = RegisterPages(uow.connection, uow.actor, uow.today)
        for query, tag, area in product(queries, tags, ("", world.GRID)):
            wanted = Wanted(kind, query, area, tag, children=tag == "orphan")
            found = []
            for few in (0, 10_000):
                monkeypatch.setattr(register_pages, "_FEW", few)
                found.append(await all_pages(pages, wanted, 7))
            assert found[0] == found[1], wanted
            assert len(set(found[0])) == len(found[0]), wanted


async def test_more_than_many_are_not_counted(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await settle(database)
    monkeypatch.setattr(register_pages, "MANY", 5)
    async with database.reading(SUPERVISOR, "test") as uow:
        pages = RegisterPages(uow.connection, uow.actor, uow.today)
        assert await pages.count(Wanted("person")) == 6
        assert await pages.count(Wanted("person", "PX07")) == 1

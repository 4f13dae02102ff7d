"""A small register for tests: two townships, three villages, a household in each of four grids.

Each household has a grandmother and a grandchild. Every name, number and address in it is planted:
`SECRETS` lists what must never be readable on the disk.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from storage.areas import Area
from storage.database import Database
from storage.policy import OPERATOR, Actor, Role
from storage.register import NewHousehold, NewPerson

COUNTY: Final = "990202"
TOWNSHIP: Final = "990202100"
VILLAGE: Final = "990202100201"
GRID: Final = "990202100201001"
SIBLING_GRID: Final = "990202100201002"
SIBLING_VILLAGE: Final = "990202100202"
OTHER_TOWNSHIP: Final = "990202101"
OTHER_GRID: Final = "990202101201001"

AREAS: Final = (
    Area(COUNTY, "county", "示范县"),
    Area(TOWNSHIP, "township", "清溪镇", COUNTY),
    Area(VILLAGE, "village", "柳湾村", TOWNSHIP),
    Area(GRID, "grid", "第一网格", VILLAGE),
    Area(SIBLING_GRID, "grid", "第二网格", VILLAGE),
    Area(SIBLING_VILLAGE, "village", "石桥村", TOWNSHIP),
    Area(SIBLING_VILLAGE + "001", "grid", "第一网格", SIBLING_VILLAGE),
    Area(OTHER_TOWNSHIP, "township", "东岭镇", COUNTY),
    Area(OTHER_TOWNSHIP + "201", "village", "东岭村", OTHER_TOWNSHIP),
    Area(OTHER_GRID, "grid", "第一网格", OTHER_TOWNSHIP + "201"),
)

HOUSEHOLDS: Final = tuple(
    NewHousehold(
        code=f"H{letter}00001",
        area_code=area,
        address=f"清溪镇柳湾村暗号街{letter}号",
        people=(
            NewPerson(
                code=f"P{letter}00001",
                name=f"{surname}桂兰",
                sex="f",
                birth_date=date(1950, 3, 5),
                head=True,
                id_number=f"9902021950030500{index}X",
                phone=f"1000000000{index}",
                tags=("hypertension", "over_65"),
            ),
            NewPerson(
                code=f"P{letter}00002",
                name=f"{surname}小明",
                sex="m",
                birth_date=date(2015, 6, 1),
                tags=("left_behind_child",),
            ),
        ),
    )
    for index, (letter, area, surname) in enumerate(
        (
            ("A", GRID, "王"),
            ("B", SIBLING_GRID, "欧阳"),
            ("C", SIBLING_VILLAGE + "001", "李"),
            ("D", OTHER_GRID, "赵"),
        )
    )
)

SECRETS: Final = tuple(
    secret
    for household in HOUSEHOLDS
    for person in household.people
    for secret in (household.address, person.name, person.id_number, person.phone)
    if secret
)

HOUSEHOLDERS: Final = {"A": GRID, "B": SIBLING_GRID, "C": SIBLING_VILLAGE + "001", "D": OTHER_GRID}


async def settle(database: Database) -> None:
    """Enter the areas and the households."""
    async with database.unit(OPERATOR, "test") as uow:
        await uow.areas.put(AREAS)
        await uow.register.enter(HOUSEHOLDS, "test")


async def hire(database: Database, role: Role, area: str, name: str = "周敏") -> Actor:
    """Open an account and return who it acts as."""
    async with database.unit(OPERATOR, "test") as uow:
        account = await uow.accounts.add(name, role, area)
    return Actor(role, area, account_id=account.id)

"""A synthetic township: about 300 households and 900 people, the same for the same seed.

Nothing in it can be taken for real. Division codes begin with 99, which GB/T 2260 assigns to
nobody; ID numbers begin with such a code, and their check digit is right; telephone numbers begin
with 100, which is no mobile prefix.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Final

from bot.demo import names
from bot.demo.families import Member, family
from core.ids import check_digit
from storage import codes
from storage.areas import Area
from storage.policy import Role
from storage.register import NewHousehold, NewPerson

COUNTY: Final = "990101"
TOWNSHIP: Final = COUNTY + "100"
_VILLAGES: Final = {"201": "柳湾村", "202": "石桥村", "203": "南坡村"}
_GRIDS: Final = {"001": "第一网格", "002": "第二网格", "003": "第三网格"}
_HOUSEHOLDS_A_GRID: Final = (31, 36)


@dataclass(frozen=True, slots=True)
class NewStaff:
    """An account to be opened."""

    code: str
    name: str
    role: Role
    area_code: str


@dataclass(frozen=True, slots=True)
class Township:
    """Everything that the demo enters, parents before children."""

    areas: tuple[Area, ...]
    households: tuple[NewHousehold, ...]
    staff: tuple[NewStaff, ...]

    @property
    def people(self) -> int:
        """How many people live there."""
        return sum(len(household.people) for household in self.households)


def township(seed: int, today: date) -> Township:
    """The township of a seed, its people as old as they are on `today`."""
    random = Random(seed)
    areas = tuple(_areas())
    grids = [area.code for area in areas if area.level == "grid"]
    fresh = _FreshNumbers(random)
    households = tuple(
        _household(fresh, grid, number, today)
        for grid in grids
        for number in range(1, random.randint(*_HOUSEHOLDS_A_GRID) + 1)
    )
    return Township(areas, households, tuple(_staff(fresh, areas)))


def _areas() -> Iterator[Area]:
    yield Area(COUNTY, "county", "示范县")
    yield Area(TOWNSHIP, "township", "清溪镇", COUNTY)
    for village, name in _VILLAGES.items():
        yield Area(TOWNSHIP + village, "village", name, TOWNSHIP)
        for grid, grid_name in _GRIDS.items():
            yield Area(TOWNSHIP + village + grid, "grid", grid_name, TOWNSHIP + village)


def _staff(fresh: _FreshNumbers, areas: tuple[Area, ...]) -> Iterator[NewStaff]:
    yield _member_of_staff(fresh, Role.TOWNSHIP_SUPERVISOR, TOWNSHIP)
    roles = {"village": Role.CHILD_DIRECTOR, "grid": Role.GRID_WORKER}
    for area in areas:
        if area.level in roles:
            yield _member_of_staff(fresh, roles[area.level], area.code)


def _member_of_staff(fresh: _FreshNumbers, role: Role, area_code: str) -> NewStaff:
    random = fresh.random
    given = names.given_name(random, random.choice("mf"), 1985)
    return NewStaff(fresh.code(codes.STAFF), names.surname(random) + given, role, area_code)


def _household(fresh: _FreshNumbers, grid: str, number: int, today: date) -> NewHousehold:
    members = family(fresh.random, today)
    village = _VILLAGES[grid[len(TOWNSHIP) : len(TOWNSHIP) + 3]]
    return NewHousehold(
        code=fresh.code(codes.HOUSEHOLD),
        area_code=grid,
        address=f"清溪镇{village}{int(grid[-3:])}组{number}号",
        people=tuple(_person(fresh, member, today) for member in members),
    )


def _person(fresh: _FreshNumbers, member: Member, today: date) -> NewPerson:
    has_phone = member.age(today) >= 14 and fresh.random.random() < 0.9
    return NewPerson(
        code=fresh.code(codes.PERSON),
        name=member.name,
        sex=member.sex,
        birth_date=member.birth_date,
        head=member.head,
        id_number=fresh.id_number(member.birth_date, member.sex),
        phone=fresh.phone() if has_phone else None,
        tags=tuple(sorted(member.tags)),
    )


class _FreshNumbers:
    """Hands out codes and numbers, none of them twice."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self._used: set[str] = set()

    def code(self, prefix: str) -> str:
        while (code := codes.code(prefix, source=self.random)) in self._used:
            pass
        self._used.add(code)
        return code

    def id_number(self, born: date, sex: str) -> str:
        while True:
            serial = self.random.randrange(sex == "m", 1000, 2)
            body = f"{COUNTY}{born:%Y%m%d}{serial:03}"
            if body not in self._used:
                self._used.add(body)
                return body + check_digit(body)

    def phone(self) -> str:
        while (number := f"100{self.random.randrange(10**8):08}") in self._used:
            pass
        self._used.add(number)
        return number

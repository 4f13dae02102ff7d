"""The tree of areas by division code: county 6 digits, township 9, village 12, grid 15."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select

from storage.connection import Connection
from storage.dialects import upsert
from storage.policy import Actor
from storage.tables import area

LEVELS = ("province", "city", "county", "township", "village", "grid")


@dataclass(frozen=True, slots=True)
class Area:
    """One node of the tree."""

    code: str
    level: str
    name: str
    parent: str | None = None


def within(column: ColumnElement[Any], root: str) -> ColumnElement[bool]:
    """A condition: `column` holds `root` or a code below it (digits sort below ``~``)."""
    return and_(column >= root, column < root + "~")


async def keeps_all(connection: Connection, actor: Actor) -> bool:
    """Whether what holds for the whole deployment, its forms and the switches of its rules, is the
    actor's to change: who administers one of several counties would change the others' too."""
    if not actor.may_administer:
        return False
    if actor.everything:
        return True
    if actor.area is None:
        return False
    other = select(area.c.code).where(area.c.level == "county", ~within(area.c.code, actor.area))
    return (await connection.execute(other.limit(1))).first() is None


class Areas:
    """Reads areas, whose names are public; writes them for the operator."""

    def __init__(self, connection: Connection, actor: Actor) -> None:
        self._connection = connection
        self._actor = actor

    async def put(self, areas: Iterable[Area]) -> None:
        """Add areas, parents first, or change their names. Raises PermissionError."""
        if not self._actor.everything:
            raise PermissionError("only the operator changes areas")
        rows = [asdict(one) for one in areas]
        statement = upsert(
            self._connection.dialect.name, area, ["code"], ["name", "level", "parent"]
        )
        await self._connection.execute(statement, rows)

    async def keeps_all(self) -> bool:
        """Whether the actor changes what holds for the whole deployment."""
        return await keeps_all(self._connection, self._actor)

    async def get(self, code: str) -> Area | None:
        """The area of `code`."""
        found = (await self._connection.execute(select(area).where(area.c.code == code))).first()
        return _area(found._mapping) if found else None

    async def all(self, root: str = "") -> Sequence[Area]:
        """`root` and everything below it, in order of codes."""
        query = select(area).where(within(area.c.code, root)).order_by(area.c.code)
        return [_area(row._mapping) for row in await self._connection.execute(query)]

    async def some(self, codes: Iterable[str]) -> Sequence[Area]:
        """These areas, in order of codes; a few hundred at most."""
        query = select(area).where(area.c.code.in_(list(codes))).order_by(area.c.code)
        return [_area(row._mapping) for row in await self._connection.execute(query)]

    async def below(self, root: str, length: int, most: int) -> Sequence[Area]:
        """The areas in `root` and below it whose codes have `length` digits at most, the first
        `most` of them in order of codes."""
        query = select(area).where(within(area.c.code, root), func.length(area.c.code) <= length)
        rows = await self._connection.execute(query.order_by(area.c.code).limit(most))
        return [_area(row._mapping) for row in rows]

    async def only_county(self) -> Area | None:
        """The county, if there is just one."""
        query = select(area).where(area.c.level == "county").limit(2)
        found = (await self._connection.execute(query)).all()
        return _area(found[0]._mapping) if len(found) == 1 else None


def _area(row: Any) -> Area:
    return Area(row["code"], row["level"], row["name"], row["parent"])

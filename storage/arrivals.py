"""Whether somebody is entering subjects: ids are given out before their rows can be seen.

Who walks over a table by id and remembers how far it came would pass by rows that are committed
later with lower ids. SQLite has one writer, so there ids come in order.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import func, select

from storage.connection import Connection

_LOCK: Final = 0x7A6F6172


async def arriving(connection: Connection) -> None:
    """Subjects will be entered in this transaction. Call it before the first one."""
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock_shared(_LOCK)))


async def settled(connection: Connection) -> bool:
    """Whether nobody enters subjects now: no lower id than the highest is still to come."""
    if connection.dialect.name != "postgresql":
        return True
    found = await connection.execute(select(func.pg_try_advisory_xact_lock(_LOCK)))
    return bool(found.scalar())

"""Who of several processes may do what only one may do at a time. Implements `core.ports.Lease`."""

from __future__ import annotations

import os
import socket
from datetime import timedelta
from typing import Final
from uuid import uuid4

from sqlalchemy import delete, or_

from storage.database import Database
from storage.dialects import upsert
from storage.policy import SYSTEM
from storage.tables import lease

TERM: Final = timedelta(seconds=20)
_HOST: Final = 40  # letters of the machine's name


class DatabaseLease:
    """A row of the database with a holder and an end.

    Whoever dies keeps it until its end, and then another one takes it. Processes compare the end
    with their own clocks, so these have to agree within a part of the term.
    """

    def __init__(self, database: Database, name: str, term: timedelta = TERM) -> None:
        self._database = database
        self._name = name
        self._term = term
        self._holder = f"{socket.gethostname()[:_HOST]} {os.getpid()} {uuid4().hex}"

    @property
    def term(self) -> float:
        """Seconds that it holds without being renewed."""
        return self._term.total_seconds()

    async def take(self) -> bool:
        """Take or renew it; False while another process has it."""
        async with self._database.unit(SYSTEM, "lease") as uow:
            free = or_(lease.c.holder == self._holder, lease.c.until <= uow.now)
            mine = upsert(
                uow.connection.dialect.name, lease, ["name"], ["holder", "until"], where=free
            ).values(name=self._name, holder=self._holder, until=uow.now + self._term)
            return bool((await uow.connection.execute(mine)).rowcount)

    async def give_up(self) -> None:
        """Let another process have it at once. Nothing happens if it is not ours."""
        async with self._database.unit(SYSTEM, "lease") as uow:
            await uow.connection.execute(
                delete(lease).where(lease.c.name == self._name, lease.c.holder == self._holder)
            )

"""Where it is measured: a database of each kind with a made-up register, and some rules."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any, Final

from benchmarks.obligations.register import make_up
from benchmarks.obligations.spent import cpu
from scheduler.ground import Ground
from scheduler.visit_rules import VisitRule
from storage import vault
from storage.database import Database
from storage.policy import Actor
from storage.unit import UnitOfWork
from storage.vault import Vault
from storage.writer import Rank
from tests.clock import TurnedClock
from tests.postgres import PostgresServer
from tests.scheduler.duties import ground, noon
from tests.scheduler.making import SHANGHAI, rule

ENGINES: Final = ("sqlite", "postgresql")
BEFORE: Final = date(2026, 9, 30)
QUARTER: Final = date(2026, 10, 1)

EVERYBODY: Final = rule(id="B01", every="1 quarter")
BY_TAG: Final = rule(
    id="B02",
    every="1 quarter",
    population={"any_tags": ["lives_alone", "empty_nest"], "minimum_age": 60},
)


class Counted(Database):
    """A database that counts its transactions, and the CPU that is spent on it."""

    units = 0
    server: int | None = None

    def spent(self) -> float:
        """CPU seconds until now, of this process and of PostgreSQL's that serve it."""
        return cpu(self.server)

    @asynccontextmanager
    async def unit(
        self, actor: Actor, purpose: str, channel: str = "", *, rank: Rank = "usual"
    ) -> AsyncIterator[UnitOfWork]:
        """One transaction more."""
        self.units += 1
        async with super().unit(actor, purpose, channel, rank=rank) as uow:
            yield uow


@asynccontextmanager
async def settled(engine: str, people: int) -> AsyncIterator[Counted]:
    """A database with so many people, the day before the quarter begins."""
    vault.use(Vault(bytes(range(32))))
    with tempfile.TemporaryDirectory(prefix="zoufang-bench-") as folder:
        server = PostgresServer(Path(folder) / "postgres") if engine == "postgresql" else None
        url = server.url(server.new()) if server else f"sqlite:///{folder}/zoufang.sqlite3"
        database: Any = await Counted.open(url, TurnedClock(noon(BEFORE)), SHANGHAI)
        if server:
            pid_file = Path(folder) / "postgres" / "postmaster.pid"
            database.server = int(pid_file.read_text().split()[0])
        try:
            await make_up(database, people)
            yield database
        finally:
            await database.close()
            if server:
                server.stop()


def by(*rules: VisitRule) -> Ground:
    """The ground of these rules."""
    return ground(*rules)


def turn(database: Database, day: date) -> None:
    """Noon of a day has come."""
    clock = database.clock
    assert isinstance(clock, TurnedClock)
    clock.set(noon(day))

"""Every channel on every database: what passes here, a person may rely on wherever they chat."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from handlers.forms import publish
from storage import vault as vaults
from storage.areas import Area
from storage.database import Database, Engines
from storage.policy import OPERATOR
from storage.vault import Vault
from tests.contract.forms import taken
from tests.contract.house import EVERY, GRID, TELEGRAM, TOWNSHIP, HastyClock, Kind, Running, running
from tests.postgres import PostgresServer

AREAS = (
    Area("990101", "county", "示范县"),
    Area(TOWNSHIP, "township", "示范乡", "990101"),
    Area(GRID[:12], "village", "柳树村", TOWNSHIP),
    Area(GRID, "grid", "第一网格", GRID[:12]),
)


@contextmanager
def _vault_open() -> Iterator[None]:
    before = list(vaults._open)
    vaults.use(Vault(bytes(range(32))))
    yield
    vaults._open[:] = before


def _settle(url: str) -> None:
    async def settle() -> None:
        database = await Database.open(url, HastyClock())
        async with database.unit(OPERATOR, "test") as uow:
            await uow.areas.put(AREAS)
            for source, intake in taken().values():
                await publish(uow, intake, source)
        await database.close()

    with _vault_open():
        asyncio.run(settle())


@pytest.fixture(scope="session")
def settled_sqlite(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with a grid and the forms of `tests.contract.forms` in it."""
    file = tmp_path_factory.mktemp("contract") / "settled.sqlite3"
    shutil.copy(migrated_sqlite, file)
    _settle(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def settled_postgres(postgres: PostgresServer, migrated_postgres: str) -> str:
    """The name of a PostgreSQL database with the same in it."""
    name = postgres.new(migrated_postgres)
    _settle(postgres.url(name))
    return name


@pytest.fixture(scope="session")
def engines() -> dict[str, Engines]:
    """The engine of PostgreSQL, once there is one: it remembers how statements are written."""
    return {}


@pytest.fixture
def settled_url(engine: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """A database as nobody has used it yet: of SQLite a file of its own, as whoever closes the last
    connection late takes the log of the file away; of PostgreSQL always at the same place."""
    if engine == "sqlite":
        source: Path = request.getfixturevalue("settled_sqlite")
        file = source.with_name(f"{uuid4().hex}.sqlite3")
        shutil.copy(source, file)
        yield f"sqlite:///{file}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    template: str = request.getfixturevalue("settled_postgres")
    name = f"{template}_used"
    server.run(f"CREATE DATABASE {name} TEMPLATE {template};")
    yield server.url(name)
    server.drop(name)


@pytest.fixture
async def settled(
    engine: str, settled_url: str, engines: dict[str, Engines], vault: Vault
) -> AsyncIterator[Database]:
    """A database with a grid and the forms of `tests.contract.forms` in it."""
    if engine in engines:
        opened = Database(engines[engine], HastyClock())
    else:
        opened = await Database.open(settled_url, HastyClock())
        if opened.shared:
            engines[engine] = opened.engines
    yield opened
    await opened.close()


@pytest.fixture(params=EVERY)
async def house(request: pytest.FixtureRequest, settled: Database) -> AsyncIterator[Running]:
    """A house with each kind of channel."""
    kind: Kind = request.param
    async with running(kind, settled) as started:
        yield started


@pytest.fixture(params=TELEGRAM)
async def telegram_house(
    request: pytest.FixtureRequest, settled: Database
) -> AsyncIterator[Running]:
    """A house with each kind of Telegram channel."""
    kind: Kind = request.param
    async with running(kind, settled) as started:
        yield started

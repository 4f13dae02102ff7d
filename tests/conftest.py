"""What tests of every room use: a clock to turn, a key, and a database of each kind.

A test that asks for `database` runs twice, on SQLite and on PostgreSQL. Each run has a database of
its own, copied from one that was migrated once.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings

from core import measures
from core.log import log
from storage import vault as vaults
from storage.database import Database
from storage.vault import Vault
from tests.clock import TurnedClock
from tests.postgres import PostgresServer

ENGINES = ("sqlite", "postgresql")

# How long an example takes says how busy the machine is, and nothing about what is tested. The
# examples are the same each time, so that no run fails by a case that only it drew; whoever looks
# for such cases asks for others: `pytest --hypothesis-profile=searching`.
UNHURRIED = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True, database=None
)
settings.register_profile("unhurried", UNHURRIED)
settings.register_profile("searching", UNHURRIED, derandomize=False)
settings.load_profile("unhurried")


@pytest.fixture
def clock() -> TurnedClock:
    """21 November 2026, ten in the morning in Shanghai, until it is turned."""
    return TurnedClock()


@pytest.fixture(autouse=True)
def own_log() -> Iterator[None]:
    """No test writes its log as another one had set it up, which may be with its first line."""
    root = logging.root
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    log.prepare(logging.NOTSET, None)
    structlog.reset_defaults()


@pytest.fixture(autouse=True)
def own_loops() -> Iterator[None]:
    """No loop of a test that is over is held to have died meanwhile."""
    yield
    measures._beats.clear()


@pytest.fixture
def vault() -> Iterator[Vault]:
    """The vault in use, with a key that every test shares."""
    one = Vault(bytes(range(32)))
    before = list(vaults._open)
    vaults.use(one)
    yield one
    vaults._open[:] = before


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server of this test process.

    It has a folder of its own. For root, the server runs as another user, and pytest shuts its
    folder of temporary files to all others each time it starts, even beside a running one.
    """
    with tempfile.TemporaryDirectory(prefix="zoufang-", ignore_cleanup_errors=True) as folder:
        server = PostgresServer(Path(folder) / "postgres")
        yield server
        server.stop()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with all tables and nothing in them."""
    file = tmp_path_factory.mktemp("sqlite") / "migrated.sqlite3"
    _migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def migrated_postgres(postgres: PostgresServer) -> str:
    """The name of a PostgreSQL database with all tables and nothing in them."""
    name = postgres.new()
    _migrate(postgres.url(name))
    return name


def _migrate(url: str) -> None:
    async def migrate() -> None:
        await (await Database.open(url, TurnedClock())).close()

    asyncio.run(migrate())


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Which kind of database this run is about."""
    kind: str = request.param
    return kind


@pytest.fixture
def empty_url(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without any tables."""
    if engine == "sqlite":
        yield f"sqlite:///{tmp_path / 'zoufang.sqlite3'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = server.new()
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def database_url(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database with all tables and nothing in them."""
    if engine == "sqlite":
        file = tmp_path / "zoufang.sqlite3"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), file)
        yield f"sqlite:///{file}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = server.new(request.getfixturevalue("migrated_postgres"))
    yield server.url(name)
    server.drop(name)


@pytest.fixture
async def database(database_url: str, clock: TurnedClock, vault: Vault) -> AsyncIterator[Database]:
    """An open database with all tables and nothing in them."""
    opened = await Database.open(database_url, clock)
    yield opened
    await opened.close()


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """The URL of an SQLite database with all tables, for tests that one kind is enough for."""
    file = tmp_path / "zoufang.sqlite3"
    shutil.copy(migrated_sqlite, file)
    return f"sqlite:///{file}"


@pytest.fixture
async def sqlite_database(
    sqlite_url: str, clock: TurnedClock, vault: Vault
) -> AsyncIterator[Database]:
    """An open SQLite database, for tests that one kind is enough for."""
    opened = await Database.open(sqlite_url, clock)
    yield opened
    await opened.close()

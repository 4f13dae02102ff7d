"""Ground to set on fire: settled once for a test process, copied for each test."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.under_fire.ground import Ground, settle, sqlite_url
from tests.under_fire.postgres import CrashingServer


@pytest.fixture(scope="session")
def settled_ground(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """A settled SQLite database."""
    folder = tmp_path_factory.mktemp("ground")
    shutil.copy(migrated_sqlite, folder / "zoufang.sqlite3")
    return asyncio.run(settle(folder, sqlite_url(folder)))


@pytest.fixture
def ground(settled_ground: Ground, tmp_path: Path) -> Ground:
    """A settled SQLite database of the test's own."""
    return settled_ground.copy(tmp_path / "ground")


@pytest.fixture(scope="session")
def crashing() -> Iterator[CrashingServer]:
    """A PostgreSQL server of its own: others share one that must not crash."""
    with tempfile.TemporaryDirectory(prefix="zoufang-", ignore_cleanup_errors=True) as folder:
        server = CrashingServer(Path(folder) / "postgres")
        yield server
        server.stop()


@pytest.fixture(scope="session")
def settled_on_postgres(
    crashing: CrashingServer, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Ground, str]:
    """A settled PostgreSQL database, and its name."""
    name = crashing.new()
    return asyncio.run(settle(tmp_path_factory.mktemp("ground"), crashing.url(name))), name


@pytest.fixture
def shared_ground(
    crashing: CrashingServer, settled_on_postgres: tuple[Ground, str], tmp_path: Path
) -> Iterator[Ground]:
    """A settled PostgreSQL database of the test's own, for several processes at once."""
    settled, template = settled_on_postgres
    name = crashing.new(template)
    yield settled.copy(tmp_path / "ground", crashing.url(name))
    crashing.drop(name)

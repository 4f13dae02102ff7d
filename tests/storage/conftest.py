"""The small register, in each kind of database."""

from __future__ import annotations

import pytest

from storage.database import Database
from tests import world


@pytest.fixture
async def village(database: Database) -> Database:
    """A database with the small register in it."""
    await world.settle(database)
    return database

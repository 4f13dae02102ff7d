"""The township, made once for a test process; each test has a copy of it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.end_to_end import township as townships
from tests.end_to_end.township import Township


@pytest.fixture(scope="session")
def first_start(tmp_path_factory: pytest.TempPathFactory) -> Township:
    """The demo township as a first start leaves it."""
    return asyncio.run(townships.settle(tmp_path_factory.mktemp("township")))


@pytest.fixture
def township(first_start: Township, tmp_path: Path) -> Township:
    """A township of the test's own."""
    return first_start.copy(tmp_path)

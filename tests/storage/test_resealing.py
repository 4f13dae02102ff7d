"""A new key takes over while people work: everything is sealed anew, and nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import key_file
from storage import vault as vaults
from storage.database import Database
from storage.formshelf import FormSource
from storage.policy import OPERATOR, Role
from storage.resealing import reseal, stale, tables
from storage.vault import Vault, VaultError
from tests import world
from tests.storage.test_submissions import FORM, record


@pytest.fixture
def file(tmp_path: Path, vault: Vault) -> Iterator[Path]:
    """A key file with the root of all tests, in use; `vault` puts back what was."""
    path = tmp_path / "zoufang.key"
    key_file._write(path, [bytes(range(32))], new=True)
    vaults.use(key_file.load(path))
    yield path


@pytest.fixture
async def full(file: Path, village: Database) -> Database:
    worker = await world.hire(village, Role.GRID_WORKER, world.GRID)
    async with village.unit(OPERATOR, "test") as uow:
        await uow.forms.publish(FORM, FormSource(b"<h:html/>", {}))
    async with village.unit(worker, "test") as uow:
        for number in range(30):
            await uow.submissions.add(record(f"uuid:{number}", worker))
        await uow.media.put(bytes(300_000), "a.jpg", "image/jpeg", "1")
    return village


async def everything(database: Database) -> int:
    return sum([await reseal(database, table, columns) for table, columns in tables()])


async def names(database: Database) -> list[str]:
    async with database.unit(OPERATOR, "test") as uow:
        found = [await uow.register.person(f"P{letter}00001") for letter in "ABCD"]
        assert (await uow.submissions.get("uuid:7")) is not None
    return [one.name for one in found if one]


async def test_everything_is_sealed_with_the_new_key(full: Database, file: Path) -> None:
    before = await names(full)
    assert await stale(full) == 0
    key_file.add(file)
    vaults.vault().refresh()
    count = await stale(full)
    assert count > 40
    assert await everything(full) == count
    assert (await stale(full), await everything(full)) == (0, 0)
    assert await names(full) == before

    first, last = key_file.keys(file)
    vaults.use(Vault(first))
    with pytest.raises(VaultError, match="wrong_key"):
        await names(full)
    vaults.use(Vault(first, last))
    assert await names(full) == before


async def test_a_change_that_was_cut_off_goes_on(full: Database, file: Path) -> None:
    key_file.add(file)
    vaults.vault().refresh()
    whole = await stale(full)
    table, columns = next(one for one in tables() if one[0].name == "person")
    done = await reseal(full, table, columns)
    assert 0 < done < whole
    assert await everything(full) == whole - done


async def test_another_process_learns_the_new_key_by_what_it_sealed(
    full: Database, file: Path
) -> None:
    running = key_file.load(file)
    key_file.add(file)
    newer = key_file.load(file)
    sealed = newer.seal(b"words", "a.b")
    assert running.prefix != newer.prefix
    assert running.open(sealed, "a.b") == b"words"
    assert running.prefix == newer.prefix


async def test_people_work_while_it_goes_on(full: Database, file: Path) -> None:
    key_file.add(file)
    vaults.vault().refresh()

    async def work() -> None:
        for _ in range(20):
            assert len(await names(full)) == 4
            async with full.unit(OPERATOR, "test") as uow:
                await uow.accounts.add("新人", Role.GRID_WORKER, world.GRID)

    await asyncio.gather(everything(full), work())
    assert await stale(full) == 0


def test_only_keys_between_the_first_and_the_last_are_forgotten(file: Path) -> None:
    for _ in range(3):
        key_file.add(file)
    before = key_file.keys(file)
    assert key_file.forget(file) == 2
    assert key_file.keys(file) == [before[0], before[-1]]
    assert key_file.forget(file) == 0
    assert file.stat().st_mode & 0o077 == 0

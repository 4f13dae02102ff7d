"""A backup holds everything, in one file that gives nothing away, and comes back whole."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from storage import vault as vaults
from storage.backup import files
from storage.backup.dump import reflected
from storage.backup.envelope import MAGIC, BackupError
from storage.database import Database
from storage.formshelf import FormSource
from storage.policy import OPERATOR, Role
from storage.vault import Vault
from tests import world
from tests.clock import TurnedClock
from tests.postgres import PostgresServer
from tests.storage.test_submissions import FORM, record


@pytest.fixture
async def full(village: Database) -> Database:
    """A village with a bit of everything in it."""
    worker = await world.hire(village, Role.GRID_WORKER, world.GRID)
    async with village.unit(OPERATOR, "test") as uow:
        await uow.forms.publish(FORM, FormSource(b"<h:html/>", {"a.csv": b"name,label\n"}))
    async with village.unit(worker, "test", "web") as uow:
        await uow.submissions.add(record("uuid:1", worker, xml="<data>门口有狗</data>".encode()))
        photo = await uow.media.put(
            b"\xff\xd8" + bytes(range(256)) * 900, "狗.jpg", "image/jpeg", "1"
        )
        await uow.media.attach([photo.id], "uuid:1")
        chat = await uow.conversations.load("web", "A1", "zh")
        await uow.outbox.queue_kind(chat.id, "test", {"code": "PA00001"}, 1)
        await uow.record("open", "PA00001")
        await uow.audit.seal()
    return village


@pytest.fixture(params=["sqlite", "postgresql"])
def elsewhere(
    request: pytest.FixtureRequest, postgres: PostgresServer, tmp_path: Path
) -> Iterator[str]:
    """The URL of an empty database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'restored.sqlite3'}"
        return
    name = postgres.new()
    yield postgres.url(name)
    postgres.drop(name)


async def content(database: Database) -> dict[str, list[Any]]:
    """Every row of every table, as each kind of database tells it alike."""

    def read(connection: Any) -> dict[str, list[Any]]:
        from storage.backup.lines import packed

        return {
            table.name: sorted(
                [str(packed(value)) for value in row]
                for row in connection.execute(table.select()).all()
            )
            for table in reflected(connection)
        }

    async with database.snapshot() as connection:
        return await connection.run_sync(read)


async def test_what_was_backed_up_comes_back_in_either_kind_of_database(
    full: Database, elsewhere: str, clock: TurnedClock, tmp_path: Path
) -> None:
    file = tmp_path / "one.zfb"
    count = await files.make(full, file)
    assert await files.check(file) == count > 30
    assert await files.restore(elsewhere, file) == count
    restored = await Database.open(elsewhere, clock)
    try:
        assert await content(restored) == await content(full)
        async with restored.unit(OPERATOR, "test") as uow:
            person = await uow.register.person("PA00001")
            assert person is not None and person.name == "王桂兰"
            added = await uow.accounts.add("新人", Role.GRID_WORKER, world.GRID)
            assert added.id > 1, "new rows are numbered after those that came back"
            head, faults = await uow.audit.verify((await uow.audit.head()).__class__(0, ""))
            assert (head.seq, faults) == (1, [])
    finally:
        await restored.close()


async def test_a_backup_sees_one_moment_while_people_work(full: Database, tmp_path: Path) -> None:
    before = await content(full)

    async def work() -> None:
        for number in range(30):
            async with full.unit(OPERATOR, "test") as uow:
                await uow.record("open", f"P{number}")
            await asyncio.sleep(0)

    file = tmp_path / "one.zfb"
    working = asyncio.create_task(work())
    count = await files.make(full, file)
    await working
    assert sum(map(len, before.values())) <= count <= sum(map(len, (await content(full)).values()))


async def test_a_backup_gives_nothing_away(full: Database, tmp_path: Path) -> None:
    file = tmp_path / "one.zfb"
    await files.make(full, file)
    raw = file.read_bytes()
    assert raw.startswith(MAGIC)
    for secret in (*world.SECRETS, "PA00001", "household_visit", "990202"):
        assert secret.encode() not in raw
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("how", ["cut", "piece", "bit", "end", "start", "more"])
async def test_a_damaged_backup_is_refused_and_changes_nothing(
    full: Database, elsewhere: str, clock: TurnedClock, tmp_path: Path, how: str
) -> None:
    file = tmp_path / "one.zfb"
    await files.make(full, file)
    raw = bytearray(file.read_bytes())
    first = int.from_bytes(raw[20:24], "big") + 24
    match how:
        case "cut":
            del raw[-1:]
        case "piece":
            del raw[20:first]
        case "bit":
            raw[len(raw) // 2] ^= 1
        case "end":
            del raw[first:]
        case "start":
            raw[0] ^= 1
        case "more":
            raw += b"x"
    file.write_bytes(raw)
    with pytest.raises(BackupError):
        await files.check(file)
    with pytest.raises(BackupError):
        await files.restore(elsewhere, file)
    untouched = await Database.open(elsewhere, clock)
    async with untouched.unit(OPERATOR, "test") as uow:
        assert await uow.register.counts() == (0, 0)
    await untouched.close()


async def test_another_key_opens_nothing(full: Database, tmp_path: Path) -> None:
    file = tmp_path / "one.zfb"
    await files.make(full, file)
    before = list(vaults._open)
    vaults.use(Vault(bytes(32)))
    try:
        with pytest.raises(BackupError, match="damaged"):
            await files.check(file)
    finally:
        vaults._open[:] = before


async def test_a_database_with_tables_is_left_alone(
    full: Database, database_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "one.zfb"
    await files.make(full, file)
    before = await content(full)
    with pytest.raises(BackupError, match="not_empty"):
        await files.restore(database_url, file)
    assert await content(full) == before


async def test_the_rows_of_an_older_program_get_what_came_since(
    sqlite_url: str, clock: TurnedClock, vault: Vault, tmp_path: Path
) -> None:
    """A backup is restored into the tables of its time, which are then brought up to date."""
    from storage.database import Engines, parse_url
    from storage.migrate import upgrade

    old = Engines.of(parse_url(f"sqlite:///{tmp_path / 'old.sqlite3'}"))
    async with old.main.begin() as connection:
        await connection.run_sync(lambda sync: upgrade(sync, "0005"))
        await connection.execute(text("INSERT INTO area VALUES ('99', 'province', '省', NULL)"))
    database = Database(old, clock)
    file = tmp_path / "old.zfb"
    assert await files.make(database, file) == 1
    await database.close()
    await files.restore(f"sqlite:///{tmp_path / 'new.sqlite3'}", file)
    new = await Database.open(f"sqlite:///{tmp_path / 'new.sqlite3'}", clock)
    async with new.unit(OPERATOR, "test") as uow:
        area = await uow.areas.get("99")
        assert area is not None and area.name == "省"
        await uow.record("open", "X")
    await new.close()


def test_the_oldest_are_thinned_out(tmp_path: Path, clock: TurnedClock) -> None:
    for _ in range(5):
        (tmp_path / files.name_at(clock.now())).touch()
        clock.turn(days=1)
    names = [one.name for one in files.kept(tmp_path)]
    files.thin_out(tmp_path, 2)
    assert [one.name for one in files.kept(tmp_path)] == names[-2:]

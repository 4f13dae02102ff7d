"""The schema comes from the migrations, says the same as the tables, and is never guessed at."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import (
    JSON,
    Boolean,
    Connection,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    String,
    insert,
    select,
    text,
)
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.types import TypeEngine

from storage import vault as vaults
from storage.database import Database, DatabaseError, parse_url
from storage.migrate import head, upgrade
from storage.obligation_tables import obligation
from storage.office_tables import review_word
from storage.policy import OPERATOR
from storage.schema import metadata
from storage.tables import media, submission
from storage.vault import Vault, VaultError
from tests import world
from tests.clock import TurnedClock


async def test_an_empty_database_gets_all_tables(
    empty_url: str, clock: TurnedClock, vault: Vault
) -> None:
    database = await Database.open(empty_url, clock)
    async with database.unit(OPERATOR, "test") as uow:
        assert await uow.register.counts() == (0, 0)
    await database.close()


async def test_upgrading_twice_changes_nothing(
    empty_url: str, clock: TurnedClock, vault: Vault
) -> None:
    first = await Database.open(empty_url, clock)
    await world.settle(first)
    await first.close()
    second = await Database.open(empty_url, clock)
    async with second.unit(OPERATOR, "test") as uow:
        assert await uow.register.counts() == (4, 8)
    await second.close()


async def test_the_migrations_make_what_the_tables_say(database: Database) -> None:
    def differences(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_a_database_that_is_newer_than_the_program_is_refused(
    database_url: str, clock: TurnedClock, vault: Vault
) -> None:
    database = await Database.open(database_url, clock)
    async with database.engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await database.close()
    with pytest.raises(DatabaseError, match="newer"):
        await Database.open(database_url, clock)


async def test_a_database_sealed_with_another_key_is_refused_before_anything_is_written(
    database_url: str, clock: TurnedClock, vault: Vault
) -> None:
    database = await Database.open(database_url, clock)
    await world.settle(database)
    await database.close()
    vaults.use(Vault(bytes(32)))
    with pytest.raises(VaultError, match="wrong_key"):
        await Database.open(database_url, clock)


def test_there_is_one_newest_migration() -> None:
    assert head()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "mysql://localhost/zoufang",
        "postgresql+psycopg2://localhost/x",
        "postgresql://localhost:port/zoufang",
        "postgresql://[::1/zoufang",
        "postgresql://127.0.0.1:1/zoufang?sslmod=require",
        "sqlite://data/zoufang.sqlite3",
        "sqlite:///zoufang.sqlite3?moode=rw",
    ],
)
async def test_a_url_of_no_known_database_is_refused(url: str, clock: TurnedClock) -> None:
    with pytest.raises(DatabaseError, match="bad_url"):
        await Database.open(url, clock)


@pytest.mark.parametrize(
    "url",
    [
        "mysql://user:geheim@localhost/zoufang",
        "postgres//user:geheim@localhost/zoufang",
        "postgresql:/user:geheim/zoufang",
        "postgresql://user:geheim@localhost:port/zoufang",
    ],
)
async def test_a_bad_url_is_told_without_its_password(url: str, clock: TurnedClock) -> None:
    with pytest.raises(DatabaseError) as caught:
        await Database.open(url, clock)
    assert "geheim" not in str(caught.value)


def test_encryption_is_asked_for_by_postgresqls_own_name() -> None:
    url = parse_url("postgresql://db.example/zoufang?sslmode=require")
    assert dict(url.query) == {"ssl": "require"}


async def test_a_server_that_is_not_there_is_unreachable(clock: TurnedClock) -> None:
    with pytest.raises(DatabaseError, match="unreachable"):
        await Database.open("postgresql://nobody@127.0.0.1:1/zoufang", clock)


async def test_a_database_that_the_server_does_not_have_is_unreachable(
    postgres: Any, clock: TurnedClock
) -> None:
    with pytest.raises(DatabaseError, match="unreachable"):
        await Database.open(postgres.url("nowhere"), clock)


async def test_a_file_that_is_no_database_is_unreachable(tmp_path: Any, clock: TurnedClock) -> None:
    file = tmp_path / "zoufang.sqlite3"
    file.write_bytes(b"words " * 1000)
    with pytest.raises(DatabaseError, match="unreachable"):
        await Database.open(f"sqlite:///{file}", clock)


FORMER = "0017"
FORMER_ROWS: tuple[tuple[str, dict[str, object]], ...] = (
    ("area", {"code": "990101", "level": "county"}),
    ("account", {"code": "W1", "area_code": "990101"}),
    ("form", {"sha256": "f"}),
    ("submission", {"instance_id": "uuid:1", "form_sha256": "f", "area_code": "990101"}),
    ("media", {"key": "photo"}),
    ("obligation", {"period_key": "2026-11", "area_code": "990101"}),
    ("record_review", {"root_id": "uuid:1", "instance_id": "uuid:1", "decision": "approved"}),
)


async def test_what_an_older_program_kept_is_read_by_the_newest(
    empty_url: str, clock: TurnedClock, vault: Vault
) -> None:
    engine = create_async_engine(parse_url(empty_url))
    async with engine.begin() as connection:
        await connection.run_sync(upgrade, FORMER)
        await connection.run_sync(_fill, clock.now(), vault.seal("王梅".encode(), "account.name"))
    await engine.dispose()
    database = await Database.open(empty_url, clock)
    columns = (submission.c.consent, media.c.interview_id, obligation.c.period_key)
    async with database.engine.connect() as connection:
        found = [(await connection.execute(select(one))).scalars().all() for one in columns]
        said = select(review_word.c.root_id, review_word.c.decision, review_word.c.reason)
        words = [tuple(row) for row in await connection.execute(said)]
    await database.close()
    assert found == [[None], [None], ["2026-11"]]
    assert words == [("uuid:1", "approved", None)]


def _fill(connection: Connection, now: datetime, sealed: bytes) -> None:
    """A row in each of `FORMER_ROWS`, by the tables as they were then; `sealed` is a name."""
    former = MetaData()
    former.reflect(connection)
    for name, given in FORMER_ROWS:
        table = former.tables[name]
        must = {one.name: _something(one.type, now, sealed) for one in table.c if not one.nullable}
        connection.execute(insert(table).values(must | given))


def _something(kind: TypeEngine[Any], now: datetime, sealed: bytes) -> object:
    for known, value in (
        *((Boolean, True), (Integer, 1), (DateTime, now), (Date, now.date())),
        *((LargeBinary, sealed), (JSON, {}), (String, "x")),
    ):
        if isinstance(kind, known):
            return value
    raise TypeError(kind)

"""A statement that was made ready does what SQLAlchemy's own does, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from storage.database import Database
from storage.policy import SYSTEM
from storage.ready import Ready
from storage.tables import conversation, media
from storage.unit import UnitOfWork

BEIJING = timezone(timedelta(hours=8))
MOMENT = datetime(2026, 11, 22, 9, 30, 0, 123456, tzinfo=BEIJING)
ROW: dict[str, Any] = {
    "channel": "telegram",
    "address_hash": "h1",
    "address": "777",
    "account_id": None,
    "language": "zh",
    "state": {"version": 1, "state": {"kind": "idle", "said": None, "名": "值"}},
    "revision": 3,
    "reachable": False,
    "updated_at": MOMENT,
}

ADD = Ready(insert(conversation), *ROW)
GET = Ready(select(conversation).where(conversation.c.id == bindparam("of_id")))
ALL = Ready(select(conversation.c.id, conversation.c.revision).order_by(conversation.c.id))
CHANGE = Ready(
    update(conversation).where(conversation.c.id == bindparam("of_id")), "state", "reachable"
)
FORGET = Ready(delete(conversation).where(conversation.c.address_hash == bindparam("hash")))


async def plain(uow: UnitOfWork, row_id: int) -> dict[str, Any]:
    """A row as SQLAlchemy reads it."""
    query = select(conversation).where(conversation.c.id == row_id)
    return dict((await uow.connection.execute(query)).one()._mapping)


async def test_what_is_added_is_read_alike(database: Database) -> None:
    async with database.unit(SYSTEM, "test") as uow:
        (row_id,) = await ADD.add(uow.connection, [ROW])
        ready = await GET.first(uow.connection, {"of_id": row_id})
        assert ready is not None
        assert dict(ready) == await plain(uow, row_id)
        assert {name: ready[name] for name in ROW} == ROW
        assert ready["updated_at"].tzinfo is UTC
        assert ready["person_id"] is None


async def test_rows_get_their_ids_in_order(database: Database) -> None:
    async with database.unit(SYSTEM, "test") as uow:
        rows = [ROW | {"address_hash": f"h{n}", "revision": n} for n in range(5)]
        ids = await ADD.add(uow.connection, rows)
        found = await ALL.all(uow.connection, {})
        assert [(row["id"], row["revision"]) for row in found] == list(
            zip(ids, range(5), strict=True)
        )


async def test_only_what_is_named_is_changed(database: Database) -> None:
    async with database.unit(SYSTEM, "test") as uow:
        one, other = await ADD.add(uow.connection, [ROW, ROW | {"address_hash": "h2"}])
        changed = {"of_id": one, "state": {}, "reachable": True}
        assert await CHANGE.run(uow.connection, changed) == 1
        assert await plain(uow, one) == await plain(uow, one) | {"state": {}, "reachable": True}
        assert (await plain(uow, one))["language"] == "zh"
        assert (await plain(uow, other))["state"] == ROW["state"]
        assert await CHANGE.run(uow.connection, changed | {"of_id": other + 1}) == 0


async def test_several_sets_of_values_are_run_one_after_another(database: Database) -> None:
    async with database.unit(SYSTEM, "test") as uow:
        await ADD.each(uow.connection, [ROW | {"address_hash": f"h{n}"} for n in range(3)])
        await FORGET.each(uow.connection, [{"hash": "h0"}, {"hash": "h2"}])
        assert len(await ALL.all(uow.connection, {})) == 1


async def test_nothing_found_is_none(database: Database) -> None:
    async with database.reading(SYSTEM, "test") as uow:
        assert await GET.first(uow.connection, {"of_id": 5}) is None


async def test_a_row_that_is_there_is_refused_alike_and_its_values_stay_untold(
    database: Database,
) -> None:
    with pytest.raises(IntegrityError) as refused:
        async with database.unit(SYSTEM, "test") as uow:
            await ADD.run(uow.connection, ROW)
            await ADD.run(uow.connection, ROW)
    assert ROW["address_hash"] not in str(refused.value)


@pytest.mark.parametrize("content", [b"", b"\x00\xff", bytes(range(256)) * 40])
async def test_bytes_are_kept(database: Database, content: bytes) -> None:
    row = {
        "id": "m1",
        "key": "k1",
        "name": "照片.jpg",
        "mime": "image/jpeg",
        "size": len(content),
        "sha256": "0",
        "content": content,
        "created_at": MOMENT,
    }
    async with database.unit(SYSTEM, "test") as uow:
        await Ready(insert(media), *row).run(uow.connection, row)
        found = await Ready(select(media)).first(uow.connection, {})
    assert found is not None
    assert {name: found[name] for name in row} == row

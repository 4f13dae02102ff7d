"""The audit is only added to, and whoever tampers with it is found out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage.areas import Area
from storage.audit import AT_ONCE, Entry, Fault, Head, Which
from storage.database import Database
from storage.formshelf import FormSource
from storage.policy import OPERATOR, SYSTEM, Actor, Role
from tests import world
from tests.clock import TurnedClock
from tests.storage.test_submissions import FORM, record


async def note(database: Database, *things: str, actor: Actor = OPERATOR) -> None:
    async with database.unit(actor, "test", "web") as uow:
        for thing in things:
            await uow.record("open", thing)


async def seal(database: Database) -> int:
    async with database.unit(SYSTEM, "seal") as uow:
        return await uow.audit.seal()


async def check(database: Database) -> tuple[Head, Sequence[Fault]]:
    head = Head(0, "")
    faults: list[Fault] = []
    async with database.reading(OPERATOR, "test") as uow:
        while True:
            after, some = await uow.audit.verify(head)
            faults += some
            if after == head:
                return head, faults
            head = after


async def tamper(database: Database, statement: str) -> None:
    """As somebody who owns the database but has no key: the guards are taken away first."""
    async with database.unit(OPERATOR, "test") as uow:
        for table in ("audit", "audit_seal"):
            if database.shared:
                await uow.connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            else:
                for what in ("update", "delete"):
                    await uow.connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{what}"))
        if not database.shared:
            await uow.connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        await uow.connection.execute(text(statement))


async def test_an_entry_tells_who_did_what_why_and_from_where(
    village: Database, clock: TurnedClock
) -> None:
    worker = await world.hire(village, Role.GRID_WORKER, world.GRID)
    await note(village, "PA00001", actor=worker)
    async with village.reading(OPERATOR, "test") as uow:
        (found,), more = await uow.audit.latest(Which(subject="PA00001"))
        account = await uow.accounts.get(worker.account_id or 0)
    assert account is not None
    assert found == Entry(
        clock.now(), account.code, "grid_worker", "web", "test", "open", "PA00001"
    )
    assert not more


async def test_who_reads_the_log_of_one_county_reads_no_other(village: Database) -> None:
    async with village.unit(OPERATOR, "test") as uow:
        await uow.areas.put([Area("990102", "county", "邻县")])
    near = await world.hire(village, Role.GRID_WORKER, world.GRID)
    far = await world.hire(village, Role.COUNTY_ADMINISTRATOR, "990102")
    await note(village, "NEAR", actor=near)
    await note(village, "FAR", actor=far)
    await note(village, "ALL", actor=SYSTEM)
    for area, told in ((world.COUNTY, {"NEAR", "ALL"}), ("990102", {"FAR", "ALL"})):
        reader = Actor(Role.AUDITOR, area, account_id=998)
        async with village.reading(reader, "test") as uow:
            found, _ = await uow.audit.latest(Which())
        assert {one.object for one in found if one.action == "open"} == told


async def test_what_is_added_is_sealed_once(database: Database) -> None:
    await note(database, "A", "B", "C")
    assert (await seal(database), await seal(database)) == (3, 0)
    await note(database, "D")
    assert await seal(database) == 1
    head, faults = await check(database)
    assert (head.seq, faults) == (4, [])


async def test_a_long_chain_is_sealed_and_checked_in_parts(database: Database) -> None:
    await note(database, *(f"P{number}" for number in range(AT_ONCE + 7)))
    assert [await seal(database), await seal(database)] == [AT_ONCE, 7]
    head, faults = await check(database)
    assert (head.seq, faults) == (AT_ONCE + 7, [])


@pytest.mark.parametrize("table", ["audit", "audit_seal"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET {}"])
async def test_the_database_refuses_to_change_it(
    database: Database, table: str, statement: str
) -> None:
    await note(database, "A")
    await seal(database)
    change = "object = 'X'" if table == "audit" else "chain = 'X'"
    with pytest.raises(DBAPIError, match="only added to"):
        async with database.unit(OPERATOR, "test") as uow:
            await uow.connection.execute(text(statement.format(table, change)))


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE audit SET object = 'X' WHERE object = 'B'", [Fault(2, "altered")]),
        ("UPDATE audit SET account_id = 7 WHERE object = 'B'", [Fault(2, "altered")]),
        (
            "UPDATE audit SET object = 'X', mac = NULL WHERE object = 'B'",
            [Fault(2, "broken")],
        ),
        (
            "UPDATE audit_seal SET chain = 'X' WHERE seq = 2",
            [Fault(2, "broken"), Fault(3, "broken")],
        ),
        ("DELETE FROM audit_seal WHERE seq = 2", [Fault(2, "gap"), Fault(3, "broken")]),
    ],
)
async def test_tampering_is_found_out(
    database: Database, statement: str, found: list[Fault]
) -> None:
    await note(database, "A", "B", "C")
    await seal(database)
    await tamper(database, statement)
    assert (await check(database))[1] == found


async def test_an_end_that_was_cut_off_is_found_out_by_an_earlier_head(database: Database) -> None:
    await note(database, "A", "B")
    await seal(database)
    kept, _ = await check(database)
    await tamper(database, "DELETE FROM audit_seal WHERE seq = 2")
    assert (await check(database))[1] == []
    async with database.reading(OPERATOR, "test") as uow:
        assert not await uow.audit.holds(kept)
        assert not await uow.audit.holds(replace(kept, seq=99))


async def test_a_subjects_report_holds_looks_at_its_records_too(village: Database) -> None:
    worker = await world.hire(village, Role.GRID_WORKER, world.GRID)
    async with village.unit(OPERATOR, "test") as uow:
        await uow.forms.publish(FORM, FormSource(b"<h:html/>", {}))
        await uow.submissions.add(record("uuid:1", worker, subject_code="HA00001"))
    await note(village, "HA00001", "HB00001", "uuid:1", "alert_fire:HA00001")
    async with village.reading(OPERATOR, "test") as uow:
        about = [one.object async for one in uow.audit.entries(Which(subject="HA00001"))]
    assert about == ["HA00001", "uuid:1", "alert_fire:HA00001"]


@pytest.mark.parametrize("role", [Role.GRID_WORKER, Role.TOWNSHIP_SUPERVISOR])
async def test_only_those_who_may_read_it(village: Database, role: Role) -> None:
    actor = await world.hire(village, role, world.GRID[:9])
    async with village.reading(actor, "test") as uow:
        with pytest.raises(PermissionError):
            await uow.audit.latest(Which())
        with pytest.raises(PermissionError):
            await uow.audit.verify(Head(0, ""))

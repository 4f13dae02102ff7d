"""Accounts come in as a whole, keep their history, and are shown to whom they belong."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from storage.database import Database
from storage.obligation_tables import review, subject_day
from storage.pension_imports import UNDER_WAY, NewAccount
from storage.pension_record import Contribution, PensionRecord
from storage.pension_tables import pension_account, pension_contribution
from storage.policy import NOBODY, OPERATOR, Actor, Role
from storage.tables import person_tag
from tests import world
from tests.clock import TurnedClock

TODAY = date(2026, 11, 21)
BALANCE = "4321.09"


def account(person_id: int, **more: object) -> NewAccount:
    return NewAccount(person_id, "resident", world.COUNTY, **more)  # type: ignore[arg-type]


async def someone(database: Database) -> int:
    async with database.unit(OPERATOR, "test") as uow:
        found = await uow.register.person("PA00001")
        assert found
        return found.id


async def bring(
    database: Database, *accounts: NewAccount, paid: tuple[tuple[int, Contribution], ...] = ()
) -> int:
    async with database.unit(OPERATOR, "test") as uow:
        number = await uow.pension_imports.begin()
        await uow.pension_imports.add_accounts(number, accounts)
        await uow.pension_imports.add_contributions(number, paid)
        await uow.pension_imports.finish(number)
        return number


async def record(database: Database, person_id: int) -> PensionRecord | None:
    async with database.unit(OPERATOR, "test") as uow:
        return await uow.pension.insured(person_id)


async def test_what_was_told_is_what_is_read(village: Database) -> None:
    one = await someone(village)
    assert await record(village, one) is None
    told = account(
        one,
        as_of=date(2025, 12, 31),
        joined_on=date(2012, 1, 1),
        years_paid=9,
        balance=Decimal(BALANCE),
        benefits_from=date(2010, 4, 1),
        benefit=Decimal("188.00"),
        certified_on=date(2026, 2, 3),
        way="home",
    )
    await bring(village, told, paid=((one, Contribution(2025, 1, 6, 200, Decimal(100))),))
    found = await record(village, one)
    assert found
    assert (found.years_paid, found.balance, found.balance_on) == (
        9,
        Decimal(BALANCE),
        date(2025, 12, 31),
    )
    assert (found.benefit, found.benefits_from) == (Decimal("188.00"), date(2010, 4, 1))
    assert found.certified_on == date(2026, 2, 3)
    assert found.contributions == (Contribution(2025, 1, 6, 200, Decimal(100)),)


async def test_an_import_that_was_not_finished_is_not_seen_and_goes(
    village: Database, clock: TurnedClock
) -> None:
    one = await someone(village)
    async with village.unit(OPERATOR, "test") as uow:
        number = await uow.pension_imports.begin()
        await uow.pension_imports.add_accounts(number, [account(one)])
        await uow.pension_imports.add_contributions(number, [(one, Contribution(2025))])
    assert await record(village, one) is None
    clock.turn(seconds=UNDER_WAY.total_seconds() + 1)
    async with village.unit(OPERATOR, "test") as uow:
        assert list(await uow.pension_imports.cut_off()) == [number]
        while not await uow.pension_imports.clear(number, 1):
            pass
        for table in (pension_account, pension_contribution):
            left = await uow.connection.execute(select(func.count()).select_from(table))
            assert left.scalar_one() == 0
        assert not await uow.pension_imports.cut_off()


async def test_the_newest_import_stands_and_the_older_ones_stay(village: Database) -> None:
    one = await someone(village)
    first = (Contribution(2024, 1, 12, 100), Contribution(2025, 1, 6, 100))
    second = (Contribution(2025, 1, 12, 500),)
    await bring(village, account(one), paid=tuple((one, paid) for paid in first))
    await bring(village, account(one, other_pension=True), paid=((one, second[0]),))
    found = await record(village, one)
    assert found
    assert found.contributions == (second[0], first[0])
    assert found.other_pension
    async with village.unit(OPERATOR, "test") as uow:
        kept = await uow.connection.execute(select(func.count()).select_from(pension_contribution))
        assert kept.scalar_one() == 3


async def told(database: Database, *accounts: NewAccount) -> None:
    number = await bring(database, *accounts)
    async with database.unit(OPERATOR, "test") as uow:
        assert await uow.pension_imports.tell(number, 0, 100, TODAY)


async def drawing_since(database: Database) -> list[date]:
    """Since when somebody draws a pension, as the rules of visits know it."""
    async with database.unit(OPERATOR, "test") as uow:
        tag = person_tag.c
        query = select(tag.since).where(tag.tag == "pension_beneficiary", tag.until.is_(None))
        return list((await uow.connection.execute(query)).scalars())


async def test_a_benefit_is_as_the_newest_file_has_it(village: Database) -> None:
    one = await someone(village)
    wrong, right = date(2009, 4, 1), date(2010, 4, 1)
    await told(village, account(one, benefits_from=wrong, benefit=Decimal(200)))
    assert await drawing_since(village) == [wrong]
    await told(village, account(one, benefits_from=right, benefit=Decimal(188)))
    found = await record(village, one)
    assert found
    assert (found.benefits_from, found.benefit) == (right, Decimal(188))
    assert await drawing_since(village) == [right]
    await told(village, account(one))
    found = await record(village, one)
    assert found
    assert (found.benefits_from, found.benefit) == (None, None)
    assert await drawing_since(village) == []
    await told(village, account(one, benefits_from=right))
    assert await drawing_since(village) == [right]


async def test_what_a_visit_found_of_a_benefit_is_not_ended_by_a_file(village: Database) -> None:
    one = await someone(village)
    seen = date(2012, 1, 1)
    async with village.unit(OPERATOR, "test") as uow:
        tag = {"person_id": one, "tag": "pension_beneficiary", "since": seen, "source": "visit"}
        await uow.connection.execute(insert(person_tag).values(tag))
    await told(village, account(one))
    assert await drawing_since(village) == [seen]


async def test_a_certification_that_is_too_late_is_corrected_by_a_newer_file(
    village: Database,
) -> None:
    one = await someone(village)
    right, wrong, visit = date(2025, 3, 1), date(2026, 9, 1), date(2025, 6, 1)
    await told(village, account(one, certified_on=wrong))
    async with village.unit(OPERATOR, "test") as uow:
        day = {"subject_kind": "person", "subject_id": one, "name": "certified_on", "day": visit}
        await uow.connection.execute(insert(subject_day).values(day))
    await bring(village, account(one, certified_on=right))
    found = await record(village, one)
    assert found
    assert found.certified == (visit, right)
    async with village.unit(OPERATOR, "test") as uow:
        for number, _ in await uow.pension_imports.untold():
            await uow.pension_imports.tell(number, 0, 100, TODAY)
        days = await uow.connection.execute(select(subject_day.c.day).order_by(subject_day.c.day))
        assert list(days.scalars()) == [right, visit]


async def test_nobody_else_is_told(village: Database) -> None:
    one = await someone(village)
    await bring(village, account(one))
    actors = {
        NOBODY: False,
        Actor(Role.RESIDENT, person_id=one): True,
        Actor(Role.RESIDENT, person_id=one + 1): False,
        Actor(Role.GRID_WORKER, world.GRID, account_id=1): False,
        Actor(Role.PENSION_AGENCY, world.COUNTY, account_id=1): False,
        Actor(Role.COUNTY_ADMINISTRATOR, world.COUNTY, account_id=1): False,
    }
    for actor, told in actors.items():
        async with village.unit(actor, "test") as uow:
            assert (await uow.pension.insured(one) is not None) is told


@pytest.mark.parametrize("actor", [NOBODY, Actor(Role.PENSION_AGENCY, world.COUNTY, account_id=1)])
async def test_only_the_operator_imports(village: Database, actor: Actor) -> None:
    async with village.unit(actor, "test") as uow:
        with pytest.raises(PermissionError):
            _ = uow.pension_imports


async def test_amounts_are_sealed_on_the_disk(village: Database) -> None:
    one = await someone(village)
    balance = Decimal(BALANCE)
    await bring(village, account(one, as_of=TODAY, balance=balance))
    if village.engine.dialect.name == "sqlite":
        file = Path(str(village.engine.url.database))
        kept = b"".join(each.read_bytes() for each in file.parent.glob(file.name + "*"))
        assert BALANCE.encode() not in kept
    found = await record(village, one)
    assert found
    assert found.balance == balance


async def test_the_rules_are_told_in_pieces_and_twice_changes_nothing(village: Database) -> None:
    one = await someone(village)
    certified = date(2026, 2, 3)
    number = await bring(
        village,
        account(one, benefits_from=date(2010, 4, 1), certified_on=certified),
        account(one + 1),
    )
    for _ in range(2):
        async with village.unit(OPERATOR, "test") as uow:
            after: int | None = 0
            while after is not None:
                after = await uow.pension_imports.tell(number, after, 1, TODAY)
    async with village.unit(OPERATOR, "test") as uow:
        assert not await uow.pension_imports.untold()
        days = await uow.connection.execute(select(subject_day.c.subject_id, subject_day.c.day))
        assert [tuple(row) for row in days] == [(one, certified)]
        reviews = await uow.connection.execute(select(review.c.subject_id))
        assert set(reviews.scalars()) == {one, one + 1}
        drawing = person_tag.c.tag == "pension_beneficiary"
        tags = await uow.connection.execute(select(person_tag.c.since).where(drawing))
        assert list(tags.scalars()) == [date(2010, 4, 1)]


async def test_a_consent_counts_up_to_its_last_day_and_no_longer_than_a_year(
    village: Database, clock: TurnedClock
) -> None:
    one = await someone(village)
    await bring(village, account(one))
    async with village.unit(OPERATOR, "test") as uow:
        worker = await uow.accounts.add("测试", Role.GRID_WORKER, world.GRID)
        chat = await uow.conversations.load("paper", "relative", "zh")
        uow.become(Actor(Role.GRID_WORKER, world.GRID, account_id=worker.id))
        with pytest.raises(ValueError, match="until"):
            await uow.proxies.consent(one, "王大", "child", TODAY + timedelta(days=367))
        with pytest.raises(ValueError, match="until"):
            await uow.proxies.consent(one, "王大", "child", TODAY - timedelta(days=1))
        number = await uow.proxies.consent(one, "王大", "child", TODAY)
        assert await uow.proxies.enter(number, chat.id)
    async with village.unit(NOBODY, "test") as uow:
        assert await uow.pension.insured(one, chat.id)
        assert await uow.pension.insured(one, chat.id + 1) is None
        assert await uow.pension.insured(one + 1, chat.id) is None
    clock.turn(days=1)
    async with village.unit(NOBODY, "test") as uow:
        assert await uow.pension.insured(one, chat.id) is None
        assert not await uow.proxies.subjects(chat.id)


async def test_only_who_looks_after_somebody_records_a_consent(village: Database) -> None:
    one = await someone(village)
    async with village.unit(OPERATOR, "test") as uow:
        worker = await uow.accounts.add("测试", Role.GRID_WORKER, world.SIBLING_GRID)
    for actor in (
        NOBODY,
        Actor(Role.GRID_WORKER, world.SIBLING_GRID, account_id=worker.id),
        Actor(Role.CHILD_DIRECTOR, world.GRID, account_id=worker.id),
        Actor(Role.AUDITOR, world.COUNTY, account_id=worker.id),
        Actor(Role.RESIDENT, person_id=one + 1),
    ):
        async with village.unit(actor, "test") as uow:
            with pytest.raises(PermissionError):
                await uow.proxies.consent(one, "王大", "child", TODAY)

"""What a worker owes, as it is read from the tables."""

from __future__ import annotations

from datetime import date, timedelta

from handlers import duties
from handlers.owing import Duty
from scheduler.closing import keep_up
from storage.policy import SYSTEM, Actor, Role
from tests.handlers.conftest import GRID, Village
from tests.scheduler.duties import ground
from tests.scheduler.making import rule

HOMES = rule(
    id="T02",
    population={"subject": "household"},
    satisfied_by=[
        {"form": "task_done", "answers": {"task": ["care_check"]}},
        {"form": "household_visit"},
    ],
)
PEOPLE = rule(satisfied_by=[{"form": "elderly_followup", "roles": ["grid_worker"]}])
QUOTA = rule(
    id="T03",
    kind="quota",
    at_least=15,
    population={"subject": "worker", "roles": ["grid_worker"]},
    satisfied_by=[{"form": "household_visit"}],
)


async def owed(village: Village, account: int, actor: Actor = SYSTEM) -> list[Duty]:
    rules = ground(HOMES, PEOPLE, QUOTA)
    await keep_up(village.database, rules)
    async with village.database.unit(actor, "test") as uow:
        return await duties.of_account(uow, rules, account)


async def test_it_tells_codes_surnames_and_what_to_fill_in(village: Village) -> None:
    mei = await village.worker()
    assert mei.account
    found = {(one.rule, one.code): one for one in await owed(village, mei.account)}
    assert set(found) == {
        ("T01", "PAAAAAA"), ("T01", "PBBBBBB"), ("T01", "PCCCCCC"),
        ("T02", "HAAAAAA"), ("T02", "HBBBBBB"), ("T03", ""),
    }  # fmt: skip
    home, someone = found["T02", "HAAAAAA"], found["T01", "PBBBBBB"]
    assert (home.surname, home.home, home.form) == ("王", "", "household_visit")
    assert (someone.surname, someone.home, someone.home_surname) == ("王", "HAAAAAA", "王")
    assert (someone.due_on, someone.done, someone.wanted) == (date(2026, 11, 30), 0, 1)
    assert (someone.form, someone.snoozes) == ("elderly_followup", 2)
    assert (found["T03", ""].kind, found["T03", ""].wanted) == ("worker", 15)


async def test_nobody_sees_what_another_owes(village: Village) -> None:
    mei = await village.worker()
    assert mei.account
    neighbour = Actor(Role.GRID_WORKER, GRID, account_id=mei.account + 1)
    assert await owed(village, mei.account, neighbour) == []
    own = Actor(Role.GRID_WORKER, GRID, account_id=mei.account)
    (first, *_) = await owed(village, mei.account, own)
    async with village.database.unit(own, "test") as uow:
        assert await duties.one(uow, ground(HOMES, PEOPLE, QUOTA), first.id) == first
    async with village.database.unit(neighbour, "test") as uow:
        assert await duties.one(uow, ground(HOMES, PEOPLE, QUOTA), first.id) is None


async def test_what_has_closed_is_no_longer_owed(village: Village) -> None:
    mei = await village.worker()
    assert mei.account
    before = {one.id for one in await owed(village, mei.account)}
    village.clock.set(village.clock.now() + timedelta(days=60))
    async with village.database.unit(SYSTEM, "test") as uow:
        assert await duties.of_account(uow, ground(HOMES, PEOPLE), mei.account) == []
    assert before

"""The demo goes into an empty register once, and its links let one of each role in."""

from __future__ import annotations

import pytest

from bot import demo
from bot.settings import Settings
from pension import Insured, built_in, problems
from storage.database import Database
from storage.policy import OPERATOR, Role
from storage.web import DatabaseWebStore
from tests import world
from tests.clock import TurnedClock

SETTINGS = Settings()
BASE = "http://127.0.0.1:8080"


@pytest.fixture
async def loaded(sqlite_database: Database, clock: TurnedClock) -> Database:
    assert await demo.load(sqlite_database, SETTINGS, clock)
    return sqlite_database


async def test_the_demo_loads_on_either_database_and_tells_how_far_it_is(
    database: Database, clock: TurnedClock
) -> None:
    told: list[tuple[int, int]] = []
    assert await demo.load(
        database, SETTINGS, clock, progress=lambda done, total: told.append((done, total))
    )
    async with database.unit(OPERATOR, "test") as uow:
        homes, people = await uow.register.counts()
        assert len(await uow.accounts.all()) == 13
    made = demo.township(demo.SEED, clock.now().date())
    assert (homes, people) == (len(made.households), made.people)
    assert told[0] == (0, homes)
    assert told[-1] == (homes, homes)


async def test_loading_again_changes_nothing(loaded: Database, clock: TurnedClock) -> None:
    async with loaded.unit(OPERATOR, "test") as uow:
        before = await uow.register.counts()
    assert not await demo.load(loaded, SETTINGS, clock)
    async with loaded.unit(OPERATOR, "test") as uow:
        assert await uow.register.counts() == before
        assert len(await uow.accounts.all()) == 13


async def test_a_register_with_people_in_it_is_left_alone(
    sqlite_database: Database, clock: TurnedClock
) -> None:
    await world.settle(sqlite_database)
    assert not await demo.load(sqlite_database, SETTINGS, clock)
    assert await demo.sign_in_links(sqlite_database, BASE) == []


async def test_each_link_signs_in_its_role(loaded: Database) -> None:
    store = DatabaseWebStore(loaded, "zh")
    roles = []
    for key, link in await demo.sign_in_links(loaded, BASE):
        secret = await store.redeem(link.removeprefix(f"{BASE}/sign-in/"))
        session = await store.session(secret or "")
        assert session
        async with loaded.unit(OPERATOR, "test") as uow:
            chat = await uow.conversations.load("web", session.address, "zh")
        assert key in (f"chat.role.{chat.actor.role}", "run.paying_resident")
        roles.append(chat.actor.role)
    assert roles == [
        Role.GRID_WORKER,
        Role.CHILD_DIRECTOR,
        Role.TOWNSHIP_SUPERVISOR,
        Role.RESIDENT,
        Role.RESIDENT,
    ]


async def test_the_resident_of_the_links_is_past_sixty(
    loaded: Database, clock: TurnedClock
) -> None:
    link = dict(await demo.sign_in_links(loaded, BASE))["chat.role.resident"]
    async with loaded.unit(OPERATOR, "test") as uow:
        invitee = await uow.invites.redeem("web", link.rpartition("/")[2])
        assert invitee and invitee.person_id
        people, total = await uow.register.list("person", size=2000)
        assert total == len(people)
        code = next(one.code for one in people if one.id == invitee.person_id)
        person = await uow.register.person(code)
    assert person and person.age(clock.now().date()) >= 60


async def test_the_residents_of_the_links_find_their_pension(loaded: Database) -> None:
    links = dict(await demo.sign_in_links(loaded, BASE))
    records = {}
    for key in ("chat.role.resident", "run.paying_resident"):
        async with loaded.unit(OPERATOR, "test") as uow:
            invitee = await uow.invites.redeem("web", links[key].rpartition("/")[2])
            assert invitee and invitee.person_id
            records[key] = await uow.pension.insured(invitee.person_id)
    drawing, paying = records.values()
    assert paying and paying.years_paid > 0 and paying.benefits_from is None
    assert drawing and drawing.benefit and drawing.certified_on


async def test_every_made_up_account_is_one_that_can_be(
    loaded: Database, clock: TurnedClock
) -> None:
    book, today = built_in(), clock.now().astimezone(SETTINGS.zone).date()
    async with loaded.unit(OPERATOR, "test") as uow:
        people, _ = await uow.register.list("person", size=2000)
        records = [await uow.pension.insured(one.id) for one in people]
    found = [one for one in records if one]
    assert len(found) > 300
    for one in found:
        person = Insured(
            birth=one.birth_date,
            region=one.region,
            joined=one.joined,
            years_paid=one.years_paid,
            balance=one.balance,
            balance_on=one.balance_on,
            benefits_from=one.benefits_from,
            benefit=one.benefit,
            certified_on=one.certified_on,
        )
        assert problems(person, book.scheme_in_force(one.region, today), today) == ()


async def test_links_are_fresh_each_time(loaded: Database) -> None:
    first = await demo.sign_in_links(loaded, BASE)
    second = await demo.sign_in_links(loaded, BASE)
    assert not {link for _, link in first} & {link for _, link in second}

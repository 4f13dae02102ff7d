"""What SQL says of a whole register, rules say of each one in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Final

from sqlalchemy import insert, select, update

from scheduler.crowds import crowd, of_age
from scheduler.dossiers import subject
from scheduler.lines import Line
from scheduler.population import Population
from scheduler.subjects import Subject
from storage.database import Database
from storage.obligation_tables import person_tier
from storage.obligations_crowd import SOURCES
from storage.obligations_facts import Facts
from storage.policy import SYSTEM
from storage.tables import person, person_tag
from tests import world
from tests.clock import TurnedClock
from tests.scheduler.duties import Place, ground, settle, someone
from tests.scheduler.making import SHANGHAI, rule

START: Final = date(2026, 1, 5)
TAGS: Final = ("lives_alone", "hypertension", "orphan")
TIERS: Final = ("child.monthly", "child.quarterly")
HOMES: Final = 25
POPULATIONS: Final = 150


async def test_both_tell_the_same_people_on_every_day(
    database: Database, clock: TurnedClock
) -> None:
    chance = Random(7)
    place = await settle(database, clock, START, ground())
    await _enter(place, chance)
    subjects = {kind: await _subjects(place, kind) for kind in ("person", "household")}
    async with database.unit(SYSTEM, "test") as uow:
        for population in _populations(chance):
            day = START + timedelta(days=chance.randint(1, 400))
            line, kind = Line((rule(population=population.model_dump()),)), population.subject
            which = crowd(line, population).where([of_age(population, day)])
            found = await uow.connection.execute(select(SOURCES[kind].c.id).where(which))
            expected = {
                number
                for number, one in subjects[kind].items()
                if one.listed(day) and population.holds(one, day)
            }
            assert set(found.scalars()) == expected, (population, day)


async def _subjects(place: Place, kind: str) -> dict[int, Subject]:
    """Everybody as rules see them."""
    async with place.database.unit(SYSTEM, "test") as uow:
        numbers = (await uow.connection.execute(select(SOURCES[kind].c.id))).scalars().all()
        dossiers = [await Facts(uow.connection).dossier(kind, number) for number in numbers]
    return {one.whose.id: subject(one, SHANGHAI) for one in dossiers if one is not None}


async def _enter(place: Place, chance: Random) -> None:
    """Homes of two with classes that begin and end, of whom some leave."""
    for n in range(HOMES):
        births = (START - timedelta(days=chance.randint(0, 30_000)) for _ in range(2))
        people = [someone(f"P{n}{k}", birth) for k, birth in enumerate(births)]
        await place.enter(*people, code=f"H{n}", area=world.GRID)
    async with place.database.unit(SYSTEM, "test") as uow:
        for number in (await uow.connection.execute(select(person.c.id))).scalars().all():
            for table, column, names in (
                (person_tag, "tag", TAGS),
                (person_tier, "tier", TIERS),
            ):
                for name in chance.sample(names, chance.randint(0, 2)):
                    since = START + timedelta(days=chance.randint(-50, 300))
                    until = since + timedelta(days=chance.randint(0, 90))
                    spell = {"since": since, "until": chance.choice((None, until))}
                    row = {"person_id": number, column: name, "source": "test"} | spell
                    await uow.connection.execute(insert(table).values(row))
            if chance.random() < 0.2:
                left = START + timedelta(days=chance.randint(0, 400))
                gone = update(person).where(person.c.id == number)
                await uow.connection.execute(gone.values(left_on=left))


def _populations(chance: Random) -> Iterator[Population]:
    for _ in range(POPULATIONS):
        ages = sorted(chance.choice((None, chance.randint(0, 80))) or 0 for _ in range(2))
        yield Population(
            subject=chance.choice(("person", "household")),
            any_tags=_some(chance, TAGS),
            any_tiers=_some(chance, TIERS),
            all_tags=_some(chance, TAGS),
            no_tags=_some(chance, TAGS),
            no_tiers=_some(chance, TIERS),
            minimum_age=ages[0] or None,
            maximum_age=ages[1] or None,
        )


def _some(chance: Random, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(chance.sample(names, chance.choice((0, 0, 0, 1, 2))))

"""What two records say stays while one of them says it."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from storage.database import Database
from storage.obligation_tables import retelling, subject_day
from storage.policy import OPERATOR
from storage.spells import SPELLS, Spells
from storage.tables import person

FIRST, DAY, LATER, LAST = (date(2026, n, d) for n, d in ((10, 1), (11, 1), (11, 9), (11, 20)))
WHATS = sorted(SPELLS)


class Told:
    """A person of whom records tell."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def do(self, verb: str, *values: object, **more: object) -> None:
        async with self._database.unit(OPERATOR, "test") as uow:
            number = (await uow.connection.execute(select(person.c.id).limit(1))).scalar_one()
            given = [number if one is PERSON else one for one in values]
            await getattr(Spells(uow.connection), verb)(*given, **more)

    async def days(self) -> list[tuple[date, str]]:
        async with self._database.unit(OPERATOR, "test") as uow:
            rows = await uow.connection.execute(select(subject_day.c.day, subject_day.c.source))
            return sorted((row.day, row.source) for row in rows)

    async def spells(self, what: str, name: str) -> list[tuple[date, date | None, str]]:
        table = SPELLS[what]
        query = select(table.c.since, table.c.until, table.c.source).where(table.c[what] == name)
        async with self._database.unit(OPERATOR, "test") as uow:
            return [tuple(row) for row in await uow.connection.execute(query.order_by("since"))]

    async def kept(self) -> int:
        async with self._database.unit(OPERATOR, "test") as uow:
            return len((await uow.connection.execute(select(retelling))).all())


PERSON = object()


@pytest.fixture
def told(village: Database) -> Told:
    return Told(village)


@pytest.mark.parametrize("first", ["a", "b"])
async def test_a_day_that_two_records_tell_goes_with_the_second(told: Told, first: str) -> None:
    for source in ("a", "b", "b"):
        await told.do("add_day", "person", PERSON, "certified_on", DAY, source)
    second = "b" if first == "a" else "a"
    await told.do("take_back", "person", PERSON, first, DAY)
    assert await told.days() == [(DAY, second)]
    await told.do("take_back", "person", PERSON, second, DAY)
    assert (await told.days(), await told.kept()) == ([], 0)


async def test_a_record_that_tells_a_day_again_after_its_correction_is_the_second(
    told: Told,
) -> None:
    for source in ("a", "b"):
        await told.do("add_day", "person", PERSON, "certified_on", DAY, source)
    await told.do("take_back", "person", PERSON, "a", DAY)
    await told.do("add_day", "person", PERSON, "certified_on", DAY, "a")
    await told.do("take_back", "person", PERSON, "b", DAY)
    assert await told.days() == [(DAY, "a")]


@pytest.mark.parametrize("what", WHATS)
async def test_a_class_that_two_records_name_begins_with_the_one_that_still_does(
    told: Told, what: str
) -> None:
    await told.do("begin", what, PERSON, "child.monthly", DAY, "a")
    await told.do("begin", what, PERSON, "child.monthly", LATER, "b")
    await told.do("take_back", "person", PERSON, "a", DAY)
    assert await told.spells(what, "child.monthly") == [(LATER, None, "b")]
    await told.do("take_back", "person", PERSON, "b", LATER)
    assert (await told.spells(what, "child.monthly"), await told.kept()) == ([], 0)


@pytest.mark.parametrize("what", WHATS)
async def test_what_the_second_says_no_more_leaves_the_first(told: Told, what: str) -> None:
    await told.do("begin", what, PERSON, "child.monthly", DAY, "a")
    await told.do("begin", what, PERSON, "child.monthly", LATER, "b")
    await told.do("take_back", "person", PERSON, "b", LATER)
    assert await told.spells(what, "child.monthly") == [(DAY, None, "a")]
    assert await told.kept() == 0


@pytest.mark.parametrize("what", WHATS)
async def test_who_begins_a_class_anew_on_the_day_it_had_begun_is_its_source(
    told: Told, what: str
) -> None:
    await told.do("begin", what, PERSON, "child.monthly", DAY, "a")
    await told.do("end", what, PERSON, "child.monthly", DAY, source="c")
    await told.do("begin", what, PERSON, "child.monthly", DAY, "b")
    await told.do("take_back", "person", PERSON, "a", DAY)
    assert await told.spells(what, "child.monthly") == [(DAY, None, "b")]


@pytest.mark.parametrize("what", WHATS)
async def test_what_was_said_of_the_end_of_a_class_is_no_end_of_it_begun_anew(
    told: Told, what: str
) -> None:
    await told.do("begin", what, PERSON, "child.monthly", DAY, "a")
    for source in "bc":
        await told.do("end", what, PERSON, "child.monthly", DAY, source=source)
    await told.do("begin", what, PERSON, "child.monthly", DAY, "d")
    await told.do("end", what, PERSON, "child.monthly", LATER, source="e")
    await told.do("take_back", "person", PERSON, "e", LATER)
    assert await told.spells(what, "child.monthly") == [(DAY, None, "d")]


async def test_what_was_said_of_the_end_of_a_former_spell_stays(told: Told) -> None:
    await told.do("begin", "tag", PERSON, "disabled", FIRST, "r1")
    for source in "ab":
        await told.do("end", "tag", PERSON, "disabled", DAY, source=source)
    for source, ends in (("r2", True), ("r3", False)):
        await told.do("begin", "tag", PERSON, "disabled", LATER, source)
        if ends:
            await told.do("end", "tag", PERSON, "disabled", LATER, source="c")
    await told.do("take_back", "person", PERSON, "a", DAY)
    assert (FIRST, DAY, "r1") in await told.spells("tag", "disabled")


async def test_a_class_that_is_over_is_not_begun_again_by_an_old_record(told: Told) -> None:
    await told.do("begin", "tag", PERSON, "disabled", DAY, "a")
    await told.do("begin", "tag", PERSON, "disabled", DAY, "b")
    await told.do("end", "tag", PERSON, "disabled", LATER, source="c")
    await told.do("begin", "tag", PERSON, "disabled", LAST, "d")
    await told.do("take_back", "person", PERSON, "d", LAST)
    assert await told.spells("tag", "disabled") == [(DAY, LATER, "a")]
    await told.do("take_back", "person", PERSON, "a", DAY)
    assert await told.spells("tag", "disabled") == [(DAY, LATER, "b")]


@pytest.mark.parametrize("what", WHATS)
@pytest.mark.parametrize("days", [(DAY, LATER), (LATER, DAY), (LATER, LATER)])
async def test_a_class_that_two_records_end_stays_over_until_neither_does(
    told: Told, what: str, days: tuple[date, date]
) -> None:
    await told.do("begin", what, PERSON, "child.monthly", FIRST, "z")
    for source, day in zip("ab", days, strict=True):
        await told.do("end", what, PERSON, "child.monthly", day, source=source)
    await told.do("take_back", "person", PERSON, "a", days[0])
    assert await told.spells(what, "child.monthly") == [(FIRST, days[1], "z")]
    await told.do("take_back", "person", PERSON, "b", days[1])
    assert await told.spells(what, "child.monthly") == [(FIRST, None, "z")]
    assert await told.kept() == 0


@pytest.mark.parametrize("what", WHATS)
async def test_the_second_that_says_no_more_that_a_class_is_over_leaves_it_to_the_first(
    told: Told, what: str
) -> None:
    await told.do("begin", what, PERSON, "child.monthly", FIRST, "z")
    for source in "abb":
        await told.do("end", what, PERSON, "child.monthly", DAY, source=source)
    await told.do("take_back", "person", PERSON, "b", DAY)
    assert await told.spells(what, "child.monthly") == [(FIRST, DAY, "z")]
    await told.do("take_back", "person", PERSON, "a", DAY)
    assert await told.spells(what, "child.monthly") == [(FIRST, None, "z")]
    assert await told.kept() == 0


async def test_what_ended_a_later_spell_too_does_not_end_a_former_one(told: Told) -> None:
    await told.do("begin", "tag", PERSON, "disabled", FIRST, "z")
    await told.do("end", "tag", PERSON, "disabled", DAY, source="a")
    await told.do("begin", "tag", PERSON, "disabled", LATER, "y")
    for source in "bc":
        await told.do("end", "tag", PERSON, "disabled", LAST, source=source)
    await told.do("take_back", "person", PERSON, "a", DAY)
    assert await told.spells("tag", "disabled") == [(FIRST, LATER, "z"), (LATER, LAST, "y")]


async def test_a_record_from_before_a_class_began_ends_it_on_its_first_day(told: Told) -> None:
    await told.do("begin", "tag", PERSON, "disabled", DAY, "z")
    await told.do("end", "tag", PERSON, "disabled", LATER, source="a")
    await told.do("end", "tag", PERSON, "disabled", FIRST, source="b")
    await told.do("take_back", "person", PERSON, "a", LATER)
    assert await told.spells("tag", "disabled") == [(DAY, DAY, "z")]


async def test_two_records_that_put_another_tier_in_its_place(told: Told) -> None:
    await told.do("begin", "tier", PERSON, "child.quarterly", FIRST, "z")
    for source, day in (("a", DAY), ("b", LATER)):
        more = {"source": source, "but": "child.monthly"}
        await told.do("end", "tier", PERSON, "child.", day, **more)
        await told.do("begin", "tier", PERSON, "child.monthly", day, source)
    await told.do("take_back", "person", PERSON, "a", DAY)
    assert await told.spells("tier", "child.quarterly") == [(FIRST, LATER, "z")]
    assert await told.spells("tier", "child.monthly") == [(LATER, None, "b")]
    await told.do("take_back", "person", PERSON, "b", LATER)
    assert await told.spells("tier", "child.quarterly") == [(FIRST, None, "z")]
    assert (await told.spells("tier", "child.monthly"), await told.kept()) == ([], 0)

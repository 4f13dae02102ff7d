"""Records whose time is over are emptied, not a day sooner, and never those that are held."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from bot.retention import Retention
from bot.settings import DEFAULTS
from storage import retention
from storage.database import Database
from storage.formshelf import FormSource
from storage.policy import OPERATOR, Actor, Role
from storage.retention import EMPTIED, Holds
from storage.tables import media, submission
from tests import world
from tests.storage.test_submissions import FORM, record

LAST = date(2023, 11, 21)


async def written(village: Database, *records: tuple[str, str, date]) -> Actor:
    """Records by id, of a household by code, on a day."""
    worker = await world.hire(village, Role.GRID_WORKER, world.GRID)
    async with village.unit(OPERATOR, "test") as uow:
        await uow.forms.publish(FORM, FormSource(b"<h:html/>", {}))
    async with village.unit(worker, "test") as uow:
        (home,), _ = await uow.register.list("household")
        for name, code, day in records:
            subject = {"subject_id": home.id if code == home.code else None, "subject_code": code}
            one = record(name, worker, visit_date=day, subject_kind="household", **subject)
            await uow.submissions.add(one)
            photo = await uow.media.put(b"\xff\xd8photo", "p.jpg", "image/jpeg", name)
            await uow.media.attach([photo.id], name)
    return worker


async def left(village: Database) -> dict[str, bool]:
    """Whether each record still says something."""
    async with village.unit(OPERATOR, "test") as uow:
        rows = (await uow.connection.execute(select(submission))).all()
        kept = (await uow.connection.execute(select(media.c.submission_id))).scalars().all()
    for row in rows:
        emptied = row.state == EMPTIED
        assert (emptied, emptied, emptied) == (
            not row.xml,
            not row.answers,
            row.instance_id not in kept,
        )
        assert row.subject_code and row.visit_date and row.form_id
    return {row.instance_id: row.state != EMPTIED for row in rows}


DAYS = {FORM.form_id: LAST}


async def test_what_is_over_is_counted_then_emptied_once(village: Database) -> None:
    await written(village, ("uuid:1", "-", LAST), ("uuid:2", "-", LAST + timedelta(days=1)))
    assert await retention.due(village, DAYS) == {FORM.form_id: 1}
    assert await left(village) == {"uuid:1": True, "uuid:2": True}
    assert await retention.empty(village, DAYS) == 1
    assert await left(village) == {"uuid:1": False, "uuid:2": True}
    assert await retention.empty(village, DAYS) == 0


async def test_a_case_that_is_still_visited_is_whole(village: Database) -> None:
    await written(
        village, ("uuid:1", "HA00001", LAST), ("uuid:2", "HA00001", LAST + timedelta(days=1))
    )
    assert await retention.due(village, DAYS) == {}


async def test_a_hold_keeps_a_home_and_who_lives_there(village: Database) -> None:
    await written(village, ("uuid:1", "HA00001", LAST))
    for code in ("HA00001", "PA00001"):
        async with village.unit(OPERATOR, "test") as uow:
            assert await Holds(uow.connection).add(code, "案号 7", uow.now)
        assert await retention.due(village, DAYS) == {}
        async with village.unit(OPERATOR, "test") as uow:
            ((held),) = await Holds(uow.connection).all()
            assert (held.code, held.reason) == (code, "案号 7")
            assert await Holds(uow.connection).remove(code)
    assert await retention.due(village, DAYS) == {FORM.form_id: 1}
    async with village.unit(OPERATOR, "test") as uow:
        assert not await Holds(uow.connection).add("HZZZZZZ", "x", uow.now)


def test_the_classes_say_how_long() -> None:
    rules = Retention.read(DEFAULTS / "retention.toml")
    today = date(2028, 2, 29)
    days = rules.last_days(["household_visit", "health_archive", "of_a_county"], today)
    assert days == {"household_visit": date(2025, 2, 28), "of_a_county": date(2025, 2, 28)}

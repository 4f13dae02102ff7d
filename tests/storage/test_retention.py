"""Records whose time is over are emptied, not a day sooner, and never those that are held."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.nightly_purge import NightlyPurge
from bot.retention import Retention
from bot.settings import DEFAULTS
from bot.settings_error import SettingsError
from storage import retention
from storage.database import Database
from storage.formshelf import FormSource
from storage.obligation_tables import visit
from storage.obligations_facts import Facts, VisitMade, Whose
from storage.policy import OPERATOR, Actor, Role
from storage.retention import EMPTIED, Holds
from storage.tables import media, submission
from tests import world
from tests.clock import TurnedClock
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
    declared = {"household_visit": "visit", "health_archive": "health", "of_a_county": ""}
    days = rules.last_days(declared, today)
    assert days == {"household_visit": date(2025, 2, 28), "of_a_county": date(2025, 2, 28)}
    assert all(one.source for one in rules.classes.values())


def test_a_class_of_no_known_name_keeps_for_good() -> None:
    rules = Retention.read(DEFAULTS / "retention.toml")
    assert rules.unknown({"a": "vist", "b": "visit"}) == {"a": "vist"}
    assert rules.last_days({"a": "vist"}, date(2028, 1, 1)) == {}


def test_a_file_of_the_county_goes_before_what_a_form_says(tmp_path: Path) -> None:
    file = tmp_path / "retention.toml"
    file.write_text(
        'other = "short"\n[classes.short]\nmonths = 1\nsource = "county"\n'
        '[classes.long]\nmonths = 14\nsource = "county"\n[forms]\nvisit = "long"\n'
    )
    rules = Retention.read(file)
    days = rules.last_days({"visit": "short", "other": ""}, date(2028, 3, 31))
    assert days == {"visit": date(2027, 1, 31), "other": date(2028, 2, 29)}


@pytest.mark.parametrize(("hour", "left_over"), [(2, 0), (14, 1)])
async def test_it_is_done_by_night_and_by_day_only_what_is_late(
    village: Database, clock: TurnedClock, hour: int, left_over: int
) -> None:
    today = clock.now().date()
    clock.turn(hours=(hour - clock.now().astimezone(village.zone).hour) % 24)
    three_years = today.replace(year=today.year - 3)
    await written(
        village,
        ("uuid:late", "-", three_years - timedelta(days=5)),
        ("uuid:due", "-", three_years - timedelta(days=1)),
    )
    await NightlyPurge(village, Retention.read(DEFAULTS / "retention.toml")).run()
    assert await left(village) == {"uuid:late": False, "uuid:due": bool(left_over)}


async def test_what_rules_read_and_supervisors_said_goes_with_the_record(
    village: Database,
) -> None:
    worker = await written(village, ("uuid:1", "-", LAST))
    async with village.unit(OPERATOR, "test") as uow:
        made = VisitMade(
            root_id="uuid:1",
            visit_date=LAST,
            form_id=FORM.form_id,
            role="grid_worker",
            mode=None,
            outcome=None,
            answers={"a": "secret"},
            entered_at=uow.now,
        )
        assert worker.account_id
        whose = Whose("household", 1, world.GRID)
        await Facts(uow.connection).add_visit(whose, made, worker.account_id, None)
    await retention.empty(village, DAYS)
    async with village.unit(OPERATOR, "test") as uow:
        answers = (await uow.connection.execute(select(visit.c.answers))).scalar_one()
    assert answers == {}


@pytest.mark.parametrize("first", [LAST, LAST + timedelta(days=9)])
async def test_what_rules_read_of_a_correction_stays_for_its_own_time(
    village: Database, first: date
) -> None:
    """Without a subject each version has the term of its own day."""
    second = LAST if first > LAST else LAST + timedelta(days=9)
    worker = await written(village, ("uuid:1", "-", first))
    assert worker.account_id
    async with village.unit(worker, "test") as uow:
        subject = {"subject_id": None, "subject_code": "-", "subject_kind": "household"}
        one = record("uuid:2", worker, visit_date=second, deprecated_id="uuid:1", **subject)
        await uow.submissions.add(one)
    async with village.unit(OPERATOR, "test") as uow:
        made = VisitMade(
            root_id="uuid:1",
            visit_date=second,
            form_id=FORM.form_id,
            role="grid_worker",
            mode=None,
            outcome=None,
            answers={"a": "said"},
            entered_at=uow.now,
        )
        whose = Whose("household", 1, world.GRID)
        await Facts(uow.connection).add_visit(whose, made, worker.account_id, None)
    assert await retention.empty(village, DAYS) == 1
    async with village.unit(OPERATOR, "test") as uow:
        answers = (await uow.connection.execute(select(visit.c.answers))).scalar_one()
    assert answers == ({} if second == LAST else {"a": "said"})


def test_a_file_says_how_long_drafts_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "retention.toml"
    classes = 'other = "a"\n[classes.a]\nmonths = 1\nsource = "county"\n'
    file.write_text(classes + '[drafts]\ndays = 20\ntold_before = 5\nsource = "county"\n')
    found = Retention.read(file).drafts
    assert (found.kept, found.notice) == (timedelta(days=20), timedelta(days=5))
    file.write_text(classes)
    assert Retention.read(file).drafts.kept == timedelta(days=7)
    file.write_text(classes + '[drafts]\ndays = 3\ntold_before = 3\nsource = "county"\n')
    with pytest.raises(SettingsError):
        Retention.read(file)
    usual = Retention.read(DEFAULTS / "retention.toml").drafts
    assert (usual.kept, usual.notice) == (timedelta(days=7), timedelta(days=2))

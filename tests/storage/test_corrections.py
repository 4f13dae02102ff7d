"""A record is corrected by a new version beside it: by its author, in their area, for a while."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest

from storage.corrections import CorrectionRefusedError, Filed, OwnRecord
from storage.database import Database
from storage.formshelf import Forms, Offer
from storage.policy import NOBODY, OPERATOR, Actor, Role
from storage.submissions import Filter
from tests import world
from tests.clock import START, TurnedClock
from tests.storage.test_submissions import FORM, add, listed, published, record, worker

__all__ = ["published", "worker"]  # fixtures


async def filed(database: Database, actor: Actor, interview_id: str = "A") -> Filed | None:
    async with database.unit(actor, "test") as uow:
        return await uow.corrections.filed(interview_id)


async def states(database: Database, instance_id: str) -> list[tuple[str, str]]:
    async with database.unit(OPERATOR, "test") as uow:
        versions = await uow.submissions.versions(instance_id)
    return [(one.instance_id, one.state) for one in versions]


async def correct(
    database: Database, author: Actor, former: str, new: str, letter: str, *, clock: TurnedClock
) -> None:
    clock.turn(minutes=1)
    later = record(new, author, deprecated_id=former, interview_id=letter, entered_at=clock.now())
    await add(database, author, later)


async def test_a_correction_supersedes_the_former_version(
    published: Database, worker: Actor, clock: TurnedClock
) -> None:
    await add(published, worker, record("uuid:1", worker, interview_id="A"))
    await correct(published, worker, "uuid:1", "uuid:2", "B", clock=clock)
    await correct(published, worker, "uuid:2", "uuid:3", "C", clock=clock)
    chain = [("uuid:1", "superseded"), ("uuid:2", "superseded"), ("uuid:3", "submitted")]
    for one in ("uuid:1", "uuid:2", "uuid:3"):
        assert await states(published, one) == chain
    assert await listed(published, OPERATOR) == ["uuid:3"]
    everything = Filter(superseded=True)
    assert await listed(published, OPERATOR, everything) == ["uuid:3", "uuid:2", "uuid:1"]
    async with published.unit(OPERATOR, "test") as uow:
        assert [one.instance_id async for one, _ in uow.submissions.each(Filter())] == ["uuid:3"]


async def test_files_are_kept_under_the_first_version(
    published: Database, worker: Actor, clock: TurnedClock
) -> None:
    async with published.unit(worker, "test") as uow:
        assert await uow.submissions.add(record("uuid:1", worker)) == "uuid:1"
        second = record("uuid:2", worker, deprecated_id="uuid:1")
        assert await uow.submissions.add(second) == "uuid:1"
        third = record("uuid:3", worker, deprecated_id="uuid:2")
        assert await uow.submissions.add(third) == "uuid:1"


async def test_every_filling_in_leads_to_the_version_that_stands(
    published: Database, worker: Actor, clock: TurnedClock
) -> None:
    await add(published, worker, record("uuid:1", worker, interview_id="A"))
    await correct(published, worker, "uuid:1", "uuid:2", "B", clock=clock)
    for letter in "AB":
        found = await filed(published, worker, letter)
        assert found == Filed(
            instance_id="uuid:2",
            root_id="uuid:1",
            interview_id="B",
            state="submitted",
            visit_date=date(2026, 11, 20),
            first_entered=START,
            last_day=date(2026, 12, 21),
        )
    assert await filed(published, worker, "C") is None


async def test_only_its_author_corrects_a_record_and_only_in_their_area(
    published: Database, worker: Actor
) -> None:
    await add(published, worker, record("uuid:1", worker, interview_id="A"))
    colleague = await world.hire(published, Role.GRID_WORKER, world.GRID)
    above = await world.hire(published, Role.TOWNSHIP_SUPERVISOR, world.TOWNSHIP)
    elsewhere = Actor(worker.role, world.SIBLING_GRID, account_id=worker.account_id)
    desk = Actor(Role.AUDITOR, world.COUNTY, account_id=worker.account_id)
    for actor in (colleague, above, elsewhere, desk, NOBODY, OPERATOR):
        assert await filed(published, actor) is None, actor
        forged = record("uuid:2", worker, deprecated_id="uuid:1")
        with pytest.raises(CorrectionRefusedError):
            await add(published, actor, forged)
    assert await states(published, "uuid:1") == [("uuid:1", "submitted")]


async def test_a_version_is_superseded_once(published: Database, worker: Actor) -> None:
    await add(published, worker, record("uuid:1", worker, interview_id="A"))
    await add(published, worker, record("uuid:2", worker, deprecated_id="uuid:1"))
    for former in ("uuid:1", "uuid:9"):
        with pytest.raises(CorrectionRefusedError):
            await add(published, worker, record("uuid:3", worker, deprecated_id=former))
    assert await listed(published, OPERATOR) == ["uuid:2"]


@pytest.mark.parametrize(("days", "refused"), [(30, False), (31, True)])
async def test_the_time_for_corrections_runs_from_the_first_version(
    published: Database, worker: Actor, clock: TurnedClock, days: int, refused: bool
) -> None:
    await add(published, worker, record("uuid:1", worker, interview_id="A"))
    clock.turn(days=20)
    await correct(published, worker, "uuid:1", "uuid:2", "B", clock=clock)
    clock.set(START + timedelta(days))
    found = await filed(published, worker)
    assert found is not None
    assert found.correctable(clock.now().date()) != refused
    later = record("uuid:3", worker, deprecated_id="uuid:2")
    if refused:
        with pytest.raises(CorrectionRefusedError):
            await add(published, worker, later)
    else:
        await add(published, worker, later)


async def test_the_latest_version_of_the_form_says_how_long(
    published: Database, worker: Actor
) -> None:
    await add(published, worker, record("uuid:1", worker, interview_id="A"))
    async with published.unit(OPERATOR, "test") as uow:
        await _offer(uow.forms, 3)
    found = await filed(published, worker)
    assert found is not None
    assert found.last_day == date(2026, 11, 24)


async def _offer(forms: Forms, days: int) -> None:
    source = await forms.source(FORM.sha256)
    fields = {name: getattr(FORM, name) for name in FORM.__dataclass_fields__}
    await forms.publish(type(FORM)(**fields | {"offer": Offer(correction_days=days)}), source)


async def test_what_was_visited_before_is_read_from_what_stands(
    published: Database, worker: Actor, clock: TurnedClock
) -> None:
    await add(published, worker, record("uuid:1", worker, interview_id="A", answers={"n": 1}))
    other_day = {"visit_date": date(2026, 11, 19), "answers": {"n": 2}}
    await add(published, worker, record("uuid:2", worker, deprecated_id="uuid:1", **other_day))
    async with published.unit(worker, "test") as uow:
        assert await uow.submissions.previous(FORM.form_id, "household", 1) == {"n": 2}


async def test_one_s_own_records_are_paged_the_newest_first(
    published: Database, worker: Actor, clock: TurnedClock
) -> None:
    colleague = await world.hire(published, Role.GRID_WORKER, world.GRID)
    for number in range(5):
        entered = START + timedelta(minutes=number)
        await add(
            published,
            worker,
            record(f"uuid:{number}", worker, interview_id=f"I{number}", entered_at=entered),
        )
    await add(published, colleague, record("uuid:c", colleague, interview_id="C"))
    await add(published, worker, record("uuid:away", worker))  # it was not filled in here
    clock.set(START + timedelta(hours=1))
    await correct(published, worker, "uuid:1", "uuid:1b", "I1b", clock=clock)
    async with published.unit(worker, "test") as uow:
        first, total = await uow.corrections.mine(0, 3)
        second, _ = await uow.corrections.mine(1, 3)
    assert total == 5
    assert [one.interview_id for one in (*first, *second)] == ["I1b", "I4", "I3", "I2", "I0"]
    assert first[0] == OwnRecord(
        interview_id="I1b",
        form_sha256=FORM.sha256,
        subject_kind="household",
        subject_code="HA00001",
        visit_date=date(2026, 11, 20),
        corrected=True,
    )


async def test_two_corrections_that_begin_at_once_are_one(
    published: Database, worker: Actor
) -> None:
    await add(published, worker, record("uuid:1", worker, interview_id="A"))

    async def begin(address: str) -> str:
        async with published.unit(worker, "test") as uow:
            chat = await uow.conversations.load("web", address, "zh")
            found = await uow.corrections.filed("A")
            assert found is not None
            begun = await uow.interviews.correcting(found.instance_id)
            if begun is not None:
                return begun
            started = await uow.interviews.start(
                chat.id,
                FORM.sha256,
                ("household", 1),
                {},
                {},
                corrects=found.instance_id,
                as_of=found.first_entered,
            )
            return started.id

    assert len(set(await asyncio.gather(*(begin(str(number)) for number in range(4))))) == 1
    async with published.unit(worker, "test") as uow:
        (draft,), total = await uow.interviews.drafts()
        stored = await uow.interviews.get(draft.id)
    assert (total, draft.correction) == (1, True)
    assert stored is not None
    assert (stored.corrects, stored.as_of) == ("uuid:1", START)


async def test_a_household_is_listed_under_its_head_as_far_as_one_may_see(
    published: Database, worker: Actor
) -> None:
    async with published.unit(worker, "test") as uow:
        homes = await uow.register.surnames("household", ["HA00001", "HB00001"])
        people = await uow.register.surnames("person", ["PA00002", "PB00001", "nobody"])
    assert homes == {"HA00001": "王"}
    assert people == {"PA00002": "王"}

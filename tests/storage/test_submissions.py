"""Records are added once and never changed; their authors and those above them read them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from storage.database import Database
from storage.formshelf import FormSource, FormVersion
from storage.policy import NOBODY, OPERATOR, Actor, Role
from storage.submissions import Filter, Record, Submissions
from tests import world
from tests.clock import START, TurnedClock

FORM = FormVersion(
    sha256="a" * 64,
    form_id="household_visit",
    version="1",
    source_sha256="b" * 64,
    titles={"zh": "入户走访", "en": "Household visit"},
    state="published",
    published_at=START,
)


def record(instance_id: str, author: Actor, **changes: object) -> Record:
    values: dict[str, object] = {
        "instance_id": instance_id,
        "area_code": author.area,
        "form_id": FORM.form_id,
        "form_version": FORM.version,
        "form_sha256": FORM.sha256,
        "subject_kind": "household",
        "subject_id": 1,
        "subject_code": "HA00001",
        "account_id": author.account_id,
        "channel": "web",
        "visit_date": date(2026, 11, 20),
        "entered_at": START,
        "mode": "home",
        "outcome": "met",
        "deprecated_id": None,
        "xml": b"<data/>",
        "answers": {"count15": 1, "note": "有一只狗"},
    }
    return Record(**(values | changes))  # type: ignore[arg-type]


@pytest.fixture
async def published(village: Database) -> Database:
    async with village.unit(OPERATOR, "test") as uow:
        assert await uow.forms.publish(FORM, FormSource(b"<h:html/>", {}))
    return village


@pytest.fixture
async def worker(published: Database) -> Actor:
    return await world.hire(published, Role.GRID_WORKER, world.GRID)


async def add(database: Database, author: Actor, *records: Record) -> None:
    async with database.unit(author, "test") as uow:
        for one in records:
            await uow.submissions.add(one)


async def listed(database: Database, actor: Actor, which: Filter | None = None) -> list[str]:
    async with database.unit(actor, "test") as uow:
        return [one.instance_id for one, _ in await uow.submissions.list(which or Filter())]


async def test_a_record_comes_back_as_it_was_kept(published: Database, worker: Actor) -> None:
    kept = record("uuid:1", worker)
    await add(published, worker, kept)
    async with published.unit(OPERATOR, "test") as uow:
        found = await uow.submissions.get("uuid:1")
        account = await uow.accounts.get(worker.account_id or 0)
    assert account is not None
    assert found == (kept, account.code)


async def test_a_record_can_be_neither_added_twice_nor_changed(
    published: Database, worker: Actor
) -> None:
    await add(published, worker, record("uuid:1", worker))
    with pytest.raises(IntegrityError):
        await add(published, worker, record("uuid:1", worker, outcome="refused"))
    offered = {name for name in vars(Submissions) if not name.startswith("_")}
    assert offered == {
        "add",
        "after",
        "all_previous",
        "before",
        "counted",
        "each",
        "get",
        "known",
        "lines",
        "list",
        "previous",
        "versions",
        "visible",
    }


async def test_who_sees_a_record(published: Database, worker: Actor) -> None:
    await add(published, worker, record("uuid:1", worker))
    colleague = await world.hire(published, Role.GRID_WORKER, world.GRID)
    for actor, sees in (
        (worker, True),
        (colleague, False),
        (await world.hire(published, Role.TOWNSHIP_SUPERVISOR, world.TOWNSHIP), True),
        (await world.hire(published, Role.TOWNSHIP_SUPERVISOR, world.OTHER_TOWNSHIP), False),
        (await world.hire(published, Role.COUNTY_ADMINISTRATOR, world.COUNTY), True),
        (await world.hire(published, Role.CHILD_DIRECTOR, world.VILLAGE), False),
        (Actor(Role.RESIDENT, person_id=1), False),
        (NOBODY, False),
        (OPERATOR, True),
    ):
        assert await listed(published, actor) == (["uuid:1"] if sees else []), actor.role
        async with published.unit(actor, "test") as uow:
            assert (await uow.submissions.get("uuid:1") is not None) == sees


@pytest.mark.parametrize(
    ("asked", "finds"),
    [
        ("uuid:0a1b2c3d-1", True),
        ("0a1b2c3d", True),
        ("0A1B2C3D", True),
        ("uuid:0a1b2c", True),
        ("0a1b", False),  # two begin so
        ("c3d", False),
        ("%", False),
        ("nothing", False),
    ],
)
async def test_a_record_is_found_by_a_beginning_that_fits_one_only(
    published: Database, worker: Actor, asked: str, finds: bool
) -> None:
    await add(
        published, worker, record("uuid:0a1b2c3d-1", worker), record("uuid:0a1bffff-2", worker)
    )
    async with published.unit(OPERATOR, "test") as uow:
        found = await uow.submissions.get(asked)
    assert (found[0].instance_id if found else None) == ("uuid:0a1b2c3d-1" if finds else None)


async def test_filters_take_both_ends_of_a_span(published: Database, worker: Actor) -> None:
    days = [date(2026, 11, day) for day in (18, 19, 20)]
    await add(
        published,
        worker,
        *(
            record(f"uuid:{day.day}", worker, visit_date=day, entered_at=START + timedelta(day.day))
            for day in days
        ),
    )
    for which, found in (
        (Filter(), ["20", "19", "18"]),
        (Filter(since=days[1]), ["20", "19"]),
        (Filter(until=days[1]), ["19", "18"]),
        (Filter(since=days[1], until=days[1]), ["19"]),
        (Filter(form_id="elderly_followup"), []),
        (Filter(area=world.TOWNSHIP), ["20", "19", "18"]),
        (Filter(area=world.OTHER_TOWNSHIP), []),
    ):
        assert await listed(published, OPERATOR, which) == [f"uuid:{one}" for one in found]


async def test_each_record_streams_by_oldest_first(published: Database, worker: Actor) -> None:
    await add(
        published,
        worker,
        *(record(f"uuid:{n:03}", worker, entered_at=START + timedelta(n)) for n in range(120)),
    )
    async with published.unit(OPERATOR, "test") as uow:
        streamed = [one.instance_id async for one, _ in uow.submissions.each(Filter())]
    assert streamed == [f"uuid:{n:03}" for n in range(120)]


async def test_the_previous_record_is_the_last_visit_of_this_form_and_subject(
    published: Database, worker: Actor
) -> None:
    await add(
        published,
        worker,
        record("uuid:1", worker, visit_date=date(2026, 10, 1), answers={"n": 1}),
        record("uuid:2", worker, visit_date=date(2026, 9, 1), answers={"n": 2}),
        record("uuid:3", worker, subject_id=2, answers={"n": 3}),
    )
    async with published.unit(worker, "test") as uow:
        submissions = uow.submissions
        assert await submissions.previous(FORM.form_id, "household", 1) == {"n": 1}
        assert await submissions.previous(FORM.form_id, "person", 1) is None
        assert await submissions.previous("child_checkin", "household", 1) is None


async def test_a_draft_belongs_to_its_author_alone(
    published: Database, worker: Actor, clock: TurnedClock
) -> None:
    colleague = await world.hire(published, Role.GRID_WORKER, world.GRID)
    async with published.unit(worker, "test") as uow:
        chat = await uow.conversations.load("web", "1", "zh")
        begun = await uow.interviews.start(
            chat.id, FORM.sha256, ("household", 1), {"subject": [{"surname": "王"}]}, {"q": "1"}
        )
        begun.state = {"q": "2"}
        clock.turn(minutes=5)
        await uow.interviews.save(begun)
    async with published.unit(worker, "test") as uow:
        (draft,) = await uow.interviews.unfinished()
        assert (draft.id, draft.state, draft.updated_at) == (begun.id, {"q": "2"}, clock.now())
        assert draft.facts == {"subject": [{"surname": "王"}]}
    for other in (colleague, OPERATOR, NOBODY):
        async with published.unit(other, "test") as uow:
            assert await uow.interviews.get(begun.id) is None
            assert await uow.interviews.unfinished() == []

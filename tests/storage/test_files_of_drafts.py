"""A photo of a draft goes when the draft goes, and stays as long as it stays."""

from __future__ import annotations

from sqlalchemy import insert, select, update

from storage.database import Database
from storage.ending_drafts import DraftTerm, EndingDrafts
from storage.formshelf import FormSource
from storage.policy import OPERATOR, Role
from storage.retention import Holds
from storage.tables import form, interview, media
from tests import world
from tests.clock import TurnedClock
from tests.storage.test_submissions import FORM

HOME = "HA00001"
TERM = DraftTerm()


async def drafted(village: Database, status: str = "kept") -> None:
    """A draft about a home, with a photo."""
    worker = await world.hire(village, Role.GRID_WORKER, world.GRID)
    async with village.unit(OPERATOR, "test") as uow:
        await uow.forms.publish(FORM, FormSource(b"<h:html/>", {}))
        chat = await uow.conversations.load("web", "1", "zh")
        home = await uow.register.household(HOME)
        assert home
        row = {
            "id": "draft",
            "conversation_id": chat.id,
            "account_id": worker.account_id,
            "form_sha256": (await uow.connection.execute(select(form.c.sha256))).scalar_one(),
            "subject_kind": "household",
            "subject_id": home.id,
            "status": status,
            "facts": {},
            "state": b"",
            "alerts": [],
            "started_at": uow.now,
            "updated_at": uow.now,
        }
        await uow.connection.execute(insert(interview).values(row))
        photo = await uow.media.put(b"\xff\xd8photo", "p.jpg", "image/jpeg", "web:1")
        await uow.media.belongs(photo.id, "draft")


async def tell(village: Database) -> int:
    """Tell of drafts that end soon; of how many."""
    async with village.unit(OPERATOR, "test") as uow:
        drafts = EndingDrafts(uow.connection)
        untold = [one for some in (await drafts.untold(TERM, uow.now)).values() for one in some]
        await drafts.tell(untold, uow.now)
        return len(untold)


async def files(village: Database) -> int:
    async with village.unit(OPERATOR, "test") as uow:
        while await uow.purge():
            pass
        return len((await uow.connection.execute(select(media.c.id))).all())


async def test_it_goes_with_a_draft_that_nobody_went_on_with(
    village: Database, clock: TurnedClock
) -> None:
    await drafted(village)
    clock.turn(days=4)
    assert await tell(village) == 0
    clock.turn(days=1)
    assert await tell(village) == 1
    clock.turn(days=1, hours=23)
    assert (await files(village), await tell(village)) == (1, 0)
    clock.turn(hours=2)
    assert await files(village) == 0


async def test_a_draft_goes_only_some_days_after_its_person_was_told(
    village: Database, clock: TurnedClock
) -> None:
    await drafted(village)
    clock.turn(days=100)  # nobody was told: the program stood still
    assert (await files(village), await tell(village)) == (1, 1)
    clock.turn(days=1)
    assert await files(village) == 1
    async with village.unit(OPERATOR, "test") as uow:  # who goes on begins anew
        await uow.connection.execute(update(interview).values(updated_at=uow.now))
    clock.turn(days=3)
    assert (await files(village), await tell(village)) == (1, 0)
    clock.turn(days=2)
    assert (await files(village), await tell(village)) == (1, 1)
    clock.turn(days=2)
    clock.turn(seconds=1)
    assert await files(village) == 0


async def test_it_stays_with_a_draft_that_is_held(village: Database, clock: TurnedClock) -> None:
    await drafted(village)
    async with village.unit(OPERATOR, "test") as uow:
        assert await Holds(uow.connection).add(HOME, "案号 7", uow.now)
    clock.turn(days=200)
    assert (await files(village), await tell(village)) == (1, 0)
    async with village.unit(OPERATOR, "test") as uow:
        assert await Holds(uow.connection).remove(HOME)
    assert (await files(village), await tell(village)) == (1, 1)
    clock.turn(days=3)
    assert await files(village) == 0


async def test_one_that_a_submitted_record_has_no_use_for_goes_after_months(
    village: Database, clock: TurnedClock
) -> None:
    await drafted(village)
    async with village.unit(OPERATOR, "test") as uow:
        await uow.connection.execute(update(interview).values(status="submitted"))
    clock.turn(days=89)
    assert await files(village) == 1
    clock.turn(days=2)
    assert await files(village) == 0

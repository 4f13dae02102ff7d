"""Nobody loses a form that they began without having been told."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.texts import say
from handlers import ending_drafts
from storage.interviews import OPEN
from storage.policy import SYSTEM
from storage.tables import interview
from tests.handlers.conftest import Publish, Village
from tests.handlers.paper import Talker
from tests.handlers.sampler import begin

TITLE = "没填完的表快到期了"
GONE = say("zh", "chat.interview.gone")


async def half_way(village: Village, ask: Publish) -> Talker:
    mei = await begin(village, ask, "numbers")
    await mei.say("first")
    return mei


async def tell(village: Village) -> int:
    count = await ending_drafts.tell(village.database, village.house)
    await village.sender.drain()
    return count


async def purge(village: Village) -> int:
    """What is left of the drafts."""
    async with village.database.unit(SYSTEM, "test") as uow:
        while await uow.purge():
            pass
        return len((await uow.connection.execute(select(interview.c.id))).all())


async def test_who_left_a_form_open_is_told_and_goes_on_with_one_tap(
    village: Village, ask: Publish
) -> None:
    mei = await half_way(village, ask)
    assert await tell(village) == 0
    village.clock.turn(days=5)
    assert await tell(village) == 1
    assert mei.last.text == (
        f"**{TITLE}**\n· numbers，11月21日以后没动过\n\n"
        "请在11月28日（周六）前接着填。到时候还没动的，会自动清除。"
    )
    assert await tell(village) == 0  # once is enough
    await mei.press("继续：numbers")
    assert "How many live here?" in mei.open.text
    await mei.say("4")
    village.clock.turn(days=3)
    assert await purge(village) == 1  # the time runs from the last answer
    assert (await village.values(mei))["people"] == "4"


async def test_what_nobody_goes_on_with_goes_on_the_day_that_was_told(
    village: Village, ask: Publish
) -> None:
    mei = await half_way(village, ask)
    village.clock.turn(days=5)
    await tell(village)
    village.clock.turn(days=1, hours=23)
    assert await purge(village) == 1
    village.clock.turn(hours=1, seconds=1)
    assert await purge(village) == 0
    await mei.press("继续：numbers")
    assert GONE in mei.last.text


async def test_it_is_told_in_the_morning_and_the_days_count_from_then(
    village: Village, ask: Publish
) -> None:
    mei = await half_way(village, ask)
    village.clock.turn(days=5, hours=12)  # ten at night
    before = len(mei.sheet)
    assert await tell(village) == 1
    village.clock.turn(days=4)
    assert await purge(village) == 1  # it was on its way all the time
    assert len(mei.sheet) == before
    await village.sender.drain()
    assert len(mei.sheet) == before  # ten at night again
    village.clock.turn(hours=10)
    await village.sender.drain()
    assert TITLE in mei.last.text
    village.clock.turn(days=1, hours=23)
    assert await purge(village) == 1


async def test_who_went_on_meanwhile_is_not_told(village: Village, ask: Publish) -> None:
    mei = await half_way(village, ask)
    village.clock.turn(days=5, hours=12)
    assert await tell(village) == 1
    await mei.say("4")
    before = len(mei.sheet)
    village.clock.turn(hours=11)
    await village.sender.drain()
    assert len(mei.sheet) == before


async def test_many_are_one_message_with_some_buttons(village: Village, ask: Publish) -> None:
    mei = await half_way(village, ask)
    async with village.database.unit(SYSTEM, "test") as uow:
        row = (await uow.connection.execute(select(interview))).one()._asdict()
        more = [row | {"id": f"more{number}", "status": "kept"} for number in range(6)]
        await uow.connection.execute(interview.insert(), more)
    village.clock.turn(days=6)
    assert await tell(village) == 1
    assert len(mei.last.buttons) == 5
    assert "另外还有 2 份" in mei.last.text
    assert row["status"] == OPEN


async def test_whoever_can_be_told_nowhere_keeps_a_draft_no_longer(
    village: Village, ask: Publish
) -> None:
    mei = await half_way(village, ask)
    async with village.database.unit(SYSTEM, "test") as uow:
        (chat,) = await uow.conversations.of_account(mei.account or 0)
        chat.reachable = False
        await uow.conversations.save(chat)
    village.clock.turn(days=5)
    assert await tell(village) == 0
    village.clock.turn(days=2, seconds=1)
    assert await purge(village) == 0


@pytest.mark.parametrize(("language", "words"), [("zh", TITLE), ("en", "will soon be gone")])
async def test_it_is_told_in_the_language_of_the_reader(
    village: Village, ask: Publish, language: str, words: str
) -> None:
    mei = await half_way(village, ask)
    async with village.database.unit(SYSTEM, "test") as uow:
        (chat,) = await uow.conversations.of_account(mei.account or 0)
        chat.language = language
        await uow.conversations.save(chat)
    village.clock.turn(days=5)
    await tell(village)
    assert words in mei.last.text

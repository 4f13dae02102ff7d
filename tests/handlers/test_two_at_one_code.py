"""Two chats that send one code at the same moment: one comes in, on each kind of database."""

from __future__ import annotations

import asyncio

from storage.areas import Area
from storage.database import Database
from storage.policy import OPERATOR, Role
from tests.clock import TurnedClock
from tests.handlers.conftest import COUNTY, _running
from tests.handlers.paper import PaperChannel


async def test_one_of_two_comes_in(database: Database, clock: TurnedClock) -> None:
    async with database.unit(OPERATOR, "test") as uow:
        await uow.areas.put([Area(COUNTY, "county", "示范县")])
    house = _running(database, clock, PaperChannel())
    for turn in range(4):
        async with database.unit(OPERATOR, "test") as uow:
            account = await uow.accounts.add(f"测试{turn}", Role.AUDITOR, COUNTY)
            code = await uow.invites.issue("messenger", account_id=account.id)
        both = [house.talker(f"{turn}-{side}") for side in ("one", "two")]
        await asyncio.gather(*(each.say(f"/start {code}") for each in both))
        said = ["".join(each.texts) for each in both]
        assert sorted("欢迎" in text for text in said) == [False, True]
        assert sorted("邀请码无效" in text for text in said) == [False, True]

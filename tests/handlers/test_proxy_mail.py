"""Who acted for somebody and does so no more reads nothing of what was queued before."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

import pytest

from core.messages import Reply
from handlers import request_answers
from storage.bindings import end_consents
from storage.policy import OPERATOR, SYSTEM, Actor, Role
from storage.resident_requests import ResidentRequest
from tests.handlers.conftest import GRID, Village
from tests.handlers.paper import Talker
from tests.handlers.test_resident_requests import resident_of, settled_village

__all__ = ["settled_village"]

UNTIL = date(2027, 1, 31)
How = Literal["revoked", "all", "over", "in force"]


async def acting(village: Village, relative: Talker, code: str) -> tuple[int, int]:
    """Let a chat act for somebody; the consent, and the person."""
    async with village.database.unit(OPERATOR, "test") as uow:
        person = await uow.register.person(code)
        assert person
        account = await uow.accounts.add("吴芳", Role.GRID_WORKER, GRID)
        uow.become(Actor(Role.GRID_WORKER, GRID, account.id))
        number = await uow.proxies.consent(person.id, "钱大成", "child", UNTIL)
        chat = await uow.conversations.load("paper", relative.address, "zh")
        assert await uow.proxies.enter(number, chat.id)
    return number, person.id


async def end(village: Village, how: How, number: int, person: int) -> None:
    async with village.database.unit(SYSTEM, "test") as uow:
        if how == "revoked":
            uow.become(Actor(Role.RESIDENT, person_id=person))
            assert await uow.proxies.revoke(number, 0)
        elif how == "all":
            await end_consents(uow.connection, person, uow.now)
    if how == "over":
        days = (UNTIL - village.clock.now().date()) + timedelta(days=1)
        village.clock.turn(days=days.days)


async def queued(village: Village, relative: Talker, person: int, text: str) -> None:
    """An answer to a request, and something else, that wait for a chat."""
    async with village.database.unit(SYSTEM, "test") as uow:
        chat = await uow.conversations.load("paper", relative.address, "zh")
        asked = ResidentRequest(1, person, "PQQQQQQ", "钱", chat.id, "mistake", "", uow.now)
        await request_answers.tell(uow, chat, asked, "requests.answer.corrected", "")
        await uow.outbox.queue(chat.id, [Reply(text=text)])


@pytest.mark.parametrize("how", ["revoked", "all", "over", "in force"])
async def test_an_answer_reaches_only_who_still_acts(settled_village: Village, how: How) -> None:
    village, relative = settled_village, settled_village.talker("relative")
    await relative.say("/menu")
    number, person = await acting(village, relative, "PQQQQQQ")
    await queued(village, relative, person, "给钱桂香的信")
    await end(village, how, number, person)
    await village.sender.drain()
    assert any("已经更正" in text for text in relative.texts) == (how == "in force")
    # what names nobody can't be told apart: it goes where the chat has nothing else
    assert any("的信" in text for text in relative.texts) == (how in ("over", "in force"))


@pytest.mark.parametrize("how", ["revoked", "all"])
async def test_ones_own_mail_stays(settled_village: Village, how: How) -> None:
    village = settled_village
    relative = await resident_of(village, "PRRRRRR")
    number, person = await acting(village, relative, "PQQQQQQ")
    await queued(village, relative, person, "给钱大成的信")
    await end(village, how, number, person)
    await village.sender.drain()
    assert not any("已经更正" in text for text in relative.texts)
    assert any("给钱大成的信" in text for text in relative.texts)


async def test_who_acts_for_another_as_well_keeps_that_ones_mail(settled_village: Village) -> None:
    village, relative = settled_village, settled_village.talker("relative")
    await relative.say("/menu")
    first, person = await acting(village, relative, "PQQQQQQ")
    _, other = await acting(village, relative, "PRRRRRR")
    await queued(village, relative, other, "给钱大成的信")
    await end(village, "revoked", first, person)
    await village.sender.drain()
    assert any("已经更正" in text for text in relative.texts)
    assert any("给钱大成的信" in text for text in relative.texts)

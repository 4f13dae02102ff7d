"""A relative acts for somebody by a consent: from its code to its end."""

from __future__ import annotations

from storage.policy import OPERATOR, Role
from tests.handlers.binding import (
    bound_village,
    card,
    code_for,
    consent,
    sees,
)
from tests.handlers.conftest import NEXT_GRID, Village

__all__ = ["bound_village"]


async def test_a_relative_acts_after_a_consent_until_its_last_day(bound_village: Village) -> None:
    village = bound_village
    relative = village.talker("relative")
    said = await relative.say(await consent(await village.worker()))
    assert "代 钱" in said.text
    assert await sees(village, relative) == ["PQQQQQQ"]
    village.clock.turn(days=181)
    assert await sees(village, relative) == ["PQQQQQQ"]
    village.clock.turn(days=1)
    assert await sees(village, relative) == []


async def test_the_person_hears_of_a_consent_and_can_end_it(bound_village: Village) -> None:
    village = bound_village
    worker = await village.worker()
    resident, relative = village.talker("resident"), village.talker("relative")
    await resident.say(await code_for(worker))
    await relative.say(await consent(worker))
    await resident.sender.drain()
    assert "已按您的同意登记" in resident.texts[-1]
    said = await resident.say("/proxies")
    assert "钱大成（子女）" in said.text
    await resident.press("取消：钱大成")
    await resident.press("确定取消")
    assert await sees(village, relative) == []
    assert await sees(village, resident) == ["PQQQQQQ"]
    assert "没有委托" in (await resident.say("/proxies")).text


async def test_a_worker_and_the_relative_can_end_it_and_nobody_else(
    bound_village: Village,
) -> None:
    village = bound_village
    worker = await village.worker()
    relative, other = village.talker("relative"), village.talker("other")
    await relative.say(await consent(worker))
    listed = await relative.say("/proxies")
    elsewhere = await village.staff(Role.GRID_WORKER, NEXT_GRID)
    for stranger in (other, elsewhere):
        assert "取消或到期" in (await stranger.press("取消：", listed)).text
    await relative.press("取消：", listed)
    sure = relative.last
    for stranger in (other, elsewhere):
        await stranger.press("确定取消", sure)
    assert await sees(village, relative) == ["PQQQQQQ"]
    await relative.press("确定取消", sure)
    assert await sees(village, relative) == []


async def test_a_code_of_an_ended_consent_is_void(bound_village: Village) -> None:
    village = bound_village
    worker = await village.worker()
    code = await consent(worker)
    await card(worker)
    assert "还没有用" in (await worker.press("委托亲属")).text
    await worker.press("取消：钱大成")
    await worker.press("确定取消")
    relative = village.talker("relative")
    assert "无效" in (await relative.say(code)).text
    assert await sees(village, relative) == []


async def test_a_code_of_a_consent_works_once(bound_village: Village) -> None:
    village = bound_village
    code = await consent(await village.worker())
    first, second = village.talker("first"), village.talker("second")
    await first.say(code)
    await second.say(code)
    assert await sees(village, second) == []


async def test_whoever_acts_for_somebody_stays_who_they_are(bound_village: Village) -> None:
    village = bound_village
    worker = await village.worker()
    relative = village.talker("relative")
    await relative.say(await code_for(worker, "PRRRRRR"))
    await relative.say(f"/start {await consent(worker)}")
    async with village.database.unit(OPERATOR, "test") as uow:
        chat = await uow.conversations.load("paper", "relative", "zh")
        refs = await uow.proxies.subjects(chat.id)
    assert [(ref.code, ref.own) for ref in refs] == [("PRRRRRR", True), ("PQQQQQQ", False)]

"""A resident reads what is kept about them, and asks for correction or deletion."""

from __future__ import annotations

from sqlalchemy import select

from storage.policy import OPERATOR, Role
from storage.tables import audit
from tests.handlers.conftest import GRID, TOWNSHIP, Village
from tests.handlers.paper import Talker
from tests.handlers.pensions import bind, over, person_id


async def elder(village: Village, channel: str = "web") -> tuple[Village, Talker]:
    """王德福 in a chat of their own, on a channel that may carry data or, else, may not."""
    there = over(village, channel)
    return there, await bind(there, await person_id(there, "PAAAAAA"))


async def test_anybody_may_read_the_notice(village: Village) -> None:
    worker, stranger = await village.worker(), village.talker("stranger")
    for someone in (worker, stranger):
        told = await someone.say("/notice")
        for word in ("谁在处理", "为什么", "存多久", "未成年人保护法", "/mydata"):
            assert word in told.text


async def test_a_resident_gets_a_copy_of_what_is_on_record(village: Village) -> None:
    there, resident = await elder(village)
    await resident.say("/mydata")
    await resident.press("导出我的资料")
    (file,) = next(paper.reply.pictures for paper in resident.sheet if paper.reply.pictures)
    assert file.as_file
    assert file.name.startswith("我的资料-2026")
    async with there.database.unit(OPERATOR, "test") as uow:
        stored = await uow.media.get(file.media)
        done = (await uow.connection.execute(select(audit.c.action, audit.c.object))).all()
    assert stored
    text = stored[0].decode("utf-8-sig")
    for word in ("王德福", "PAAAAAA", "1950-03-05", "柳树村1号", "第一网格", "高血压", "没有登记"):
        assert word in text
    assert "王小明" not in text
    assert ("own_data", "PAAAAAA") in done


async def test_a_channel_abroad_carries_none_of_it(village: Village) -> None:
    _, resident = await elder(village, "telegram")
    await resident.say("/mydata")
    told = await resident.press("导出我的资料")
    assert "境外" in told.text
    assert not any(paper.reply.pictures for paper in resident.sheet)


async def test_who_is_not_bound_is_told_how_to_be(village: Village) -> None:
    assert "/bind" in (await village.talker("stranger").say("/mydata")).text
    assert "/bind" in (await (await village.worker()).say("/mydata")).text


async def test_the_supervisor_decides_on_a_deletion_and_the_answer_comes_back(
    village: Village,
) -> None:
    there, resident = await elder(village)
    worker = await there.staff(Role.GRID_WORKER, GRID, "worker")
    boss = await there.staff(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP, "boss")
    await resident.say("/mydata")
    await resident.press("要求删除")
    assert "审核" in (await resident.press("提出删除要求")).text
    assert "要求删除个人资料" in boss.last.text
    assert not any("删除" in text for text in worker.texts)
    await worker.say("/menu")
    assert not any("居民的请求" in one.text for one in worker.last.buttons)
    await boss.say("/menu")
    await boss.press("居民的请求（1）")
    await boss.press("PAAAAAA")
    await boss.press("到期才能删")
    assert "督导对您删除要求的答复：法律要求保存" in resident.last.text


async def test_a_correction_is_asked_for_in_words(village: Village) -> None:
    there, resident = await elder(village)
    worker = await there.staff(Role.GRID_WORKER, GRID, "worker")
    await resident.say("/mydata")
    await resident.press("要求更正")
    await resident.say("门牌号写错了")
    assert "记录有误" in worker.last.text

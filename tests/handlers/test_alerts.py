"""A mandatory report goes to the supervisor's chat at once, as a code and nothing more."""

from __future__ import annotations

from sqlalchemy import text

from core.messages import Inbound, Reply, Tap
from core.ports import Undeliverable
from storage.areas import Area
from storage.policy import OPERATOR, Role
from tests.handlers.conftest import COUNTY, GRID, TOWNSHIP, Village
from tests.handlers.paper import Paper, Talker

OTHER_TOWNSHIP = "990101002"


async def at_the_report(village: Village) -> Talker:
    """A worker before the nine situations of a child's visit, the plainest way."""
    mei = await village.worker()
    await mei.press("我的走访对象")
    await mei.press("PBBBBBB")
    await mei.press("走访")
    await mei.press("儿童走访")
    await mei.press("不变")
    await mei.press("入户")
    await mei.press("已迁出")
    await mei.say("搬到县城")
    assert "是否发现上面的情形" in mei.open.text
    return mei


async def report(mei: Talker) -> Paper:
    await mei.press("4 多处损伤")
    return await mei.press("完成")


async def test_the_supervisor_is_told_at_once(village: Village) -> None:
    gao = await village.staff(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP)
    mei = await at_the_report(village)
    before = len(gao.sheet)
    await report(mei)
    assert len(gao.sheet) == before + 1
    assert gao.last.reply.urgent
    assert "强制报告" in gao.last.text
    assert "PBBBBBB" in gao.last.text
    assert "2026-11-21 10:00" in gao.last.text
    assert "110" in gao.last.text


async def test_an_alert_names_nobody_and_tells_nothing(village: Village) -> None:
    gao = await village.staff(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP)
    await report(await at_the_report(village))
    for word in ("小明", "王", "多处损伤", "搬到县城", "柳树村"):
        assert word not in gao.last.text


async def test_an_alert_speaks_the_supervisor_s_language(village: Village) -> None:
    gao = await village.staff(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP, language="en")
    await report(await at_the_report(village))
    assert "Mandatory report" in gao.last.text
    assert not any("\u4e00" <= sign <= "\u9fff" for sign in gao.last.text)


async def test_the_worker_is_told_whom_to_call_and_asked_on(village: Village) -> None:
    await village.staff(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP)
    mei = await at_the_report(village)
    await report(mei)
    told = next(text for text in reversed(mei.texts) if "已立即通知乡镇督导" in text)
    assert "110" in told
    assert "请立即拨打110" in mei.open.text
    assert "是否已拨打110" in mei.open.text


async def test_where_nobody_can_be_reached_the_worker_gets_the_phone_list(
    village: Village,
) -> None:
    mei = await at_the_report(village)
    await report(mei)
    told = next(text for text in reversed(mei.texts) if "目前没有能收到通知的乡镇督导" in text)
    assert "**110**" in told
    assert "是否已拨打110" in mei.open.text


async def test_other_townships_and_the_county_are_not_told(village: Village) -> None:
    async with village.database.unit(OPERATOR, "test") as uow:
        await uow.areas.put([Area(OTHER_TOWNSHIP, "township", "邻乡", COUNTY)])
    others = [
        await village.staff(Role.TOWNSHIP_SUPERVISOR, OTHER_TOWNSHIP),
        await village.staff(Role.COUNTY_ADMINISTRATOR, COUNTY),
        await village.staff(Role.CHILD_DIRECTOR, TOWNSHIP),
    ]
    await report(await at_the_report(village))
    assert all(len(other.sheet) == 1 for other in others)


async def test_every_supervisor_is_told_in_every_chat(village: Village) -> None:
    gao = await village.staff(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP)
    assert gao.account is not None
    async with village.database.unit(OPERATOR, "test") as uow:
        chat = await uow.conversations.load("paper", "gao 2", "zh")
        await uow.conversations.bind(chat, account_id=gao.account, person_id=None)
    second_phone = village.talker("gao 2")
    await second_phone.say("/menu")
    deputy = await village.staff(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP)
    await report(await at_the_report(village))
    assert all("强制报告" in chat.last.text for chat in (gao, second_phone, deputy))


async def test_a_supervisor_who_blocked_the_bot_does_not_count_as_told(village: Village) -> None:
    gao = await village.staff(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP)

    def refuse(address: str, reply: Reply) -> None:
        if address == gao.address:
            raise Undeliverable("blocked", gone=True)

    village.channel.refuse = refuse
    await gao.say("/help")  # the answer does not arrive any more
    mei = await at_the_report(village)
    await report(mei)
    assert any("目前没有能收到通知的乡镇督导" in text for text in mei.texts)


async def test_one_interview_alerts_once(village: Village) -> None:
    gao = await village.staff(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP)
    mei = await at_the_report(village)
    await report(mei)
    await mei.press("上一题")
    await mei.press("6 被遗弃")
    await mei.press("完成")
    assert len([text for text in gao.texts if "强制报告" in text]) == 1


async def test_nothing_found_alerts_nobody(village: Village) -> None:
    gao = await village.staff(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP)
    mei = await at_the_report(village)
    await mei.press("未发现")  # on the first page, beside the nine situations
    await mei.press("完成")
    assert len(gao.sheet) == 1
    assert "请检查" in mei.open.text


async def test_the_report_can_not_be_passed_over(village: Village) -> None:
    mei = await at_the_report(village)
    assert not any("跳过" in button.text for button in mei.open.buttons)
    await mei.press("一项未选")
    assert "不能跳过" in mei.open.text
    assert "是否发现上面的情形" in mei.open.text


async def test_the_alert_belongs_to_the_answer_s_transaction(village: Village) -> None:
    """Where the answer is lost, so is the alert; where one stands, so does the other."""
    gao = await village.staff(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP)
    mei = await at_the_report(village)
    await mei.press("4 多处损伤")
    before = await village.stored(mei)
    async with village.database.unit(OPERATOR, "test") as uow:  # the last thing a step writes
        broken = "BEFORE UPDATE ON conversation BEGIN SELECT RAISE(FAIL, ''); END"
        await uow.connection.execute(text(f"CREATE TRIGGER full {broken}"))
    await mei.press("完成")
    assert len(gao.sheet) == 1
    assert await village.stored(mei) == before

    async with village.database.unit(OPERATOR, "test") as uow:
        await uow.connection.execute(text("DROP TRIGGER full"))
    await village.steps.retry()
    await village.sender.drain()
    assert "强制报告" in gao.last.text
    assert "是否已拨打110" in mei.open.text


async def test_an_alert_waits_through_a_restart(village: Village) -> None:
    gao = await village.staff(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP)
    mei = await at_the_report(village)
    await mei.press("4 多处损伤")
    fresh = village.restart()
    mei.steps = fresh.steps
    done = mei.open.button("完成")
    inbound = Inbound(channel="paper", address=mei.address, key="last", event=Tap(token=done.token))
    await fresh.steps.receive(inbound)  # committed, and nothing delivered
    assert len(gao.sheet) == 1
    await village.restart().sender.drain()
    assert "强制报告" in gao.last.text


async def test_a_dispute_that_may_escalate_is_told_too(village: Village) -> None:
    gao = await village.staff(Role.TOWNSHIP_SUPERVISOR, GRID[:9])
    mei = await village.worker()
    await mei.press("我的走访户")
    await mei.press("HAAAAAA")
    await mei.press("入户走访")
    answers = {
        "走访方式": "入户",
        "是否见到": "见到本人",
        "是否已说明": "是",
        "房屋用途": "自住",
        "实际居住": "0",
        "户籍人口": "0",
        "困难类型": "无",
        "有无矛盾纠纷": "有",
        "纠纷类型": "邻里",
        "纠纷等级": "可能激化",
    }
    for _ in range(30):
        question = mei.open
        wanted = next((said for label, said in answers.items() if label in question.text), "")
        if wanted.isdigit():
            await mei.say(wanted)
        elif wanted:
            await mei.press(wanted)
            if any("完成" in button.text for button in mei.open.buttons) and mei.open is question:
                await mei.press("完成")
        else:
            await mei.press(next(b.text for b in question.buttons if b.text.startswith(ON)))
        if wanted == "可能激化":
            break
    assert "矛盾纠纷可能激化" in gao.last.text
    assert "HAAAAAA" in gao.last.text


ON = ("不变", "跳过", "完成")

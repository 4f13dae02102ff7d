"""A record is decided on as it stands: by its newest version, seen, whoever else decides too."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from core.messages import Tap
from storage.policy import OPERATOR, Role
from tests.bot.office.conftest import Browser, House
from tests.bot.office.test_records import ask, listed, send_back, told
from tests.bot.office.test_review import change
from tests.handlers.conftest import TOWNSHIP
from tests.handlers.test_records_overseen import correct

__all__ = ["ask", "told"]


async def corrected(told: House, above: Browser) -> tuple[str, str]:
    """The two versions of a record that was sent back and corrected."""
    (first,) = await listed(above)
    await send_back(above, first)
    await told.village.sender.drain()
    await correct(told.mei)
    (second,) = await listed(above, "standing=waiting")
    return first, second


async def other(told: House) -> Browser:
    """A second supervisor of the township."""
    return await told.browser(await told.staff(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP, "other"))


async def said(told: House) -> list[tuple[object, ...]]:
    """What was last said of each record."""
    return await told.rows("SELECT root_id, instance_id, decision FROM record_review")


# --- through its versions ------------------------------------------------------------------------


async def test_a_corrected_record_is_approved_as_the_record_that_it_is(told: House) -> None:
    above = await told.browser(told.above)
    first, second = await corrected(told, above)
    done = await above.decide(f"/office/records/{second}", "approve")
    assert "已认可" in done.told and "更正前的版本已认可" not in done.text
    assert await said(told) == [(first, second, "approved")]
    assert await listed(above, "standing=approved") == [second]
    history = (await above.get(f"/office/records/{second}/history")).text
    assert history.index("认可") < history.index("请再量")


async def test_a_corrected_record_is_sent_back_and_corrected_again(told: House) -> None:
    above = await told.browser(told.above)
    first, second = await corrected(told, above)
    await above.decide(f"/office/records/{second}", "return", about="", reason="还是不对")
    assert await said(told) == [(first, second, "returned")]
    await told.village.sender.drain()
    assert "还是不对" in told.mei.last.text
    await told.mei.press("去更正")
    await told.mei.say("5")
    await told.mei.press("提交")
    (third,) = await listed(above, "standing=waiting")
    await above.decide(f"/office/records/{third}", "approve")
    assert await said(told) == [(first, third, "approved")]
    assert await listed(above, "standing=approved") == [third]


async def test_the_chat_opens_and_approves_by_any_version(told: House) -> None:
    above = await told.browser(told.above)
    first, second = await corrected(told, above)
    for version in (first, second):
        page = await told.above.do(Tap(token=f"u:c:{version.removeprefix('uuid:')}:0"))
        assert "→ 3" in page.text
    await told.above.press("✓ 认可")
    assert await said(told) == [(first, second, "approved")]


async def test_a_former_version_leads_to_the_newest(told: House) -> None:
    above = await told.browser(told.above)
    first, second = await corrected(told, above)
    page = (await above.get(f"/office/records/{first}")).text
    assert "不是最新的一版" in page and f'href="/office/records/{second}"' in page
    assert "/approve" not in page and "/return" not in page


# --- what was seen -------------------------------------------------------------------------------


async def test_what_nobody_has_seen_is_not_decided(told: House) -> None:
    above = await told.browser(told.above)
    (first,) = await listed(above)
    (mark, *_) = (await above.get(f"/office/records/{first}")).values("mark")
    _, second = await corrected(told, above)
    before = await said(told)
    for act in ("approve", "return"):
        for stale in (mark, ""):
            done = await above.post(
                f"/office/records/{first}/{act}", mark=stale, about="", reason="不对"
            )
            assert "没有处理" in done.told and done.path == f"/office/records/{second}"
    assert await said(told) == before


@pytest.mark.parametrize("acts", [("return", "approve"), ("approve", "return")])
async def test_two_supervisors_do_not_undo_each_other(told: House, acts: tuple[str, str]) -> None:
    above, beside = await told.browser(told.above), await other(told)
    (record,) = await listed(above)
    path = f"/office/records/{record}"
    (mark, *_) = (await beside.get(path)).values("mark")
    await above.decide(path, acts[0], about="", reason="请再量")
    before = await said(told)
    done = await beside.post(f"{path}/{acts[1]}", mark=mark, about="", reason="不对")
    assert "没有处理" in done.told and await said(told) == before


async def test_approving_twice_is_approving_once(told: House) -> None:
    above, beside = await told.browser(told.above), await other(told)
    (record,) = await listed(above)
    path = f"/office/records/{record}"
    (mark, *_) = (await beside.get(path)).values("mark")
    await above.decide(path, "approve")
    assert "已认可" in (await beside.post(f"{path}/approve", mark=mark)).told
    assert await told.rows("SELECT count(*) FROM review_word") == [(1,)]


# --- several at once ------------------------------------------------------------------------------


async def test_what_is_ticked_is_approved_as_it_was_listed(told: House) -> None:
    above = await told.browser(told.above)
    (record,) = (await above.get("/office/records")).values("record")
    assert "没有选中" in (await above.post("/office/records/approve")).told
    done = await above.post("/office/records/approve", record=[record, record])
    assert "已认可 1 条记录" in done.told and done.values("record") == []
    assert await said(told) == [(record, record, "approved")]


async def test_what_was_said_or_changed_since_is_not_approved_with_others(told: House) -> None:
    above = await told.browser(told.above)
    first, second = await corrected(told, above)
    before = await said(told)
    done = await above.post("/office/records/approve", record=[first, "uuid:nothing"])
    assert "2 条没有认可" in done.told and await said(told) == before
    await above.decide(f"/office/records/{second}", "return", about="", reason="还是不对")
    before = await said(told)
    assert "1 条没有认可" in (await above.post("/office/records/approve", record=second)).told
    assert await said(told) == before


async def test_children_and_ones_own_are_not_approved_with_others(told: House) -> None:
    above = await told.browser(told.above)
    (record,) = await listed(above)
    child = "subject_kind = 'person', subject_code = 'PBBBBBB', subject_id"
    await change(
        told, f"UPDATE submission SET {child} = (SELECT id FROM person WHERE code = 'PBBBBBB')"
    )
    assert "1 条没有认可" in (await above.post("/office/records/approve", record=record)).told
    own = f"subject_kind = 'none', subject_code = NULL, account_id = {told.above.account}"
    await change(told, f"UPDATE submission SET {own}")
    assert "1 条没有认可" in (await above.post("/office/records/approve", record=record)).told
    assert await said(told) == []


# --- a child's -----------------------------------------------------------------------------------


async def test_nothing_is_said_of_a_childs_record_before_a_purpose_is_named(told: House) -> None:
    above = await told.browser(told.above)
    (record,) = await listed(above)
    path = f"/office/records/{record}"
    (mark, *_) = (await above.get(path)).values("mark")
    child = "subject_kind = 'person', subject_code = 'PBBBBBB', subject_id"
    await change(
        told, f"UPDATE submission SET {child} = (SELECT id FROM person WHERE code = 'PBBBBBB')"
    )
    for act in ("approve", "return"):
        asked = await above.post(f"{path}/{act}", mark=mark, about="", reason="不对")
        assert "这次打开是为了什么" in asked.text and asked.values("after") == [path]
    assert await said(told) == []
    await above.post("/office/purpose", code="PBBBBBB", purpose="duty", after=path)
    assert "已认可" in (await above.decide(path, "approve")).told
    assert ("duty", "approve") in await told.rows("SELECT purpose, action FROM audit")


# --- from elsewhere ------------------------------------------------------------------------------


async def from_elsewhere(told: House) -> str:
    """A record as ODK Collect hands it in: no interview stands behind it."""
    await change(told, "UPDATE submission SET interview_id = NULL, channel = 'collect'")
    ((record,),) = await told.rows("SELECT instance_id FROM submission")
    return f"/office/records/{record}"


async def test_a_record_from_elsewhere_is_approved(told: House) -> None:
    path = await from_elsewhere(told)
    above = await told.browser(told.above)
    assert "多深" in (await above.get(path)).text
    assert "已认可" in (await above.decide(path, "approve")).told
    assert len(await listed(above, "standing=approved")) == 1


async def test_a_record_from_elsewhere_goes_back_as_a_whole(told: House) -> None:
    path = await from_elsewhere(told)
    above = await told.browser(told.above)
    assert 'name="about"' not in (await above.get(path)).text
    assert "没有退回" in (await above.decide(path, "return", reason="")).told
    assert "已退回给" in (await above.decide(path, "return", reason="照片看不清")).told
    await told.village.sender.drain()
    assert "照片看不清" in told.mei.last.text and "Collect" in told.mei.last.text
    assert not told.mei.last.buttons
    assert len(await listed(above, "standing=returned")) == 1


async def test_the_chat_says_where_a_record_from_elsewhere_is_read(told: House) -> None:
    path = await from_elsewhere(told)
    page = await told.above.do(Tap(token=f"u:c:{path.rpartition(':')[2]}:0"))
    assert "Collect" in page.text and path in page.text


# --- who has left --------------------------------------------------------------------------------


async def left(told: House) -> None:
    """The author's account is closed."""
    async with told.village.database.unit(OPERATOR, "test") as uow:
        whose = {"who": told.mei.account}
        await uow.connection.execute(
            text("UPDATE account SET active = false WHERE id = :who"), whose
        )


async def test_nothing_goes_back_to_who_has_left(told: House) -> None:
    above = await told.browser(told.above)
    (record,) = await listed(above)
    path = f"/office/records/{record}"
    (mark, *_) = (await above.get(path)).values("mark")
    await left(told)
    page = (await above.get(path)).text
    assert "不能退回" in page and f"{path}/return" not in page and f"{path}/approve" in page
    done = await above.post(f"{path}/return", mark=mark, about="", reason="请再量")
    assert "没有退回" in done.told and "重新走访" in done.told
    assert await said(told) == []
    page = await told.above.do(Tap(token=f"u:back:{record.removeprefix('uuid:')}:0"))
    assert "没有退回" in page.text and "重新走访" in page.text


async def test_who_can_not_be_told_is_told_by_the_supervisor(told: House) -> None:
    above = await told.browser(told.above)
    (record,) = await listed(above)
    async with told.village.database.unit(OPERATOR, "test") as uow:
        whose = {"who": told.mei.account}
        await uow.connection.execute(
            text("UPDATE conversation SET reachable = false WHERE account_id = :who"), whose
        )
    done = await above.decide(f"/office/records/{record}", "return", about="", reason="请再量")
    assert "当面或打电话" in done.told

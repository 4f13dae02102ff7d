"""A record of somebody else: a child's asks for a purpose, and only what was seen is decided."""

from __future__ import annotations

import pytest

from core.messages import Tap
from storage.policy import Role
from tests.handlers.conftest import TOWNSHIP, Publish
from tests.handlers.paper import Talker
from tests.handlers.test_opening_files import fill_task, log
from tests.handlers.test_supervising import Office, labels
from tests.handlers.test_supervising_decides import here, reopen, visited

__all__ = ["here"]

# --- a child's record ----------------------------------------------------------------------------


async def childs_record(here: Office) -> str:
    """The id of a record about a child, as buttons carry it."""
    await here.mei.say("/menu")
    for button in ("我的走访对象", "PBBBBBB", "走访", "事项办结"):
        await here.mei.press(button)
    await fill_task(here.mei)
    (record,) = await here.village.records()
    return record.instance_id.removeprefix("uuid:")


@pytest.mark.parametrize("what", ["c:{}:0", "back:{}:0", "about:{}:all", "fine:{}:0"])
async def test_no_button_opens_a_childs_record_without_a_purpose(here: Office, what: str) -> None:
    plain = await childs_record(here)
    before = len(await log(here.village))
    page = await here.above.do(Tap(token=f"u:{what.format(plain)}"))
    assert "未成年人" in page.text and "→" not in page.text
    assert len(await log(here.village)) == before


async def test_a_purpose_leads_on_to_the_record_and_the_log_has_it(here: Office) -> None:
    plain = await childs_record(here)
    await here.above.do(Tap(token=f"u:c:{plain}:0"))
    page = await here.above.press("投诉或举报")
    assert "回执编号" in page.text and "✓ 认可" in labels(page)
    page = await here.above.press("↩ 退回")
    assert "哪一项要改" in page.text
    opened = [("complaint", "open", f"uuid:{plain}")] * 2
    assert (await log(here.village))[-2:] == opened


async def test_a_purpose_of_yesterday_does_for_no_reason_typed_today(here: Office) -> None:
    plain = await childs_record(here)
    await here.above.do(Tap(token=f"u:c:{plain}:0"))
    for button in ("走访", "↩ 退回", "整条记录"):
        await here.above.press(button)
    here.village.clock.turn(days=1)
    page = await here.above.say("请再核实")
    assert "未成年人" in page.text
    assert not await here.audited("return")


# --- what was seen -------------------------------------------------------------------------------


async def correct(mei: Talker) -> None:
    """The author follows what was sent back, and gives another depth."""
    await mei.press("去更正", next(paper for paper in mei.sheet[::-1] if "退回一条" in paper.text))
    await mei.say("3")
    await mei.press("提交")


async def test_a_version_that_nobody_has_seen_is_not_approved(here: Office, ask: Publish) -> None:
    page = await visited(here, ask)
    fine = page.button("✓ 认可").token
    for button in ("↩ 退回", "2"):
        await here.above.press(button)
    await here.above.say("请再量")
    await correct(here.mei)
    page = await here.above.do(Tap(token=fine))
    assert "这条记录已经变了" in page.text and "多深？\n→ 3" in page.text
    assert not await here.audited("approve")
    assert "✓ 已认可这条记录" in (await here.above.press("✓ 认可")).text


async def test_two_supervisors_do_not_undo_each_others_word(here: Office, ask: Publish) -> None:
    fine = (await visited(here, ask)).button("✓ 认可").token
    other = await here.village.staff(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP, "other")
    for button in ("↩ 退回", "2"):
        await here.above.press(button)
    await here.above.say("请再量")
    seen = await other.do(Tap(token=fine))
    assert "这条记录已经变了" in seen.text and "等走访员更正" in seen.text
    assert not await here.audited("approve")


async def test_a_reason_for_a_version_that_was_corrected_goes_nowhere(
    here: Office, ask: Publish
) -> None:
    await visited(here, ask)
    for button in ("↩ 退回", "2"):
        await here.above.press(button)
    other = await here.village.staff(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP, "other")
    (record,) = await here.village.records()
    await other.do(Tap(token=f"u:c:{record.instance_id.removeprefix('uuid:')}:0"))
    await other.press("✓ 认可")
    page = await here.above.say("请再量")
    assert "这条记录已经变了" in page.text and "✓ 已认可" in page.text
    assert not await here.audited("return")


async def test_a_second_tap_on_approve_says_the_same(here: Office, ask: Publish) -> None:
    page = await visited(here, ask)
    fine = page.button("✓ 认可").token
    for _ in range(2):
        page = await here.above.do(Tap(token=fine))
        assert "✓ 已认可" in page.text and "变了" not in page.text
    assert len(await here.audited("approve")) == 1
    assert "✓ 已认可" in (await reopen(here)).text

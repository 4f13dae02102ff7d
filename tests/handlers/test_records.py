"""What a worker handed in: found again, read, and corrected as long as it may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import pytest
from lxml import etree
from sqlalchemy import text

from core.messages import Tap
from storage.policy import OPERATOR, Role
from storage.submissions import Filter, Record
from tests.handlers.conftest import GRID, NEXT_GRID, VILLAGE, Publish, Village
from tests.handlers.paper import Paper, Talker
from tests.handlers.sampler import begin
from tests.handlers.test_submission import at_the_review

VISIT: Final = """
| settings | form_title | form_id | version |
|---|---|---|---|
| | 看井 | well | 1 |

| survey | type | name | label | required | constraint | constraint_message | calculation |
|---|---|---|---|---|---|---|---|
| | date | next | 下次哪天？ | yes | . >= today() and . <= today() + 3 | 三天以内。 | |
| | integer | depth | 多深？ | yes | | | |
| | image | photo | 照片？ | | | | |
| | calculate | alert_dispute | | | | | if(${depth} > 5, 1, 0) |
"""


async def handed_in(village: Village, ask: Publish, depth: str = "7") -> Talker:
    """A worker who has handed in one record about nobody, with a photo."""
    await ask("well", VISIT)
    mei = await village.worker()
    await fill(mei, depth)
    return mei


async def fill(mei: Talker, depth: str) -> None:
    """Hand in one more."""
    await mei.say("/menu")
    await mei.press("看井")
    await mei.say("明天")
    await mei.say(depth)
    await mei.photo(b"\xff\xd8\xffwell")
    await mei.press("提交")


async def open_record(mei: Talker, which: int = 0) -> Paper:
    """One record of the list, the newest unless `which` says another."""
    await mei.say("/records")
    return await mei.press(which)


async def correct(mei: Talker, depth: str) -> Paper:
    """Correct the depth in the newest record."""
    await open_record(mei)
    await mei.press("更正这条记录")
    await mei.press("✎ 2")
    await mei.say(depth)
    return await mei.press("提交")


async def all_versions(village: Village) -> Sequence[Record]:
    """Every version of every record, the newest first."""
    async with village.database.unit(OPERATOR, "test") as uow:
        return [one for one, _ in await uow.submissions.list(Filter(superseded=True))]


async def audited(village: Village, *actions: str) -> list[tuple[str, str]]:
    async with village.database.unit(OPERATOR, "test") as uow:
        rows = await uow.connection.execute(text("SELECT action, object FROM audit ORDER BY id"))
        return [(row.action, row.object) for row in rows if row.action in actions]


def labels(paper: Paper) -> list[str]:
    return [button.text for button in paper.buttons]


# --- finding and reading -------------------------------------------------------------------------


async def test_the_list_says_whom_what_and_when(village: Village) -> None:
    mei = await at_the_review(village)
    await mei.press("提交")
    await mei.press("菜单")
    page = await mei.press("我提交的记录")
    assert "共 1 条" in page.text
    assert labels(page) == ["HAAAAAA 王 入户走访 11-20", "菜单"]


async def test_somebody_who_handed_nothing_in_is_told_so(village: Village) -> None:
    mei = await village.worker()
    assert "还没有在这里提交过" in (await mei.say("/records")).text


async def test_the_newest_come_first_and_the_rest_on_further_pages(
    village: Village, ask: Publish
) -> None:
    mei = await handed_in(village, ask, "1")
    for depth in range(2, 11):
        village.clock.turn(minutes=1)
        await fill(mei, str(depth))
    page = await mei.say("/records")
    assert "共 10 条" in page.text
    assert "1 / 2" in labels(page)
    assert "多深？\n→ 10" in (await mei.press(0)).text
    messages = len(mei.sheet)
    await mei.press("返回列表")
    await mei.press("›")
    assert "多深？\n→ 1\n" in (await mei.press(1)).text
    assert len(mei.sheet) == messages  # in place


async def test_a_record_is_read_as_the_review_showed_it(village: Village) -> None:
    mei = await at_the_review(village)
    review = mei.open.text
    await mei.press("提交")
    page = await open_record(mei)
    (record,) = await village.records()
    answers = [line for line in review.splitlines() if line.startswith("→")]
    assert [line for line in page.text.splitlines() if line.startswith("→")] == answers
    assert record.instance_id[5:13].upper() in page.text
    assert "走访日期：2026-11-20" in page.text
    assert "2026-12-21 以前" in page.text
    assert await audited(village, "open") == [("open", "HAAAAAA"), ("open", record.instance_id)]


async def test_nobody_opens_another_s_record(village: Village, ask: Publish) -> None:
    mei = await handed_in(village, ask)
    token = (await mei.say("/records")).button(0).token
    colleague = await village.staff(Role.GRID_WORKER, GRID, "colleague")
    above = await village.staff(Role.TOWNSHIP_SUPERVISOR, VILLAGE, "above")
    for other in (colleague, above):
        for forged in (token, token.replace(":open:", ":correct:")):
            assert "打不开" in (await other.do(Tap(token=forged))).text
        assert "还没有" in (await other.say("/records")).text


async def test_who_works_elsewhere_now_leaves_the_records_behind(
    village: Village, ask: Publish
) -> None:
    mei = await handed_in(village, ask)
    token = (await mei.say("/records")).button(0).token
    async with village.database.unit(OPERATOR, "test") as uow:
        await uow.connection.execute(text(f"UPDATE account SET area_code = '{NEXT_GRID}'"))
    assert "打不开" in (await mei.do(Tap(token=token))).text
    assert "还没有" in (await mei.say("/records")).text


async def test_the_list_keeps_what_is_being_filled_in_as_a_draft(
    village: Village, ask: Publish
) -> None:
    mei = await handed_in(village, ask)
    await begin(village, ask, "numbers")
    await mei.say("/menu")
    await mei.press("看井")
    await mei.say("明天")
    assert "共 1 条" in (await mei.say("/records")).text
    assert (await village.values(mei))["next"] == "2026-11-22"


# --- correcting ----------------------------------------------------------------------------------


async def test_a_correction_is_a_new_version_and_the_former_is_kept(
    village: Village, ask: Publish
) -> None:
    mei = await handed_in(village, ask)
    (before,) = await village.records()
    village.clock.turn(days=10)
    receipt = await correct(mei, "9")
    now, former = await all_versions(village)
    assert former == replace(before, state="superseded")
    assert await village.records() == [now]
    assert (now.state, now.answers["depth"]) == ("submitted", 9)
    assert now.deprecated_id == former.instance_id != now.instance_id
    assert now.entered_at == village.clock.now()
    assert now.form_sha256 == former.form_sha256
    root = etree.fromstring(now.xml)
    assert root.findtext("{*}meta/{*}instanceID") == now.instance_id
    assert root.findtext("{*}meta/{*}deprecatedID") == former.instance_id
    for one in (now, former):
        assert one.instance_id[5:13].upper() in receipt.text
    assert await audited(village, "reopen", "correct") == [
        ("reopen", former.instance_id),
        ("correct", former.instance_id),
    ]


async def test_who_corrects_is_shown_first_what_has_changed(village: Village, ask: Publish) -> None:
    mei = await handed_in(village, ask)
    await open_record(mei)
    page = await mei.press("更正这条记录")
    assert "改了" not in page.text  # nothing yet
    await mei.press("✎ 2")
    page = await mei.say("12")
    head, whole = page.text.split("**1.**")[0], page.text
    assert "改了 1 项：\n\n多深？\n7 → **12**" in head
    assert "多深？\n→ 12" in whole and "提交" in labels(page)


async def test_the_list_shows_what_stands_now_and_that_it_was_corrected(
    village: Village, ask: Publish
) -> None:
    mei = await handed_in(village, ask)
    older = (await mei.say("/records")).button(0).token
    await correct(mei, "9")
    page = await mei.say("/records")
    assert "共 1 条" in page.text
    assert "（已更正）" in labels(page)[0]
    for opened in (await mei.press(0), await mei.do(Tap(token=older))):
        assert "多深？\n→ 9" in opened.text
        assert "这是更正后的记录" in opened.text


async def test_a_correction_can_be_corrected(village: Village, ask: Publish) -> None:
    mei = await handed_in(village, ask)
    for depth in ("9", "11"):
        village.clock.turn(minutes=1)
        await correct(mei, depth)
    third, second, first = await all_versions(village)
    assert [third.deprecated_id, second.deprecated_id] == [second.instance_id, first.instance_id]
    async with village.database.unit(OPERATOR, "test") as uow:
        versions = await uow.submissions.versions(second.instance_id)
    assert [one.instance_id for one in versions] == [
        one.instance_id for one in (first, second, third)
    ]


async def test_nothing_changes_until_the_correction_is_submitted(
    village: Village, ask: Publish
) -> None:
    mei = await handed_in(village, ask)
    (before,) = await village.records()
    await open_record(mei)
    review = await mei.press("更正这条记录")
    assert "正在更正" in review.text
    assert "多深？\n→ 7" in review.text
    await mei.press("✎ 2")
    await mei.say("9")
    assert await all_versions(village) == [before]
    await mei.say("/cancel")
    await mei.press("删除")
    assert await all_versions(village) == [before]
    await correct(mei, "8")
    assert [one.answers["depth"] for one in await village.records()] == [8]


async def test_to_correct_again_goes_on_with_the_draft(village: Village, ask: Publish) -> None:
    mei = await handed_in(village, ask)
    await open_record(mei)
    await mei.press("更正这条记录")
    await mei.press("✎ 2")
    await mei.say("9")
    menu = await mei.say("/menu")
    assert any(text.startswith("▶ 继续更正：看井") for text in labels(menu))
    await open_record(mei)
    again = await mei.press("更正这条记录")
    assert "多深？\n→ 9" in again.text
    assert len(await village.interviews(mei)) == 1
    fresh = village.restart()
    mei.steps, mei.sender = fresh.steps, fresh.sender
    await mei.press("提交")
    assert [one.answers["depth"] for one in await village.records()] == [9]


async def test_rules_read_the_day_on_which_the_record_was_handed_in(
    village: Village, ask: Publish
) -> None:
    mei = await handed_in(village, ask)
    village.clock.turn(days=20)  # the next visit, within three days, is long over
    await correct(mei, "9")
    now, _ = await all_versions(village)
    assert (now.answers["next"], now.answers["depth"]) == ("2026-11-22", 9)
    await open_record(mei)
    await mei.press("更正这条记录")
    await mei.press("✎ 1")
    assert "三天以内" in (await mei.say("2026-12-12")).text


async def test_photos_belong_to_all_versions(village: Village, ask: Publish) -> None:
    mei = await handed_in(village, ask)
    village.clock.turn(minutes=1)
    await correct(mei, "9")
    now, former = await all_versions(village)
    assert now.answers["photo"] == former.answers["photo"]
    async with village.database.unit(OPERATOR, "test") as uow:
        (row,) = await uow.connection.execute(text("SELECT submission_id FROM media"))
    assert row.submission_id == former.instance_id


async def test_an_alert_that_was_raised_is_not_raised_again(village: Village, ask: Publish) -> None:
    mei = await handed_in(village, ask)
    await correct(mei, "9")
    assert len(await audited(village, "alert")) == 1


async def test_a_correction_stays_on_the_version_of_its_record(
    village: Village, ask: Publish
) -> None:
    mei = await handed_in(village, ask)
    await ask("well", VISIT.replace("| well | 1 |", "| well | 2 |"))
    await open_record(mei)
    await mei.press("更正这条记录")
    (draft,) = await village.interviews(mei)
    await mei.say("/menu")
    await mei.say("/resume")
    assert not any("有了新版" in paper.text for paper in mei.sheet)
    await mei.do(Tap(token=f"v:{draft.id}"))
    await mei.press("提交")
    now, former = await all_versions(village)
    assert (now.form_version, former.form_version) == ("1", "1")


# --- no longer -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "may"), [(30, True), (31, False)])
async def test_a_record_can_be_corrected_for_thirty_days(
    village: Village, ask: Publish, days: int, may: bool
) -> None:
    mei = await handed_in(village, ask)
    village.clock.turn(days=days)
    page = await open_record(mei)
    assert ("更正这条记录" in " ".join(labels(page))) == may
    assert ("期限到 2026-12-21 为止" in page.text) == (not may)
    forged = (await mei.say("/records")).button(0).token.replace(":open:", ":correct:")
    await mei.do(Tap(token=forged))
    assert bool(await village.interviews(mei)) == may


async def test_a_correction_gives_no_more_time(village: Village, ask: Publish) -> None:
    mei = await handed_in(village, ask)
    village.clock.turn(days=29)
    await correct(mei, "9")
    village.clock.turn(days=2)
    assert "更正这条记录" not in " ".join(labels(await open_record(mei)))


async def test_a_form_says_for_how_many_days(village: Village, ask: Publish) -> None:
    mei = await handed_in(village, ask)
    async with village.database.unit(OPERATOR, "test") as uow:
        version = await uow.forms.published("well")
        assert version is not None
        source = await uow.forms.source(version.sha256)
        offer = replace(version.offer, correction_days=2)
        await uow.forms.publish(replace(version, offer=offer), source)
    assert "2026-11-23 以前" in (await open_record(mei)).text
    village.clock.turn(days=3)
    assert "更正这条记录" not in " ".join(labels(await open_record(mei)))


async def test_a_correction_that_comes_too_late_stays_a_draft(
    village: Village, ask: Publish
) -> None:
    mei = await handed_in(village, ask)
    (before,) = await village.records()
    await open_record(mei)
    await mei.press("更正这条记录")
    await mei.press("✎ 2")
    await mei.say("9")
    village.clock.turn(days=31)
    answer = await mei.press("提交")
    assert "不能再提交" in answer.text
    assert await all_versions(village) == [before]
    (draft,) = await village.interviews(mei)
    assert not draft.state["done"]
    assert (await village.values(mei))["depth"] == "9"


async def test_residents_have_no_records(village: Village) -> None:
    async with village.database.unit(OPERATOR, "test") as uow:
        person = await uow.register.person("PAAAAAA")
        assert person is not None
        code = await uow.invites.issue("messenger", person_id=person.id)
    wang = village.talker("9")
    await wang.say(f"/start {code}")
    assert "没有这个命令" in (await wang.say("/records")).text
    assert "没有" not in (await wang.do(Tap(token="s:page:0"))).text

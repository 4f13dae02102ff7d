"""A form gets a new version while somebody is filling it in."""

from __future__ import annotations

from dataclasses import replace

from storage.policy import OPERATOR, Role
from tests.handlers.conftest import GRID, Publish, Village

FIRST = """
| settings | form_title | form_id | version |
|---|---|---|---|
|  | 菜园 | garden | 1 |

| survey | type | name | label | required |
|---|---|---|---|---|
|  | text | crop | 种什么？ | yes |
|  | integer | rows | 几垄？ | yes |
|  | text | helper | 谁帮忙？ |  |
|  | text | note | 备注 |  |
"""
SECOND = """
| settings | form_title | form_id | version |
|---|---|---|---|
|  | 菜园 | garden | 2 |

| survey | type | name | label | required | constraint | constraint_message |
|---|---|---|---|---|---|---|
|  | begin_group | plants | 作物 |  |  |  |
|  | text | crop | 种什么？ | yes |  |  |
|  | end_group |  |  |  |  |  |
|  | integer | rows | 几垄？ | yes | . < 10 | 最多9垄。 |
|  | text | note | 备注 |  |  |  |
"""


async def test_a_running_interview_stays_on_its_version(village: Village, ask: Publish) -> None:
    await ask("garden", FIRST)
    mei = await village.staff(Role.GRID_WORKER, GRID)
    await mei.say("/menu")
    await mei.press("菜园")
    await mei.say("白菜")
    await ask("garden", SECOND)
    await mei.say("12")
    assert "谁帮忙" in mei.open.text


async def test_a_draft_moves_to_the_new_version_and_tells_what_did_not_fit(
    village: Village, ask: Publish
) -> None:
    await ask("garden", FIRST)
    mei = await village.staff(Role.GRID_WORKER, GRID)
    await mei.say("/menu")
    await mei.press("菜园")
    for answer in ("白菜", "12", "老李"):
        await mei.say(answer)
    await mei.say("/cancel")
    await mei.press("存为草稿")
    await ask("garden", SECOND)
    await mei.say("/resume")
    assert "备注" in mei.open.text
    offer = next(paper for paper in mei.sheet if "有了新版" in paper.text)
    moved = await mei.press("换到新版", offer)
    assert "谁帮忙？" in moved.text  # dropped
    assert "几垄？" in moved.text  # asked again: twelve is too many now
    await mei.say("9")
    await mei.press("跳过")
    assert "白菜" in mei.open.text
    receipt = await mei.press("提交")
    assert "已提交" in receipt.text


async def test_a_name_that_is_given_meanwhile_is_used_at_once(
    village: Village, ask: Publish
) -> None:
    await ask("garden", FIRST)
    mei = await village.staff(Role.GRID_WORKER, GRID)
    await mei.say("/menu")
    await mei.press("菜园")
    for answer in ("白菜", "12", "老李", "没有"):
        await mei.say(answer)
    assert "菜园" in mei.open.text
    async with village.database.unit(OPERATOR, "test") as uow:
        version = await uow.forms.published("garden")
        assert version is not None
        source = await uow.forms.source(version.sha256)
        done = await uow.forms.publish(replace(version, titles={"zh": "菜地"}), source)
        assert done == "updated"
    await mei.say("/menu")
    await mei.say("/resume")
    assert "菜地" in mei.open.text
    assert "菜地" in (await mei.press("提交")).text


async def test_somebody_elses_draft_cannot_be_moved(village: Village, ask: Publish) -> None:
    await ask("garden", FIRST)
    mei = await village.staff(Role.GRID_WORKER, GRID)
    await mei.say("/menu")
    await mei.press("菜园")
    await mei.say("白菜")
    await mei.say("/cancel")
    await mei.press("存为草稿")
    await ask("garden", SECOND)
    await mei.say("/resume")
    offer = next(paper for paper in mei.sheet if "有了新版" in paper.text)
    other = await village.staff(Role.GRID_WORKER, GRID, "other")
    answer = await other.press("换到新版", offer)
    assert "已经提交或删除" in answer.text

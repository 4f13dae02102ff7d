"""Leaving a form before its end, and coming back to it."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from core.messages import Other, Tap
from storage.policy import OPERATOR
from tests.handlers.conftest import Publish, Village
from tests.handlers.paper import Talker
from tests.handlers.sampler import begin


async def half_way(village: Village, ask: Publish) -> Talker:
    mei = await begin(village, ask, "numbers")
    await mei.say("first")
    return mei


async def test_cancel_asks_what_is_to_become_of_the_form(village: Village, ask: Publish) -> None:
    mei = await half_way(village, ask)
    await mei.say("/cancel")
    assert "还没有提交" in mei.last.text
    assert [button.text for button in mei.last.buttons] == [
        "继续填写",
        "存为草稿，以后再填",
        "删除这份草稿",
    ]
    assert len(await village.interviews(mei)) == 1


async def test_a_draft_that_is_kept_is_taken_up_again(village: Village, ask: Publish) -> None:
    mei = await half_way(village, ask)
    await mei.say("/cancel")
    menu = await mei.press("存为草稿")
    assert "▶ 继续：numbers 11-21" in [button.text for button in menu.buttons]
    await mei.say("/resume")
    assert "接着填" in mei.open.text
    assert "How many live here?" in mei.open.text
    assert (await village.values(mei))["remark"] == "first"


async def test_a_draft_that_is_dropped_is_gone(village: Village, ask: Publish) -> None:
    mei = await half_way(village, ask)
    await mei.say("/cancel")
    menu = await mei.press("删除这份草稿")
    assert not any("继续" in button.text for button in menu.buttons)
    assert await village.interviews(mei) == []
    assert "没有未完成的表" in (await mei.say("/resume")).text


async def test_staying_asks_the_question_again(village: Village, ask: Publish) -> None:
    mei = await half_way(village, ask)
    await mei.say("/cancel")
    await mei.press("继续填写")
    assert "How many live here?" in mei.open.text
    await mei.say("4")
    assert (await village.values(mei))["people"] == "4"


async def test_an_answer_at_this_point_is_not_taken_for_one(village: Village, ask: Publish) -> None:
    mei = await half_way(village, ask)
    await mei.say("/cancel")
    before = await village.stored(mei)
    for event in (Other(what="sticker"), Tap(token="q:ABCDEFGH:1:s"), Tap(token="x:ABCDEFGH:drop")):
        asked = mei.last
        await mei.do(event)
        assert "怎么办" in mei.last.text
        assert mei.last is not asked
        assert asked.buttons == []
    await mei.say("4")
    assert "怎么办" in mei.last.text
    assert await village.stored(mei) == before


async def test_a_forged_word_asks_again(village: Village, ask: Publish) -> None:
    mei = await half_way(village, ask)
    await mei.say("/cancel")
    (draft,) = await village.interviews(mei)
    asked = mei.last
    await mei.do(Tap(token=f"x:{draft.id}:burn"))
    assert "怎么办" in mei.last.text
    assert mei.last is not asked
    assert len(await village.interviews(mei)) == 1


@pytest.mark.parametrize("command", ["/cancel", "/resume"])
async def test_without_a_form_there_is_nothing_to_leave(village: Village, command: str) -> None:
    mei = await village.worker()
    reply = await mei.say(command)
    assert "没有" in reply.text
    assert "我的走访户" in reply.buttons[0].text


async def test_several_drafts_are_offered(village: Village, ask: Publish) -> None:
    mei = await half_way(village, ask)
    await mei.say("/menu")
    await mei.press("numbers")
    await mei.say("second")
    await mei.say("/menu")
    menu = await mei.say("/resume")
    assert "有几份未完成的表" in menu.text
    assert len([button for button in menu.buttons if "继续" in button.text]) == 2


async def test_a_form_goes_on_after_a_restart(village: Village, ask: Publish) -> None:
    mei = await half_way(village, ask)
    fresh = village.restart()
    mei.steps, mei.sender = fresh.steps, fresh.sender
    await mei.say("/resume")
    assert "How many live here?" in mei.open.text
    await mei.say("4")
    answers = await village.values(mei)
    assert (answers["remark"], answers["people"]) == ("first", "4")


async def test_an_answer_right_after_a_restart_counts(village: Village, ask: Publish) -> None:
    mei = await half_way(village, ask)
    fresh = village.restart()
    mei.steps, mei.sender = fresh.steps, fresh.sender
    await mei.say("4")
    assert (await village.values(mei))["people"] == "4"


async def test_a_state_that_no_longer_loads_leads_to_the_menu_with_the_draft(
    village: Village, ask: Publish
) -> None:
    mei = await half_way(village, ask)
    async with village.database.unit(OPERATOR, "test") as uow:
        chat = await uow.conversations.load("paper", mei.address, "zh")
        chat.state = {"version": 99, "state": {"kind": "dreaming"}}
        await uow.conversations.save(chat)
    reply = await mei.say("4")
    assert "没看懂" in reply.text
    assert "▶ 继续：numbers 11-21" in [button.text for button in reply.buttons]
    await mei.press("继续")
    assert "How many live here?" in mei.open.text


async def test_a_form_taken_up_in_another_chat_is_not_answered_blindly_in_the_first(
    village: Village, ask: Publish
) -> None:
    mei = await half_way(village, ask)
    assert mei.account is not None
    async with village.database.unit(OPERATOR, "test") as uow:
        chat = await uow.conversations.load("paper", "her other phone", "zh")
        await uow.conversations.bind(chat, account_id=mei.account, person_id=None)
    other = village.talker("her other phone")
    await other.say("/menu")
    await other.press("继续")
    await other.say("4")
    assert "How many rooms?" in other.open.text

    await mei.say("2")  # the first phone still shows how many live here
    assert "How many rooms?" in mei.open.text
    assert "rooms" not in await village.values(mei)
    await mei.say("3")
    assert (await village.values(mei))["rooms"] == "3"


async def test_a_form_that_was_submitted_in_another_chat_is_gone(
    village: Village, ask: Publish
) -> None:
    mei = await half_way(village, ask)
    async with village.database.unit(OPERATOR, "test") as uow:
        await uow.connection.execute(text("UPDATE interview SET status = 'submitted'"))
    assert "已经提交或删除" in (await mei.say("4")).text
    assert "我的走访户" in (await mei.say("/menu")).buttons[0].text


async def test_leaving_from_the_review_comes_back_to_the_review(
    village: Village, ask: Publish
) -> None:
    mei = await half_way(village, ask)
    for typed in ("4", "2", "60", "7", "end"):
        await mei.say(typed)
    await mei.say("/cancel")
    await mei.press("存为草稿")
    await mei.say("/resume")
    assert "请检查" in mei.open.text
    assert "接着填" in mei.open.text


async def test_every_draft_can_be_reached_page_by_page(village: Village, ask: Publish) -> None:
    mei = await half_way(village, ask)
    for _ in range(6):
        await mei.say("/menu")
        await mei.press(next(b.text for b in mei.open.buttons if b.text == "numbers"))
        await mei.say("x")
    menu = await mei.say("/menu")
    first = {button.token for button in menu.buttons if "继续" in button.text}
    assert len(first) == 2
    found = set(first)
    for more in (2, 2, 1):
        menu = await mei.press("›")
        further = {button.token for button in menu.buttons if "继续" in button.text}
        assert len(further) == more
        assert not found & further
        found |= further

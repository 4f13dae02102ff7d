"""What people do with messages on Telegram: change, forward, send together, delete, block."""

from __future__ import annotations

import pytest

from storage.policy import Role
from tests.contract.forms import PNG
from tests.contract.house import Running
from tests.contract.people import OnTelegram
from tests.emulator import faults


async def begin(house: Running, form: str = "tour", first: str = "Remark?") -> OnTelegram:
    """A worker before the first question of a form."""
    mei = await house.join()
    assert isinstance(mei, OnTelegram)
    await mei.press(form)
    await mei.asked(first)
    return mei


async def test_a_changed_message_corrects_the_last_answer(telegram_house: Running) -> None:
    mei = await begin(telegram_house)
    remark = await mei.user.say("well")
    await mei.asked("How many live here?")
    people = await mei.user.say("4")
    await mei.asked("Which day?")
    await mei.user.edit(people, "5")
    assert "5" in (await mei.sees("更正")).text
    assert "Which day?" in mei.last.text
    await mei.user.edit(people, "31")
    assert "Thirty at most." in (await mei.asked("Which day?")).text
    await mei.user.edit(remark, "ill")
    await mei.sees("不会改变")
    await mei.press("今天")
    await mei.asked("Best fruit?")
    await mei.user.edit(people, "6")
    await mei.sees("不会改变")
    assert await telegram_house.values() >= {("remark", "well"), ("people", "5")}


async def test_a_changed_message_corrects_at_the_review_too(telegram_house: Running) -> None:
    mei = await begin(telegram_house, "shown", "What do you see?")
    seen = await mei.user.say("a well")
    await mei.asked("请检查")
    await mei.user.edit(seen, "a dry well")
    assert "a dry well" in (await mei.sees("更正")).text
    await mei.press("提交")
    await mei.sees("已提交")
    (record,) = await telegram_house.records()
    assert record.answers["seen"] == "a dry well"


async def test_an_album_gives_its_first_photo_and_one_kind_word(telegram_house: Running) -> None:
    mei = await begin(telegram_house, "album", "The house?")
    for _ in range(3):
        await mei.user.photo(PNG, album="777")
    assert "The door?" in (await mei.sees("只能收一张照片")).text
    await telegram_house.telegram.quiet()
    await mei.press("跳过")
    await mei.asked("Anything else?")
    said = [event for event in mei.user.chat.events if "只能收一张照片" in event.get("text", "")]
    assert len(said) == 1
    named = {name for name, _ in await telegram_house.values()}
    assert named - {"instanceID"} == {"house"}


async def test_an_album_that_nobody_asked_for_gets_one_kind_word(telegram_house: Running) -> None:
    mei = await begin(telegram_house)
    for _ in range(4):
        await mei.user.photo(PNG, album="778")
    await mei.sees("不需要照片")
    await telegram_house.telegram.quiet()
    await mei.says("well")
    await mei.asked("How many live here?")
    asked = [event for event in mei.user.chat.events if "Remark?" in event.get("text", "")]
    assert len([event for event in asked if "不需要照片" in event["text"]]) == 1


async def test_only_ones_own_forwarded_words_are_an_answer(telegram_house: Running) -> None:
    mei = await begin(telegram_house)
    lan = telegram_house.telegram.user(2002, "Lan")
    await mei.user.forward("Lan says so", lan)
    assert "Remark?" in (await mei.sees("转发")).text
    await mei.user.forward("I said so", mei.user)
    await mei.asked("How many live here?")
    assert await telegram_house.values() >= {("remark", "I said so")}


async def test_an_edit_that_would_change_nothing_is_done(telegram_house: Running) -> None:
    mei = await begin(telegram_house)
    await to_villages(mei)
    shown = await mei.asked("Home village?")
    await mei.press("1 / 2")  # the page that is shown already
    await mei.press("›")
    assert (await mei.asked("Home village?")).id == shown.id
    calls = telegram_house.telegram.calls
    assert [call.status for call in calls if call.method == "editMessageText"].count(400) == 1


async def test_a_question_too_old_to_change_is_asked_anew(telegram_house: Running) -> None:
    mei = await begin(telegram_house)
    await to_villages(mei)
    shown = await mei.asked("Home village?")
    mei.user.outlive(mei.user.answers[-1])
    await mei.press("›")
    anew = await mei.asked("Home village?")
    assert anew.id != shown.id
    await mei.press("Village 12")
    assert (await mei.sees("Village 12")).id == anew.id
    await mei.asked("Where is it?")


async def to_villages(mei: OnTelegram) -> None:
    """On to the question with two pages of choices."""
    await mei.press("跳过")
    await mei.asked("How many live here?")
    for question in ("Which day?", "Best fruit?", "Which fruits?"):
        await mei.press("跳过")
        await mei.asked(question)
    await mei.press("完成")


async def test_who_blocked_the_bot_is_written_to_no_more_and_the_supervisor_hears_of_it(
    telegram_house: Running,
) -> None:
    supervisor = await telegram_house.join(Role.TOWNSHIP_SUPERVISOR)
    account, code = await telegram_house.hire()
    mei = await telegram_house.enter(await telegram_house.invite(account))
    assert isinstance(mei, OnTelegram)
    await mei.user.block()
    await mei.says("/help")
    told = await supervisor.sees("联系不上")
    assert code in told.text
    assert "周敏" not in told.text
    assert not await telegram_house.reachable(account)
    await mei.user.unblock()
    await mei.says("/menu")
    await mei.sees("今天要做什么")
    assert await telegram_house.reachable(account)
    assert len([shown for shown in supervisor.chat if "联系不上" in shown.text]) == 1


async def test_every_tap_is_acknowledged_and_a_failure_of_that_is_no_failure(
    telegram_house: Running,
) -> None:
    mei = await begin(telegram_house)
    telegram = telegram_house.telegram
    telegram.fail_next("answerCallbackQuery", faults.cut(), faults.server_error())
    await to_villages(mei)
    await mei.asked("Home village?")
    await telegram.until(lambda: len(telegram.called("answerCallbackQuery")) == 6)
    assert mei.user.toasts == [""] * 4


async def test_flood_control_holds_answers_up_and_loses_none(telegram_house: Running) -> None:
    mei = await begin(telegram_house)
    telegram = telegram_house.telegram
    telegram.fail_next("sendMessage", faults.flood(1))
    await mei.says("well")
    await telegram.until(lambda: telegram.calls[-1].status == 429)
    await mei.says("/help")
    first = await mei.asked("How many live here?")
    assert "每次问一题" not in first.text
    await mei.asked("每次问一题")


@pytest.mark.parametrize("telegram_house", ["aiogram webhook", "ptb webhook"], indirect=True)
async def test_updates_in_any_order_are_all_handled_and_none_twice(
    telegram_house: Running,
) -> None:
    telegram = telegram_house.telegram
    people = [await begin(telegram_house) for _ in range(3)]
    await telegram.hooks.hold()
    telegram.hooks.copies = 2
    for mei in people:
        await mei.press("跳过")
        await mei.says("/help")
    await telegram.hooks.release(seed=11)
    await telegram.quiet()
    for mei in people:
        await mei.says("4")
        await mei.asked("Which day?")

"""Who comes in by a link, what commands say, and in which language."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

from storage.policy import Role
from tests.contract.house import Running
from tests.contract.people import OnTheWeb

STRANGERS = ["start", "pension", "help", "language"]


async def test_a_link_lets_in_once(house: Running) -> None:
    account, _ = await house.hire()
    token = await house.invite(account)
    mei = await house.enter(token)
    assert "tour" in mei.last.labels
    if house.on_telegram:
        thief = await house.stranger()
        await thief.says(f"/start {token}")
        assert "tour" not in (await thief.sees("邀请码")).labels
    else:
        async with (
            aiohttp.ClientSession(house.url) as session,
            session.post(f"/sign-in/{token}") as answer,
        ):
            assert answer.status == 410


async def test_commands_work_in_the_middle_of_a_form_and_lose_nothing(house: Running) -> None:
    mei = await house.join()
    await mei.press("tour")
    await mei.asked("Remark?")
    await mei.says("kept")
    await mei.asked("How many live here?")
    await mei.says("/help")
    await mei.asked("How many live here?")
    await mei.says("/nonsense")
    await mei.sees("没有这个命令")
    await mei.says("/cancel")
    await mei.sees("还没有提交")
    await mei.press("存为草稿")
    await mei.sees("今天要做什么")
    await mei.says("/resume")
    await mei.asked("How many live here?")
    await mei.says("/menu")
    assert any("继续" in label for label in (await mei.sees("今天要做什么")).labels)


async def test_the_language_can_be_changed_in_the_middle_of_a_form(house: Running) -> None:
    mei = await house.join()
    await mei.press("tour")
    await mei.asked("Remark?")
    await mei.says("/language")
    asked = await mei.sees("Please choose a language")
    await mei.press("English")
    assert (await mei.sees("I speak English now.")).id == asked.id
    assert (await mei.asked("Remark?")).label("Skip") == "Skip ›"


async def test_an_old_button_gets_a_kind_word_and_changes_nothing(house: Running) -> None:
    mei = await house.join()
    await mei.press("tour")
    old = await mei.asked("Remark?")
    await mei.says("first")
    await mei.asked("How many live here?")
    await mei.press("跳过", on=old)
    assert "How many live here?" in (await mei.sees("过时")).text
    await mei.says("4")
    await mei.asked("Which day?")


async def test_what_is_handed_over_twice_counts_once(house: Running) -> None:
    mei = await house.join()
    await mei.press("tour")
    await mei.asked("Remark?")
    if isinstance(mei, OnTheWeb):
        said = {"kind": "text", "text": "once"}
        key = "00000000-0000-4000-8000-000000000001"
        await asyncio.gather(*(mei.post(said, client_id=key) for _ in range(3)))
    elif house.posts:
        house.telegram.hooks.copies = 3
        await mei.says("once")
    else:
        await mei.says("once")
        (update,) = house.telegram.world.updates
        await house.telegram.quiet()
        house.telegram.world.updates += [update, update]
        await house.telegram.world.notify()
    await mei.asked("How many live here?")
    if house.on_telegram:
        await house.telegram.quiet()
    await mei.says("/help")
    await mei.asked("How many live here?")
    asked = [shown for shown in mei.chat if "How many live here?" in shown.text]
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("role", "names"),
    [
        (
            Role.GRID_WORKER,
            ["menu", "owe", "resume", "records", "pension", "cancel", "language", "help"],
        ),
        (
            Role.AUDITOR,
            ["menu", "pension", "proxies", "mydata", "notice", "language", "help"],
        ),
    ],
)
async def test_the_command_menu_is_that_of_the_role_in_ones_language(
    telegram_house: Running, role: Role, names: list[str]
) -> None:
    telegram = telegram_house.telegram
    await telegram_house.join(role)
    mine = ("chat:1001", "")
    await telegram.until(lambda: mine in telegram.world.commands)
    menu = telegram.world.commands[mine]
    assert [entry["command"] for entry in menu] == names
    assert menu[0]["description"] == "打开主菜单"
    strangers = telegram.world.commands["default", "en"]
    assert [entry["command"] for entry in strangers] == STRANGERS
    (someone,) = telegram_house.people
    await someone.says("/language")
    await someone.sees("Please choose")
    await someone.press("English")
    await someone.sees("I speak English now.")
    await telegram.until(lambda: telegram.world.commands[mine][0]["description"] == "Open the menu")


async def test_a_stranger_is_told_how_to_come_in(telegram_house: Running) -> None:
    mei = await telegram_house.stranger("en-GB")
    await mei.says("hello")
    assert "invite code" in (await mei.sees("/start")).text
    await mei.says("/language")
    await mei.sees("Please choose a language")
    await mei.press("中文")
    await mei.sees("邀请码")


async def test_a_group_is_politely_refused(telegram_house: Running) -> None:
    group = telegram_house.telegram.group()
    mei = await telegram_house.stranger()
    await mei.user.say("/start@zoufang_test_bot", group)
    await mei.user.say("大家好", group)
    await mei.user.say("/help@zoufang_test_bot", group)
    await telegram_house.telegram.until(lambda: len(group.messages) == 5)
    said = [message for message in group.messages if message.from_bot]
    assert len(said) == 2
    assert all("不在群里" in message.text and not message.buttons for message in said)


async def test_a_group_that_became_a_supergroup_is_answered_there(
    telegram_house: Running,
) -> None:
    telegram = telegram_house.telegram
    group = telegram.group()
    new = await group.migrate()
    mei = await telegram_house.stranger()
    await mei.user.say("/start", group)
    await telegram.until(lambda: any(message.from_bot for message in new.messages[1:]))
    assert "不在群里" in new.messages[-1].text

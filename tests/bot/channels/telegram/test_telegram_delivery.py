"""Replies and files over real HTTP."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

from bot.channels.telegram import TelegramChannel
from core.messages import (
    Button,
    Contact,
    Entry,
    File,
    Inbound,
    Location,
    MenuCommand,
    Picture,
    Reply,
    Tap,
)
from core.ports import NotNow, Undeliverable
from tests.bot.channels.telegram.rig import PNG, Pauses, Running
from tests.emulator import Emulator, Message, User, faults
from tests.emulator.server import DOWNLOAD
from tests.patience import PATIENCE

YES = Button(text="Yes", token="q1.1")
QUESTION = Reply(text="**Ok?**", buttons=((YES,),), slot="q1")


async def test_a_reply_arrives_with_its_marks_and_buttons(
    channel: TelegramChannel, mei: User
) -> None:
    receipt = await channel.deliver("1001", QUESTION, None)
    message = await mei.expects("Ok?")
    assert receipt.message == str(message.id)
    assert message.buttons == [["Yes"]]
    assert message.raw["entities"] == [{"type": "bold", "offset": 0, "length": 3}]


async def test_a_question_turns_into_its_answer(channel: TelegramChannel, mei: User) -> None:
    receipt = await channel.deliver("1001", QUESTION, None)
    edited = await channel.deliver("1001", Reply(text="Ok? · ✓ Yes", edits="q1"), receipt.message)
    assert edited == receipt
    (message,) = mei.answers
    assert (message.text, message.buttons) == ("Ok? · ✓ Yes", [])


async def test_an_edit_that_changes_nothing_is_done(channel: TelegramChannel, mei: User) -> None:
    receipt = await channel.deliver("1001", QUESTION, None)
    assert await channel.deliver("1001", QUESTION, receipt.message) == receipt
    assert len(mei.answers) == 1


async def test_a_message_that_is_gone_is_sent_anew(channel: TelegramChannel, mei: User) -> None:
    receipt = await channel.deliver("1001", QUESTION, None)
    await mei.delete(mei.answers[0])
    again = await channel.deliver("1001", QUESTION, receipt.message)
    assert again != receipt
    assert [message.buttons for message in mei.answers] == [[["Yes"]]]


async def test_a_message_that_is_too_old_is_sent_anew(
    channel: TelegramChannel, telegram: Emulator, mei: User
) -> None:
    receipt = await channel.deliver("1001", QUESTION, None)
    too_old = faults.error(400, "Bad Request: message can't be edited")
    telegram.fail_next("editMessageText", too_old)
    assert await channel.deliver("1001", QUESTION, receipt.message) != receipt
    assert len(mei.answers) == 2


async def test_a_long_text_arrives_whole_with_the_buttons_at_its_end(
    channel: TelegramChannel, mei: User
) -> None:
    text = "\n\n".join(f"第{n}段" + "走访👵" * 200 for n in range(12))
    receipt = await channel.deliver("1001", Reply(text=text, buttons=((YES,),)), None)
    assert "\n\n".join(message.text for message in mei.answers) == text
    assert [message.buttons for message in mei.answers] == [[], [], [["Yes"]]]
    assert receipt.message == str(mei.answers[-1].id)


async def test_pictures_arrive_as_photo_and_as_file(
    channel: TelegramChannel, telegram: Emulator, mei: User
) -> None:
    photo = Picture(media="map", name="map.png", mime="image/png")
    file = Picture(media="map", name='家 "map".png', mime="image/png", as_file=True)
    await channel.deliver("1001", Reply(text="Here", pictures=(photo, file)), None)
    first, second, words = mei.answers
    assert "photo" in first.raw
    assert second.raw["document"]["file_name"] == "家 'map'.png"
    assert words.text == "Here"
    assert telegram.world.files[first.file_id()][1].content == PNG


async def test_a_picture_that_telegram_refuses_does_not_silence_the_words(
    telegram: Emulator, channel: TelegramChannel, mei: User
) -> None:
    refusal = faults.error(400, "Bad Request: PHOTO_INVALID_DIMENSIONS")
    telegram.fail_next("sendPhoto", refusal)
    photo = Picture(media="map", name="map.png", mime="image/png")
    receipt = await channel.deliver("1001", Reply(text="Here", pictures=(photo,)), None)
    assert [message.text for message in mei.answers] == ["Here"]
    assert receipt.message == str(mei.answers[0].id)


async def test_a_picture_that_is_gone_does_not_silence_the_words(
    channel: TelegramChannel, mei: User
) -> None:
    lost = Picture(media="lost", name="x.png", mime="image/png")
    await channel.deliver("1001", Reply(text="Here", pictures=(lost,)), None)
    assert [message.text for message in mei.answers] == ["Here"]


async def test_flood_control_says_when(
    channel: TelegramChannel, telegram: Emulator, mei: User
) -> None:
    for parameters in (True, False):
        telegram.fail_next("sendMessage", faults.flood(12, parameters=parameters))
        with pytest.raises(NotNow) as wait:
            await channel.deliver("1001", QUESTION, None)
        assert wait.value.after == 12


@pytest.mark.parametrize(
    "fault",
    [faults.server_error(), faults.garbage(), faults.cut(), faults.garbage(500, '{"ok": false}')],
)
async def test_a_broken_line_is_not_the_end(
    channel: TelegramChannel, telegram: Emulator, mei: User, fault: faults.Fault
) -> None:
    telegram.fail_next("sendMessage", fault)
    with pytest.raises(NotNow):
        await channel.deliver("1001", QUESTION, None)
    await channel.deliver("1001", QUESTION, None)
    assert len(mei.answers) == 1


async def test_a_reply_held_up_in_the_middle_does_not_begin_again(
    channel: TelegramChannel, telegram: Emulator, mei: User, pauses: Pauses
) -> None:
    photo = Picture(media="map", name="map.png", mime="image/png")
    telegram.fail_next("sendMessage", faults.flood(2), faults.server_error())
    await channel.deliver("1001", Reply(text="Here", pictures=(photo,)), None)
    assert ["photo" in message.raw for message in mei.answers] == [True, False]
    assert pauses.seconds == [2, 1.0]


async def test_a_reply_may_bring_the_chats_own_command_menu(
    channel: TelegramChannel, telegram: Emulator, mei: User
) -> None:
    menu = (MenuCommand(name="menu", description="Open the menu"),)
    for _ in range(2):
        await channel.deliver("1001", Reply(text="Welcome", commands=menu), None)
    shown = [{"command": "menu", "description": "Open the menu"}]
    assert telegram.world.commands == {("chat:1001", ""): shown}
    assert len(telegram.called("setMyCommands")) == 1


async def test_a_command_menu_that_can_not_be_set_holds_nothing_up(
    channel: TelegramChannel, telegram: Emulator, mei: User
) -> None:
    telegram.fail_next("setMyCommands", faults.flood(9))
    menu = (MenuCommand(name="menu", description="Open the menu"),)
    await channel.deliver("1001", Reply(text="Welcome", commands=menu), None)
    assert [message.text for message in mei.answers] == ["Welcome"]


async def test_a_group_that_became_a_supergroup_is_followed(
    channel: TelegramChannel, telegram: Emulator
) -> None:
    group = telegram.group()
    receipt = await channel.deliver("-4001", QUESTION, None)
    new = await group.migrate()
    await channel.deliver("-4001", Reply(text="Hello"), None)
    await channel.deliver("-4001", Reply(text="Ok? · ✓ Yes"), receipt.message)
    said = [message.text for message in new.messages if message.from_bot]
    assert said[1:] == ["Hello", "Ok? · ✓ Yes"]


async def test_nobody_writes_to_who_blocked_the_bot(channel: TelegramChannel, mei: User) -> None:
    await mei.block()
    with pytest.raises(Undeliverable, match="blocked"):
        await channel.deliver("1001", QUESTION, None)
    await mei.unblock()
    await channel.deliver("1001", QUESTION, None)


@pytest.mark.parametrize("address", ["2002", "nobody"])
async def test_an_unknown_chat_is_never_reached(channel: TelegramChannel, address: str) -> None:
    with pytest.raises(Undeliverable, match="chat not found"):
        await channel.deliver(address, QUESTION, None)


async def test_content_that_telegram_refuses_is_never_sent(
    channel: TelegramChannel, mei: User
) -> None:
    crowd = tuple((Button(text=str(n), token=str(n)),) for n in range(101))
    with pytest.raises(Undeliverable, match="too long"):
        await channel.deliver("1001", Reply(text="?", buttons=crowd), None)


async def test_a_tap_is_acknowledged_once_and_never_fails(
    channel: TelegramChannel, telegram: Emulator, mei: User, running: Running
) -> None:
    taps: list[Inbound] = []

    async def receive(inbound: Inbound) -> None:
        taps.append(inbound)
        if len(taps) == 2:
            telegram.fail_next("answerCallbackQuery", faults.cut())
        await channel.acknowledge(inbound)
        await channel.acknowledge(inbound)

    await channel.deliver("1001", QUESTION, None)
    message = await mei.expects("Ok?")
    await mei.press(message, "Yes")
    await mei.press(message, "Yes")
    async with running(receive):
        await telegram.quiet()
        await telegram.until(lambda: len(telegram.called("answerCallbackQuery")) == 2)
    assert [inbound.event for inbound in taps] == [Tap(token="q1.1")] * 2
    assert {inbound.message for inbound in taps} == {str(message.id)}
    assert mei.toasts == [""]


async def test_what_a_person_sent_is_taken_out_of_the_chat_and_trouble_with_it_is_none(
    channel: TelegramChannel, telegram: Emulator, mei: User, running: Running
) -> None:
    async def receive(inbound: Inbound) -> None:
        await channel.erase(inbound)
        await channel.erase(inbound)  # it is gone: nothing happens
        await channel.erase(inbound.model_copy(update={"message": None}))

    sent = await mei.say("110105")
    async with running(receive):
        await telegram.quiet()
        await telegram.until(lambda: len(telegram.called("deleteMessage")) == 2)
    assert sent.id not in [one.id for one in mei.messages]


async def test_a_photo_comes_in_and_is_fetched(
    channel: TelegramChannel, telegram: Emulator, mei: User, running: Running
) -> None:
    files: list[bytes] = []

    async def receive(inbound: Inbound) -> None:
        assert isinstance(inbound.event, File)
        files.append(await channel.fetch(inbound.event.file_id))

    await mei.photo(PNG, caption="屋顶")
    await mei.document(b"%PDF", "a.pdf", "application/pdf")
    await mei.voice(b"OggS")
    async with running(receive):
        await telegram.quiet()
    assert files == [PNG, b"%PDF", b"OggS"]


async def test_a_file_that_is_gone_or_too_large_is_never_fetched(
    channel: TelegramChannel, mei: User
) -> None:
    huge = await mei.document(b"x" * 20_000_001, "big.bin", "application/octet-stream")
    for file_id in (huge.file_id(), "unknown"):
        with pytest.raises(Undeliverable):
            await channel.fetch(file_id)


async def test_a_download_that_breaks_may_go_through_later(
    channel: TelegramChannel, telegram: Emulator, mei: User
) -> None:
    file_id = (await mei.photo(PNG)).file_id()
    telegram.fail_next("getFile", faults.garbage())
    with pytest.raises(NotNow):
        await channel.fetch(file_id)
    assert await channel.fetch(file_id) == PNG


async def test_what_a_proxy_says_in_place_of_a_file_is_not_the_file(
    channel: TelegramChannel, telegram: Emulator, mei: User
) -> None:
    file_id = (await mei.photo(PNG)).file_id()
    for wrong in (faults.garbage(200, "{"), faults.garbage(200, "")):
        telegram.fail_next(DOWNLOAD, wrong)
        with pytest.raises(NotNow):
            await channel.fetch(file_id)
    assert await channel.fetch(file_id) == PNG


@pytest.mark.parametrize("kind", ["location", "contact"])
async def test_the_keyboard_for_a_place_or_a_number_comes_and_goes(
    channel: TelegramChannel, telegram: Emulator, mei: User, running: Running, kind: str
) -> None:
    asked = Reply(
        text="您在哪里？", buttons=((Button(text="跳过", token="s"),),), slot="q2",
        entry=Entry.model_validate({"kind": kind}),
    )  # fmt: skip
    receipt = await channel.deliver("1001", asked, None)
    assert f"request_{kind}" in str(mei.keyboard)
    got: list[Inbound] = []

    async def receive(inbound: Inbound) -> None:
        got.append(inbound)

    await (mei.location(34.25, 108.94, 10) if kind == "location" else mei.contact("+86100"))
    async with running(receive):
        await telegram.quiet()
    assert isinstance(got[0].event, Location | Contact)
    await channel.deliver("1001", Reply(text="✓", edits="q2"), receipt.message)
    await channel.deliver("1001", QUESTION.model_copy(update={"keyboard_up": True}), None)
    assert mei.keyboard is None
    assert sum("remove_keyboard" in str(sent) for sent in telegram.called("sendMessage")) == 1


async def test_a_receipt_tells_how_many_messages_it_took(
    channel: TelegramChannel, mei: User
) -> None:
    picture = Picture(media="map", name="map.png", mime="image/png")
    long = Reply(text="\n\n".join(["走访" * 700] * 6), pictures=(picture,))
    receipt = await channel.deliver("1001", long, None)
    assert receipt.calls == len(mei.answers) > 3


@pytest.mark.parametrize("fault", [faults.flood(12), faults.flood(12, parameters=False)])
async def test_a_pause_that_is_asked_of_the_whole_bot_is_kept_by_all_chats(
    channel: TelegramChannel, telegram: Emulator, mei: User, fault: faults.Fault
) -> None:
    telegram.fail_next("getFile", fault)
    with pytest.raises(NotNow) as refused:
        await channel.fetch("any")
    assert refused.value.after == 12
    before = len(telegram.calls)
    with pytest.raises(NotNow) as wait:
        await channel.deliver("1001", QUESTION, None)
    assert (wait.value.after, wait.value.whole_channel) == (12, True)
    assert len(telegram.calls) == before


async def test_deliveries_to_several_people_go_side_by_side(
    channel: TelegramChannel, telegram: Emulator, mei: User
) -> None:
    lan = telegram.user(1002, "Lan")
    await lan.say("hello")
    telegram.fail_next("sendMessage", faults.stall(0.2))
    await asyncio.gather(
        channel.deliver("1001", Reply(text="slow"), None),
        channel.deliver("1002", Reply(text="quick"), None),
    )
    assert [call.params["text"] for call in telegram.calls] == ["quick", "slow"]


async def test_a_talk_by_script(
    channel: TelegramChannel, telegram: Emulator, mei: User, running: Running
) -> None:
    async def receive(inbound: Inbound) -> None:
        if isinstance(inbound.event, Tap):
            await channel.acknowledge(inbound)
            await channel.deliver(inbound.address, Reply(text="Ok? · ✓ Yes"), inbound.message)
            await channel.deliver(inbound.address, Reply(text="Done"), None)
        else:
            await channel.deliver(inbound.address, QUESTION, None)

    async with running(receive):
        await mei.start("invite-1")
        await mei.press(await mei.expects("Ok?"), "Yes")
        await mei.expects(lambda message: message.text.endswith("✓ Yes"))
        done: Message = await mei.expects("Done")
    assert [message.id for message in mei.answers][-1] == done.id


@pytest.mark.parametrize(
    ("code", "loaded"),
    [
        ("import bot.channels.telegram", set()),
        ("from bot.channels.telegram import open_api; open_api('ptb', '1:x')", {"telegram"}),
        ("from bot.channels.telegram import open_api; open_api('aiogram', '1:x')", {"aiogram"}),
    ],
)
def test_only_the_chosen_runtime_imports_its_library(code: str, loaded: set[str]) -> None:
    check = f"assert {{'aiogram', 'telegram'}} & set(sys.modules) == {loaded!r}"
    subprocess.run(
        [sys.executable, "-c", f"import sys; {code}; {check}"], check=True, timeout=PATIENCE
    )

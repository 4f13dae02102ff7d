"""Questions on Telegram: what is sent for them, and what may be sent back."""

from __future__ import annotations

from core.messages import Reply
from storage.policy import SYSTEM
from tests.bot.channels.widgets.form import CODE, JPEG, PDF, answers, barcode
from tests.bot.channels.widgets.phone import Phone
from tests.handlers.conftest import Village


async def test_pictures_come_before_the_question_once(phone: Phone) -> None:
    well, hand = phone.photos
    assert (well.text, hand.text) == ("", "Hand pump")
    asked = phone.user.answers[-1]
    assert well.id < hand.id < asked.id
    await phone.user.press(asked, "Hand pump")
    ticked = await phone.sees("Which pump?")
    assert ticked.id == asked.id  # changed in place
    await phone.user.press(ticked, "完成")
    await phone.sees("The house?")
    assert len(phone.photos) == 2


async def test_a_photo_is_taken_and_another_file_is_not(phone: Phone) -> None:
    await phone.to("The house?")
    await phone.user.document(PDF, "house.jpg", "image/jpeg")
    asked = await phone.sees("这不是照片")
    assert "The house?" in asked.text
    await phone.user.photo(JPEG)
    await phone.user.expects("照片已收到")


async def test_a_photo_sent_as_a_file_is_a_photo(phone: Phone) -> None:
    await phone.to("The house?")
    await phone.user.document(JPEG, "house.jpg", "image/jpeg")
    await phone.user.expects("照片已收到")


async def test_a_page_is_no_document(phone: Phone) -> None:
    await phone.to("The paper?")
    await phone.user.document(b"<!doctype html><script>", "paper.pdf", "application/pdf")
    await phone.sees("我不能收这种文件")


async def test_a_place_comes_from_the_keyboard_or_as_words(village: Village, phone: Phone) -> None:
    await phone.to("Where?")
    await phone.emulator.until(lambda: phone.user.keyboard is not None)
    assert phone.user.keyboard is not None
    assert phone.user.keyboard[0][0]["request_location"] is True
    await phone.user.location(34.5, 108.9, accuracy=60)
    await phone.sees("误差约 60 米，这份表要求 20 米以内")
    assert (await answers(village))["place"] == "34.5 108.9 0.0 60.0"


async def test_a_keyboard_goes_after_a_restart_too_for_who_does_not_use_it(phone: Phone) -> None:
    asked = await phone.to("Where?")
    await phone.emulator.until(lambda: phone.user.keyboard is not None)
    await phone.restart()
    assert phone.user.keyboard is not None
    await phone.user.press(asked, "跳过")
    await phone.emulator.until(lambda: phone.user.keyboard is None)
    for _ in range(2):
        await phone.user.say("/help")
        await phone.user.expects("/menu 菜单")
    removals = [
        one for one in phone.emulator.called("sendMessage") if "remove_keyboard" in str(one)
    ]
    assert len(removals) == 1


async def test_what_is_said_outside_the_form_leaves_a_keyboard_that_is_still_wanted(
    village: Village, phone: Phone
) -> None:
    await phone.to("Where?")
    await phone.emulator.until(lambda: phone.user.keyboard is not None)
    async with village.database.unit(SYSTEM, "test") as uow:
        chat = await uow.conversations.load("telegram", "1001", "zh")
        await uow.outbox.queue(chat.id, [Reply(text="news")])
    await phone.restart()
    await phone.user.expects("news")
    assert phone.user.keyboard is not None


async def test_a_day_comes_from_a_calendar_in_one_message(phone: Phone) -> None:
    asked = await phone.to("Which day?")
    await phone.user.press(asked, "日历")
    turned = await phone.user.expects(lambda one: any("2026年11月" in row for row in one.buttons))
    assert turned.id == asked.id
    await phone.user.press(turned, "5")
    settled = await phone.user.expects("2026-11-05（周四）")
    assert settled.id == asked.id


async def test_a_bar_code_is_read_from_a_photo(village: Village, phone: Phone) -> None:
    await phone.to("The pack?")
    await phone.user.photo(barcode())
    await phone.sees("Last?")
    assert (await answers(village))["pack"] == CODE

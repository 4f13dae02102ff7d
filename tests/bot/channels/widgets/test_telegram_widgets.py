"""Questions on Telegram: what is sent for them, and what may be sent back."""

from __future__ import annotations

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

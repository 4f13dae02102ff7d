"""Questions in the web chat: what the page gets, and what it may send."""

from __future__ import annotations

import io
import zipfile

import pytest

from storage.policy import OPERATOR
from tests.bot.channels.widgets.browser import Browser
from tests.bot.channels.widgets.form import CODE, HAND, JPEG, PDF, WELL, answers, barcode
from tests.handlers.conftest import Village


def _docx() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("[Content_Types].xml", "<Types/>")
        made.writestr("word/document.xml", "<document/>")
    return packed.getvalue()


async def test_pictures_of_a_label_and_of_choices_are_shown(browser: Browser) -> None:
    well, hand = (await browser.asked())["pictures"]
    assert await browser.file(well["media"]) == (200, WELL)
    assert await browser.file(hand["media"]) == (200, HAND)
    assert hand["caption"] == "Hand pump"


async def test_pictures_stay_while_choices_are_ticked_and_after(browser: Browser) -> None:
    before = (await browser.asked())["pictures"]
    assert (await browser.press("Hand pump"))["pictures"] == before
    await browser.press("完成")
    assert await browser.file(before[0]["media"]) == (200, WELL)


async def test_no_file_is_shown_that_was_not_sent(village: Village, browser: Browser) -> None:
    async with village.database.unit(OPERATOR, "test") as uow:
        other = await uow.media.put(b"secret", "secret.txt", "text/plain", "another")
    status, content = await browser.file(other.id)
    assert status == 404
    assert b"secret" not in content


@pytest.mark.parametrize(
    ("label", "sent", "record"),
    [
        ("The house?", (JPEG, "house.jpg", "image/jpeg"), "照片已收到"),
        ("The paper?", (_docx(), "paper.docx", "application/octet-stream"), "文件已收到"),
        ("The paper?", (PDF, "paper.pdf", "application/pdf"), "文件已收到"),
        ("The paper?", ("姓名,岁\n".encode("gb18030"), "list.csv", "text/csv"), "文件已收到"),
    ],
)
async def test_a_fitting_file_is_taken(
    browser: Browser, label: str, sent: tuple[bytes, str, str], record: str
) -> None:
    asked = await browser.to(label)
    assert asked["entry"]["kind"] in ("photo", "file")
    assert await browser.upload(*sent) == 202
    assert f"{label}\n✓ **{record}**" in await browser.texts()


async def test_another_kind_of_file_gets_a_kind_sentence(browser: Browser) -> None:
    await browser.to("The house?")
    assert await browser.upload(PDF, "house.jpg", "image/jpeg") == 202
    asked = await browser.asked()
    assert asked["text"].startswith("这不是照片。请发送照片。")
    assert "The house?" in asked["text"]


@pytest.mark.parametrize("content", [b"<svg/>", b"MZ\x90\x00", b"<!doctype html>"])
async def test_a_file_that_may_do_harm_is_not_even_kept(browser: Browser, content: bytes) -> None:
    await browser.to("The paper?")
    assert await browser.upload(content, "paper.pdf", "application/pdf") == 415


async def test_a_place_comes_from_the_location_button(village: Village, browser: Browser) -> None:
    asked = await browser.to("Where?")
    assert asked["entry"]["kind"] == "location"
    event = {"kind": "location", "latitude": 34.5, "longitude": 108.9, "accuracy": 60.0}
    asked = await browser.post(event)
    assert "误差约 60 米，这份表要求 20 米以内" in asked["text"]
    assert (await answers(village))["place"] == "34.5 108.9 0.0 60.0"


async def test_a_day_comes_from_the_date_picker(village: Village, browser: Browser) -> None:
    asked = await browser.to("Which day?")
    entry = asked["entry"]
    assert (entry["kind"], entry["maximum"]) == ("date", "2026-11-21")
    await browser.say("2026-03-05")  # as the picker writes it
    assert "Which day?\n✓ **2026\\-03\\-05（周四）**" in await browser.texts()


async def test_a_bar_code_is_read_from_an_upload(village: Village, browser: Browser) -> None:
    asked = await browser.to("The pack?")
    assert asked["entry"]["kind"] == "photo"
    assert await browser.upload(barcode(), "pack.jpg", "image/jpeg") == 202
    assert (await answers(village))["pack"] == CODE

"""A whole visit, filled in as a person would."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from core.messages import Button, Entry, Reply
from tests.browser.conftest import Phone, png

WHOLE = {
    "mode": "m0",
    "date": "2026-11-20",
    "count": "4",
    "hazards": "done",
    "month": "2026-03",
    "photo": "photo",
    "place": "30.25,120.16",
    "notes": "屋顶漏雨\n下周再来",
}


async def test_a_whole_visit(phone: Phone) -> None:
    page = phone.page
    await phone.begin()
    await expect(page.locator("#progress-words")).to_have_text("第 1 题，共约 8 题")
    await phone.tap("m0")
    await page.fill("#entry input[type=date]", "2026-11-20")
    await page.click("#send")
    await expect(page.locator("#words")).to_have_attribute("inputmode", "numeric")
    await phone.say("4")
    for token in ("h1", "h3", "h1"):
        await phone.tap(token)
    await expect(page.locator("[data-token=h3]")).to_have_attribute("aria-pressed", "true")
    await expect(page.locator("[data-token=h1]")).not_to_have_attribute("aria-pressed", "true")
    await phone.tap("done")
    await page.fill("#entry input[type=month]", "2026-03")
    await page.click("#send")
    await page.wait_for_selector("text=拍照或选照片")
    picture = {"name": "house.png", "mimeType": "image/png", "buffer": png()}
    await page.set_input_files("#file", files=[picture])
    await page.click("#entry >> text=发送当前位置")
    await expect(page.locator("#words")).to_have_attribute("enterkeyhint", "enter")
    await page.fill("#words", "屋顶漏雨")
    await page.press("#words", "Enter")
    await page.keyboard.insert_text("下周再来")
    await page.click("#send")
    await expect(page.locator("text=记录已保存")).to_be_visible()
    await expect(page.locator("#progress")).to_be_hidden()
    assert phone.bot.answers == WHOLE


async def test_what_was_said_is_there_after_a_reload(phone: Phone) -> None:
    await phone.to_date()
    await phone.say("昨天")
    await expect(phone.page.locator("text=家里常住几口人")).to_be_visible()
    before = await phone.shown()
    await phone.page.reload()
    await expect(phone.page.locator("text=家里常住几口人")).to_be_visible()
    assert await phone.shown() == before
    assert before[-5:] == [
        "走访方式是什么？",
        "入户",
        "走访日期是哪一天？",
        "昨天",
        "家里常住几口人？",
    ]


async def test_a_second_device_shows_the_same(phone: Phone) -> None:
    await phone.to_date()
    other = await phone.context.new_page()
    await other.goto(phone.site.url)
    await expect(other.locator("text=走访日期是哪一天")).to_be_visible()
    await phone.say("昨天")
    await expect(other.locator(".bubble >> text=昨天")).to_be_visible()
    await expect(other.locator("#words")).to_have_attribute("inputmode", "numeric")


async def test_buttons_that_an_edit_takes_away_are_gone(phone: Phone) -> None:
    await phone.begin()
    await phone.tap("m2")
    await expect(phone.page.locator("[data-token=m2]")).to_have_count(0)
    assert "电话" in await phone.shown()


async def test_toggling_leaves_no_trail_of_bubbles(phone: Phone) -> None:
    await phone.to_date()
    await phone.say("昨天")
    await phone.say("4")
    await phone.tap("h0")
    await phone.page.wait_for_selector("[data-token=h0].chosen")
    await phone.tap("h2")
    await phone.page.wait_for_selector("[data-token=h2].chosen")
    await phone.tap("done")
    await phone.page.wait_for_selector("#entry input[type=month]")
    said = await phone.shown()
    assert "用火" not in said
    assert "完成" in said


async def test_a_notice_in_between_leaves_the_question_as_it_is(phone: Phone) -> None:
    await phone.to_date()
    await phone.site.channel.deliver("lin", Reply(text="提醒：还有一户", urgent=True), None)
    await expect(phone.page.locator("text=提醒：还有一户")).to_be_visible()
    await expect(phone.page.locator("#entry input[type=date]")).to_be_visible()
    await expect(phone.page.locator("#progress")).to_be_visible()


async def test_a_message_changed_by_a_chain_of_edits_stays_one(phone: Phone) -> None:
    await phone.enter()
    receipt = await phone.site.channel.deliver("lin", Reply(text="第一"), None)
    for text in ("第二", "第三"):
        await phone.site.channel.deliver("lin", Reply(text=text), receipt.message)
    await expect(phone.page.locator("text=第三")).to_be_visible()
    assert await phone.shown() == ["第三"]


@pytest.mark.parametrize(
    ("kind", "bounds", "given", "sent"),
    [
        ("date", ("2026-10-21", "2026-11-21"), "2026-11-01", "2026-11-01"),
        ("month", ("2020-01", "2026-11"), "2026-03", "2026-03"),
        ("time", (None, None), "14:30", "14:30"),
        ("dateTime", ("2026-11-01", None), "2026-11-20T08:05", "2026-11-20 08:05"),
    ],
)
async def test_a_picked_value_is_sent_as_words(
    phone: Phone, kind: str, bounds: tuple[str | None, str | None], given: str, sent: str
) -> None:
    await phone.enter()
    entry = Entry.model_validate({"kind": kind, "minimum": bounds[0], "maximum": bounds[1]})
    await phone.site.channel.deliver("lin", Reply(text="何时？", entry=entry), None)
    picker = phone.page.locator("#entry input")
    await picker.fill(given)
    assert await picker.evaluate("input => input.checkValidity()")
    await expect(phone.page.locator("#words")).to_have_value(sent)
    await phone.page.click("#send")
    await expect(phone.page.locator(".person .bubble")).to_contain_text(sent)


async def test_words_are_possible_beside_a_picker(phone: Phone) -> None:
    await phone.to_date()
    await phone.say("3月5日")
    await expect(phone.page.locator("text=家里常住几口人")).to_be_visible()
    assert phone.bot.answers["date"] == "3月5日"


async def test_markdown_is_shown_and_markup_is_not_run(phone: Phone) -> None:
    await phone.enter()
    text = (
        "**粗** *斜* `码` household_size [热线](tel:12345) [坏](javascript:alert(1))\n"
        "1. 一\n2. 二\n\n- 三\n\n<img src=x onerror=alert(1)> 2\\*3"
    )
    await phone.site.channel.deliver("lin", Reply(text=text), None)
    bubble = phone.page.locator(".bubble")
    await expect(bubble.locator("strong")).to_have_text("粗")
    await expect(bubble.locator("em")).to_have_text("斜")
    await expect(bubble.locator("code")).to_have_text("码")
    await expect(bubble.locator("ol li")).to_have_text(["一", "二"])
    await expect(bubble.locator("ul li")).to_have_text(["三"])
    assert await bubble.locator("a").evaluate_all("all => all.map(a => a.href)") == ["tel:12345"]
    assert await bubble.locator("img").count() == 0
    assert "household_size" in await bubble.inner_text()
    assert "<img src=x onerror=alert(1)> 2*3" in await bubble.inner_text()


async def test_the_language_changes_at_once(phone: Phone) -> None:
    await phone.enter()
    await phone.page.click("#menu-button")
    await phone.page.click("text=切换语言")
    await expect(phone.page.locator("html")).to_have_attribute("lang", "en")
    await expect(phone.page.locator("#send")).to_have_text("Send")
    await phone.tap("begin")
    await expect(phone.page.locator("#progress-words")).to_have_text("Question 1 of about 8")


async def test_in_english_all_is_english(phone: Phone) -> None:
    await phone.begin(language="en")
    await phone.tap("m1")
    await expect(phone.page.locator("#entry")).to_have_text("Choose a date")
    page = await phone.page.inner_text("body")
    assert not any("\u4e00" <= sign <= "\u9fff" for sign in page)


async def test_signing_out_forgets_the_conversation(phone: Phone) -> None:
    await phone.to_date()
    await phone.page.click("#menu-button")
    await phone.page.click("text=退出登录")
    await expect(phone.page.locator("text=请先登录")).to_be_visible()
    assert phone.site.store.sessions == {}


async def test_an_ended_session_is_told(phone: Phone) -> None:
    await phone.to_date()
    phone.site.store.sessions.clear()
    await expect(phone.page.locator("#banner")).to_contain_text("登录已失效")
    await expect(phone.page.locator("#words")).to_be_disabled()


async def test_a_long_conversation_is_trimmed(phone: Phone) -> None:
    await phone.enter()
    button = ((Button(text="答", token="answer"),),)
    await phone.site.channel.deliver("lin", Reply(text="问", buttons=button), None)
    for n in range(230):
        await phone.site.channel.deliver("lin", Reply(text=f"第 {n} 条"), None)
    await expect(phone.page.locator("text=第 229 条")).to_be_visible()
    assert await phone.page.locator(".line").count() <= 201
    await expect(phone.page.locator("[data-token=answer]")).to_have_count(1)
